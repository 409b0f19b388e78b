"""Checks whether a server answers at a profile's address: connects, does TLS, sends one request, no token.

It uses the system's curl, which knows this machine's certificates and proxy, so the installed program needs
no TLS of its own. Without curl, it only connects.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from codemie_core.config.model.profile import Profile
from codemie_core.profiles.checks import is_address
from codemie_core.profiles.tokens.origin import addresses_of, origin_of
from codemie_core.system.process.foreign_environment import foreign_environment

TIMEOUT_SECONDS = 10.0

_NO_NAME = "its name can't be found; check the address and your network"
_NOBODY = "nothing listens there"
_IN_WORDS = {
    5: "the name of your proxy can't be found; check HTTPS_PROXY",
    6: _NO_NAME,
    7: _NOBODY,
    35: "it does not speak TLS; is it http:// ?",
    52: "it closed the connection without an answer",
    56: "the connection broke off",
    60: "its certificate can't be verified; your company's root certificate may be missing on this machine",
}
"""Exit codes of curl, from its manual."""
_TIMED_OUT = 28


@dataclass(frozen=True, slots=True)
class Answer:
    """The result for one address."""

    origin: str
    """Scheme, host and port; no other part of the address is used or shown."""
    milliseconds: int
    status: int | None
    """The HTTP status; None if there was no answer, or we only connected."""
    problem: str = ""
    """Why there was no answer, as a message for the user."""


def origins_to_try(profile: Profile) -> tuple[str, ...]:
    """Return the distinct origins of a profile's addresses, except those that programs parse differently."""
    origins = (origin_of(address) for _, address in addresses_of(profile.fields))
    return tuple(dict.fromkeys(one for one in origins if is_address(one)))


def try_origin(origin: str, *, timeout_seconds: float = TIMEOUT_SECONDS, curl: str | None = None) -> Answer:
    """Request a server's root page. Any answer counts, even that a token is missing.

    The environment's proxy settings apply. Redirects are not followed.

    Args:
        origin: one of `origins_to_try`.
        timeout_seconds: time limit for everything together.
        curl: path of curl; default: the system's; empty to use none.
    """
    began = time.monotonic()
    program = _curl() if curl is None else curl
    if program:
        status, problem = _asked(program, origin, timeout_seconds)
    else:
        status, problem = None, _connected(origin, timeout_seconds)
    return Answer(origin, round((time.monotonic() - began) * 1000), status, problem)


def _asked(program: str, origin: str, timeout_seconds: float) -> tuple[int | None, str]:
    command = [
        program,
        "-q",  # must come first; ignores the user's .curlrc, which could add a login
        *("--silent", "--head", "--globoff", "--user-agent", "codemie-tray", "--output", os.devnull),
        *("--proto", "=http,https", "--max-time", f"{timeout_seconds:g}", "--write-out", "%{http_code}"),
        f"{origin}/",
    ]
    try:
        done = subprocess.run(
            command,
            env=foreign_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=timeout_seconds + 5,
        )
    except subprocess.TimeoutExpired:
        return None, _too_late(timeout_seconds)
    except OSError as error:
        return None, f"{program} can't be started: {error.strerror}"
    if done.returncode == 0:
        return int(done.stdout or 0) or None, ""
    if done.returncode == _TIMED_OUT:
        return None, _too_late(timeout_seconds)
    return None, _IN_WORDS.get(done.returncode, f"no HTTP answer (curl says {done.returncode})")


def _connected(origin: str, timeout_seconds: float) -> str:
    parts = urlsplit(origin)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname or "", port), timeout=timeout_seconds).close()
    except TimeoutError:
        return _too_late(timeout_seconds)
    except socket.gaierror:
        return _NO_NAME
    except ConnectionRefusedError:
        return _NOBODY
    except OSError as error:
        return (error.strerror or str(error)).lower()
    return ""


def _too_late(timeout_seconds: float) -> str:
    return f"no answer within {timeout_seconds:g} seconds"


def _curl() -> str:
    """Return the path of the system's curl; empty if there is none."""
    if sys.platform == "win32":
        # Don't search PATH: Windows looks in the working folder first.
        path = os.path.join(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "curl.exe")
        return path if os.path.isfile(path) else ""
    return shutil.which("curl") or ""
