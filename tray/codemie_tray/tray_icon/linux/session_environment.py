"""The variables of the session that shows the icon, because what we open has to appear there.

The bus may outlive a login (it belongs to the user, not to the session), and so may we. In that case the
variables that we were started with name a display that is gone. The program that shows the icon now is on the
right one; if its own variables do not name it (GNOME Shell creates its display itself), systemd's user
manager knows it."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable

from codemie_tray.tray_icon.linux.dbus import wire
from codemie_tray.tray_icon.linux.dbus.bus import Bus

_LOG = logging.getLogger(__name__)

_DISPLAYS = ("DISPLAY", "WAYLAND_DISPLAY")
NAMES = (
    *_DISPLAYS,
    "XAUTHORITY",
    "XDG_CURRENT_DESKTOP",
    "XDG_SESSION_DESKTOP",
    "XDG_SESSION_ID",
    "XDG_SESSION_TYPE",
    "XDG_SEAT",
    "XDG_VTNR",
    "DESKTOP_SESSION",
    "GDMSESSION",
    "SESSION_MANAGER",
    "KDE_FULL_SESSION",
    "KDE_SESSION_VERSION",
    "GNOME_DESKTOP_SESSION_ID",
    "SWAYSOCK",
    "I3SOCK",
    "HYPRLAND_INSTANCE_SIGNATURE",
)
"""Variables that belong to one session, and end with it."""

_ACTIVATION = "XDG_ACTIVATION_TOKEN"
_TOKEN_LIMIT = 1024
_MANAGER = "org.freedesktop.systemd1"
_LIMIT_BYTES = 1024 * 1024


class SessionEnvironment:
    """Used on the bus's thread; `variables` on any thread."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._of_host: dict[str, str] = {}
        self._of_manager: dict[str, str] = {}
        self._token = ""

    def keep_token(self, token: str) -> None:
        """Store the token that lets the next program we start come to the front; it works once."""
        usable = len(token) <= _TOKEN_LIMIT and token.isascii() and token.isprintable()
        self._token = token if usable else ""

    def variables(self) -> dict[str, str | None]:
        """Return the session's variables, None for one that it lacks; empty if nothing is known.

        They are for one program: an activation token is not returned a second time.
        """
        token, self._token = self._token, ""
        activation: dict[str, str | None] = {_ACTIVATION: token} if token else {}
        for known in (self._of_host, self._of_manager):
            if any(name in known for name in _DISPLAYS):
                return {name: known.get(name) for name in NAMES} | activation
        return activation

    def learn(self, host: str) -> None:
        """Read them from the program that shows the icon, given its unique name on the bus."""
        self._of_host = {}
        self._bus.call_bus("GetConnectionUnixProcessID", "s", (host,), self._know_process)
        self._bus.call(
            _MANAGER,
            "/org/freedesktop/systemd1",
            "org.freedesktop.DBus.Properties",
            "Get",
            "ss",
            (f"{_MANAGER}.Manager", "Environment"),
            on_reply=self._know_manager,
        )

    def _know_process(self, reply: wire.Reply) -> None:
        if reply.error or len(reply.body) != 1 or not isinstance(reply.body[0], int):
            return
        try:
            with open(f"/proc/{reply.body[0]}/environ", "rb") as file:
                lines = file.read(_LIMIT_BYTES).split(b"\0")
        except OSError as error:  # another container's process, or one that has just ended
            _LOG.debug("the tray's host: its variables can't be read: %s", error.strerror)
            return
        self._of_host = _parse(map(os.fsdecode, lines))

    def _know_manager(self, reply: wire.Reply) -> None:
        self._of_manager = {}
        if not reply.error and len(reply.body) == 1 and isinstance(reply.body[0], tuple):
            kind, lines = reply.body[0]
            if kind == "as":
                self._of_manager = _parse(lines)


def _parse(lines: Iterable[str]) -> dict[str, str]:
    pairs = (line.partition("=") for line in lines)
    return {name: value for name, separator, value in pairs if separator and name in NAMES}
