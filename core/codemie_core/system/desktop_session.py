"""Identifies the machine and the desktop session, to distinguish two trays that share a home.

On Linux, an icon lives on the session bus, and each bus has one tray, so the bus identifies the session. Two
logins of a user that share systemd's user bus share the tray. An X session with a separate bus, a nested
desktop or another machine with the same home (NFS) has its own. Windows numbers its sessions. On macOS, a
user has one.
"""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Mapping

from codemie_core.system.sha256 import sha256

_DIGITS = 8
_MACHINE_ID_FILES = ("/etc/machine-id", "/var/lib/dbus/machine-id")
_GUID = re.compile(r",guid=[0-9a-f]+")
"""Optional part of a bus address that does not identify the bus."""


def host_key() -> str:
    """Return the id of this machine as a few hex digits; it is the same after each start."""
    return _digest("host", socket.gethostname(), machine_id())


def session_key(environ: Mapping[str, str] | None = None) -> str:
    """Return the id of this session as a few hex digits.

    Args:
        environ: the environment to read; default: that of this process.
    """
    return _digest("session", _session(os.environ if environ is None else environ))


if sys.platform == "win32":

    def _session(environ: Mapping[str, str]) -> str:  # noqa: ARG001
        import ctypes

        number = ctypes.c_uint32()
        ctypes.WinDLL("kernel32").ProcessIdToSessionId(os.getpid(), ctypes.byref(number))
        return str(number.value)

elif sys.platform == "darwin":

    def _session(environ: Mapping[str, str]) -> str:  # noqa: ARG001
        return "aqua"

else:

    def _session(environ: Mapping[str, str]) -> str:
        address = environ.get("DBUS_SESSION_BUS_ADDRESS", "")
        if not address and (runtime := environ.get("XDG_RUNTIME_DIR", "")):
            address = f"unix:path={runtime}/bus"
        return _GUID.sub("", address)


def machine_id() -> str:
    """Return the identifier that D-Bus gives this machine; empty if it has none."""
    for path in _MACHINE_ID_FILES:
        try:
            with open(path, encoding="ascii", errors="replace") as file:
                return file.read(64).strip()
        except OSError:
            continue
    return ""


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:_DIGITS]
