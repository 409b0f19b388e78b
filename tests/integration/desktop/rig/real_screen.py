"""Whether there is a real desktop here.

Run as `python -m tests.integration.desktop.rig.real_screen`: exit code 0 means yes.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
from collections.abc import Mapping

from tests.integration.desktop.rig.processes.bus import Bus


def has_screen(environ: Mapping[str, str] | None = None) -> bool:
    """Return whether a display server and a session bus answer, so that the tray can be shown directly.

    Args:
        environ: the environment to read; the process's own unless given.
    """
    environ = os.environ if environ is None else environ
    return _bus_answers(environ) and (_wayland_answers(environ) or _x_answers(environ))


def _bus_answers(environ: Mapping[str, str]) -> bool:
    address = environ.get("DBUS_SESSION_BUS_ADDRESS", "")
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    if not address and runtime:
        address = f"unix:path={runtime}/bus"
    return bool(address) and Bus(address).answers()


def _x_answers(environ: Mapping[str, str]) -> bool:
    """Connect to the X server. A refusal counts as an answer: clients that need access have the cookie."""
    host, colon, rest = environ.get("DISPLAY", "").rpartition(":")
    number = rest.partition(".")[0]
    if not colon or not number.isdigit():
        return False
    if host in ("", "unix"):
        path = f"/tmp/.X11-unix/X{number}"
        return any(_greets(socket.AF_UNIX, address) for address in (path, "\0" + path))
    return _greets(socket.AF_INET, (host, 6000 + int(number)))


def _greets(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    with socket.socket(family) as server:
        server.settimeout(2)
        try:
            server.connect(address)
            # The connection setup of the X protocol: byte order, version 11.0, no authorisation.
            server.sendall(struct.pack("<BxHHHHxx", ord("l"), 11, 0, 0, 0))
            return bool(server.recv(1))
        except OSError:
            return False


def _wayland_answers(environ: Mapping[str, str]) -> bool:
    name = environ.get("WAYLAND_DISPLAY", "")
    if not name:
        return False
    with socket.socket(socket.AF_UNIX) as server:
        try:
            server.connect(os.path.join(environ.get("XDG_RUNTIME_DIR", ""), name))
        except OSError:
            return False
    return True


if __name__ == "__main__":
    sys.exit(0 if has_screen() else 1)
