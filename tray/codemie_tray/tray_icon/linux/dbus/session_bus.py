"""From the environment to a connected, authenticated socket on the session bus."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Mapping

from jeepney.auth import AuthenticationError
from jeepney.bus import get_connectable_addresses
from jeepney.io.blocking import prep_socket

_LOGIN_SECONDS = 2.0
"""Time limit for connecting and authenticating; a healthy bus takes less than a millisecond."""


class BusUnreachable(Exception):
    """There is no session bus, or it does not accept us; the message says which."""


def addresses(environ: Mapping[str, str]) -> list[str]:
    """Return the socket names of the session bus, to be tried in order (an abstract one starts with NUL).

    An address that can't be used here does not invalidate the others: the D-Bus specification tries them in
    order until one works. `autolaunch:`, like no address at all, means systemd's user bus, as in libdbus.

    Raises:
        BusUnreachable: nothing names a bus in a way that can be used here.
    """
    named = environ.get("DBUS_SESSION_BUS_ADDRESS", "")
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    # A relative path must be ignored (XDG Base Directory Specification).
    of_the_user = [os.path.join(runtime, "bus")] if os.path.isabs(runtime) else []
    if not named:
        if not of_the_user:
            raise BusUnreachable(
                "there is no session bus: DBUS_SESSION_BUS_ADDRESS is not set, and XDG_RUNTIME_DIR names no "
                "absolute path"
            )
        return of_the_user
    found: list[str] = []
    for one in named.split(";"):
        if one.startswith("autolaunch:") or one == "unix:runtime=yes":
            found += of_the_user
            continue
        with contextlib.suppress(ValueError, RuntimeError):  # of another kind, or not an address
            found += get_connectable_addresses(one)
    if not found:
        raise BusUnreachable(f"the session bus's address {named!r} can't be used: it names no local socket")
    return list(dict.fromkeys(found))


def connect(environ: Mapping[str, str] | None = None) -> socket.socket:
    """Return an authenticated, non-blocking socket on the session bus.

    Raises:
        BusUnreachable: no address of the bus answers.
    """
    reason = "no address"
    for address in addresses(os.environ if environ is None else environ):
        try:
            connected: socket.socket = prep_socket(address, timeout=_LOGIN_SECONDS)
        except (OSError, AuthenticationError, ValueError) as error:
            shown = address.replace("\0", "@", 1)
            reason = f"{shown}: {getattr(error, 'strerror', None) or error}"
        else:
            connected.setblocking(False)
            return connected
    raise BusUnreachable(f"the session bus can't be reached ({reason})")
