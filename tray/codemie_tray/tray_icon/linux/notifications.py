"""Notifications: a client of org.freedesktop.Notifications."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from codemie_tray import PRODUCT
from codemie_tray.tray_icon.linux.dbus import wire
from codemie_tray.tray_icon.linux.dbus.bus import Bus
from codemie_tray.tray_icon.linux.pixels.pixmaps import Pixmap, image_data

_LOG = logging.getLogger(__name__)

SERVICE = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
_SERVER_DECIDES_MS = -1
_ON_CLICK, _ON_BUTTON = "default", "button"
_MATCH = f"type='signal',sender='{SERVICE}',interface='{SERVICE}',path='{PATH}',member='ActionInvoked'"


@dataclass(frozen=True, slots=True)
class Button:
    """What a notification offers; a click on the notification itself means it, too."""

    label: str
    on_press: Callable[[], None]


class Notifications:
    """Used on the bus's thread only. A notification replaces the last one, so they don't pile up."""

    def __init__(self, bus: Bus, name: str, pixmap: Callable[[], Pixmap]) -> None:
        """`name` is that of the program and its desktop entry; `pixmap` returns the picture to show."""
        self._bus = bus
        self._desktop_entry = name
        self._pixmap = pixmap
        self._last = ("", 0)
        """The server that showed the last one, and the number it assigned. Servers number separately."""
        self._button: Button | None = None
        """Of the last one, while it can be pressed."""

    def show(self, title: str, text: str, button: Button | None = None) -> None:
        """Show a notification, or log that it can't be shown. A server without buttons shows none."""
        if not self._bus.connected:
            self._failed(title, "the session bus is not available")
            return

        def know_capabilities(reply: wire.Reply) -> None:
            if reply.error:
                self._failed(title, reply.error)
            else:
                self._notify(title, text, reply, button)

        # Asked each time: that is cheap, and the server may have changed.
        self._bus.call(
            SERVICE, PATH, SERVICE, "GetCapabilities", on_reply=know_capabilities, start_service=True
        )

    def take_signal(self, signal: wire.Signal) -> None:
        """Carry out the button's action if `signal` says that the user pressed it."""
        button = self._button
        if button is None or (signal.interface, signal.member) != (SERVICE, "ActionInvoked"):
            return
        if signal.sender == self._last[0] and signal.body in [
            (self._last[1], _ON_CLICK),
            (self._last[1], _ON_BUTTON),
        ]:
            self._take_button_away()
            button.on_press()

    def _take_button_away(self) -> None:
        if self._button:
            self._button = None
            self._bus.call_bus("RemoveMatch", "s", (_MATCH,))

    def close(self) -> None:
        """Close the last notification."""
        _, number = self._last
        if number:
            self._bus.call(SERVICE, PATH, SERVICE, "CloseNotification", "u", (number,))

    def _notify(self, title: str, text: str, capabilities: wire.Reply, button: Button | None = None) -> None:
        known = capabilities.body[0] if capabilities.body and isinstance(capabilities.body[0], list) else []
        summary, body = wire.one_line(title), wire.lines(text)
        if "body-markup" in known:
            body = body.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        if "body" not in known:
            summary = f"{summary}: {wire.one_line(text)}"
        server, number = self._last
        replaced = number if server == capabilities.sender else 0
        self._take_button_away()
        actions: list[str] = []
        if button and "actions" in known:
            label = wire.one_line(button.label)
            actions = [_ON_CLICK, label, _ON_BUTTON, label]
            # Listen only while there is a button: other programs' buttons must not wake an idle tray.
            self._bus.call_bus("AddMatch", "s", (_MATCH,))
            self._button = button
        # Plasma shows the program's name above the notification; if the desktop entry is installed, GNOME and
        # Plasma use it to find the program's name and settings.
        hints = {"image-data": image_data(self._pixmap()), "desktop-entry": ("s", self._desktop_entry)}

        def shown(reply: wire.Reply) -> None:
            if reply.error:
                self._failed(title, reply.error)
            elif reply.body and isinstance(reply.body[0], int):
                self._last = (reply.sender, reply.body[0])

        self._bus.call(
            SERVICE,
            PATH,
            SERVICE,
            "Notify",
            "susssasa{sv}i",
            (PRODUCT, replaced, "", summary, body, actions, hints, _SERVER_DECIDES_MS),
            on_reply=shown,
            start_service=True,
        )

    def _failed(self, title: str, reason: str) -> None:
        _LOG.warning("A notification could not be shown (%s): %s", reason, title)
