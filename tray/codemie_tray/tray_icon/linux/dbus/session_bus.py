"""From the environment to a connected, authenticated socket on the session bus."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping

from jeepney.auth import AuthenticationError
from jeepney.bus import get_connectable_addresses
from jeepney.io.blocking import prep_socket

_LOGIN_SECONDS = 2.0
"""Time limit of connecting and authenticating; a healthy bus takes under a millisecond."""


class BusUnreachable(Exception):
    """There is no session bus, or it does not let us in; the message says which."""


def addresses(environ: Mapping[str, str]) -> list[str]:
    """Return the socket names of the session bus, to be tried in turn (an abstract one starts with NUL).

    Without `DBUS_SESSION_BUS_ADDRESS` the user's bus of systemd is meant, as in its own client library.

    Raises:
        BusUnreachable: nothing names a bus, or in a way that can't be used here.
    """
    named = environ.get("DBUS_SESSION_BUS_ADDRESS", "")
    if not named:
        runtime = environ.get("XDG_RUNTIME_DIR", "")
        if not runtime:
            raise BusUnreachable(
                "there is no session bus: neither DBUS_SESSION_BUS_ADDRESS nor XDG_RUNTIME_DIR is set"
            )
        return [os.path.join(runtime, "bus")]
    try:
        return list(get_connectable_addresses(named))
    except (ValueError, RuntimeError) as error:
        raise BusUnreachable(f"the session bus's address {named!r} can't be used") from error


def connect(environ: Mapping[str, str] | None = None) -> socket.socket:
    """Return a socket on the session bus that is authenticated and does not block.

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
