"""Finds out on the session bus which program shows tray icons in this session."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from codemie_tray.desktop.tray_host import advice, this_system

_WATCHER = "org.kde.StatusNotifierWatcher"
_LIMIT_SECONDS = 1.0
_NAMES = {
    "gnome-shell": "GNOME Shell",
    "kded5": "KDE Plasma",
    "kded6": "KDE Plasma",
    "plasmashell": "KDE Plasma",
    "xfce4-panel": "Xfce's panel",
    "lxqt-panel": "LXQt's panel",
    "mate-panel": "MATE's panel",
    "cinnamon": "Cinnamon",
    "xapp-sn-watcher": "Cinnamon or another desktop of XApp",
    "budgie-panel": "Budgie's panel",
}
"""By the kernel's name for the process that owns the watcher's name on the bus (at most 15 letters)."""


@dataclass(frozen=True, slots=True)
class TrayHost:
    """How a session shows tray icons."""

    name: str
    """The program's usual name; empty if nothing shows tray icons here."""
    advice: str
    """What to do about that; empty if a program shows them."""

    @property
    def sentence(self) -> str:
        """What `status` and `doctor` say."""
        if self.name:
            return f"Tray icons are shown by {self.name}."
        return f"No program here shows tray icons. {self.advice}"


def find_tray_host(environ: Mapping[str, str] = os.environ) -> TrayHost | None:
    """Return what shows tray icons; None outside a desktop session (over SSH, in a container, in cron)."""
    address = environ.get("DBUS_SESSION_BUS_ADDRESS", "")
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    if not address and os.path.exists(os.path.join(runtime, "bus")) and os.path.isabs(runtime):
        address = f"unix:path={runtime}/bus"
    if not address or not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        return None
    from jeepney.auth import AuthenticationError
    from jeepney.io.blocking import open_dbus_connection

    try:
        with open_dbus_connection(address) as connection:
            name = _owner(connection)
    except (OSError, EOFError, ValueError, RuntimeError, AuthenticationError):
        return None  # no bus to ask
    return TrayHost(name, "") if name else TrayHost("", advice(this_system(environ)))


def _owner(connection: Any) -> str:
    """Return the name of the program that accepts icons and shows them; empty if there is none."""
    properties = "org.freedesktop.DBus.Properties"
    ready = _asked(
        connection, _WATCHER, "/StatusNotifierWatcher", properties, "Get", "ss",
        (_WATCHER, "IsStatusNotifierHostRegistered"),
    )  # fmt: skip
    if ready != ("b", True):
        return ""
    daemon = "org.freedesktop.DBus"
    pid = _asked(
        connection, daemon, "/org/freedesktop/DBus", daemon, "GetConnectionUnixProcessID", "s", (_WATCHER,)
    )
    try:
        with open(f"/proc/{int(pid)}/comm", encoding="utf-8", errors="replace") as file:
            process = "".join(char for char in file.read(64).strip() if char.isprintable())
    except (OSError, TypeError, ValueError):
        return "a program of another container"
    return _NAMES.get(process, process)


def _asked(
    connection: Any,
    service: str,
    path: str,
    interface: str,
    member: str,
    signature: str,
    body: tuple[str, ...],
) -> Any:
    """Return the first value of the answer, or None for an error."""
    from jeepney import DBusAddress, MessageType, new_method_call

    call = new_method_call(DBusAddress(path, service, interface), member, signature, body)
    reply = connection.send_and_get_reply(call, timeout=_LIMIT_SECONDS)
    if reply.header.message_type is MessageType.error or not reply.body:
        return None
    return reply.body[0]
