"""Reads the CLI's own credential files to find out who is logged in and until when; never writes them.

They are `ivHex:tagHex:cipherHex` (AES-256-GCM) or, older, `ivHex:cipherHex` (AES-256-CBC). The key is derived
from hostname, platform and architecture, so anyone who can read a file on this machine can open it, and a new
hostname locks the user out. The CLI accepts tags truncated to 4 bytes; we require all 16.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import platform
import re
import socket
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from codemie_core.credentials.file.cipher import TAG_BYTES, NotAuthentic, open_cbc, open_sealed
from codemie_core.files.atomic_file import read_whole
from codemie_core.home import Home
from codemie_core.system.sha256 import sha256

LARGEST_FILE_BYTES = 1 << 20
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})*")
_ARCHITECTURES = {
    **{"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"},
    **{"i386": "ia32", "i686": "ia32", "x86": "ia32", "armv7l": "arm", "armv6l": "arm"},
}
"""Maps Python's name (in lower case) to Node's."""


@dataclass(frozen=True, slots=True)
class CliMachine:
    """What the CLI derives its key from, as Node names it."""

    hostname: str
    platform: str
    architecture: str

    @classmethod
    def this(cls) -> CliMachine:
        """Return this machine's values."""
        machine = platform.machine()
        return cls(socket.gethostname(), sys.platform, _ARCHITECTURES.get(machine.lower(), machine))

    def key(self) -> bytes:
        """Return the AES key: the SHA-256 of the hexadecimal digits of a SHA-256."""
        inner = sha256((self.hostname + self.platform + self.architecture).encode()).hexdigest()
        return sha256(inner.encode()).digest()


@dataclass(frozen=True, slots=True)
class CliCredential:
    """What is known about one file; never its cookies or token."""

    path: str
    kind: str
    """`sso`, `jwt` or `unknown`."""
    exposed: bool
    """Whether other users of this machine can read it, and therefore open it."""
    api_url: str = ""
    account: str = ""
    """Who is logged in, according to the token; empty if it does not say (cookies never do)."""
    expires_ms: int | None = None
    """Milliseconds since 1970; None if it does not say."""
    problem: str = ""
    """Why it can't be opened; empty if it was."""
    authenticated: bool = True
    """False for the older format, in which changes go undetected."""


def read_cli_files(home: Home, machine: CliMachine) -> tuple[CliCredential, ...]:
    """Read all the CLI's credential files in this home; `problem` is set for those that can't be read."""
    key = machine.key()
    return tuple(_read(path, key) for path in sorted(cli_file_paths(home)))


def url_hash(url: str) -> str:
    """Return the part of a file's name that identifies the service's address."""
    return sha256(url.lower().removesuffix("/").encode()).hexdigest()


def cli_file_paths(home: Home) -> Iterator[str]:
    """Yield the paths of the CLI's credential files in a home."""
    single = home.join("sso-credentials.enc")
    if os.path.lexists(single):
        yield single
    for folder, _, names in os.walk(home.join("credentials")):
        yield from (os.path.join(folder, name) for name in names if name.endswith(".enc"))


def _read(path: str, key: bytes) -> CliCredential:
    kind = _kind(os.path.basename(path))
    if os.path.islink(path):  # the CLI creates none; a planted one could make us read another file
        return CliCredential(path, kind, exposed=False, problem="is a link, and was not followed")
    try:
        data, status = read_whole(path, limit_bytes=LARGEST_FILE_BYTES)
    except OSError as error:
        return CliCredential(path, kind, exposed=False, problem=f"can't be read: {error.strerror}")
    exposed = os.name == "posix" and bool(stat.S_IMODE(status.st_mode) & 0o077)
    try:
        plaintext, authenticated = _open(data.decode("ascii").strip(), key)
        content = json.loads(plaintext)
        if not isinstance(content, dict):
            raise NotAuthentic("no object")
    except (NotAuthentic, ValueError, RecursionError):
        problem = "can't be opened: damaged, or written under another hostname"
        return CliCredential(path, kind, exposed, problem=problem)
    expires = content.get("expiresAt")
    return CliCredential(
        path,
        "jwt" if "token" in content else "sso" if "cookies" in content else kind,
        exposed,
        api_url=_text(content.get("apiUrl")),
        account=_account(_text(content.get("token"))),
        expires_ms=int(expires) if isinstance(expires, (int, float)) and 0 <= expires < 2**53 else None,
        authenticated=authenticated,
    )


def _open(text: str, key: bytes) -> tuple[bytes, bool]:
    parts = text.split(":")
    if not all(_HEX.fullmatch(part) for part in parts):
        raise NotAuthentic("not hexadecimal")
    pieces = [bytes.fromhex(part) for part in parts]
    if len(pieces) == 3:
        nonce, tag, ciphertext = pieces
        if len(tag) != TAG_BYTES:
            raise NotAuthentic("the tag is truncated")
        return open_sealed(key, nonce, ciphertext + tag, b""), True
    if len(pieces) == 2:
        return open_cbc(key, *pieces), False
    raise NotAuthentic("neither two parts nor three")


def _kind(name: str) -> str:
    if name.startswith("jwt-"):
        return "jwt"
    return "sso" if name.startswith("sso-") else "unknown"


def _account(token: str) -> str:
    """Return whom a JWT claims it was issued to; its signature is not checked."""
    parts = token.split(".")
    if len(parts) != 3:
        return ""
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims = json.loads(base64.urlsafe_b64decode(padded))
    except (binascii.Error, ValueError, RecursionError):
        return ""
    if not isinstance(claims, dict):
        return ""
    for claim in ("email", "preferred_username", "upn", "sub"):
        if _text(claims.get(claim)):
            return _text(claims.get(claim))
    return ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
