"""Notifications: a client of org.freedesktop.Notifications."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from codemie_tray import PRODUCT
from codemie_tray.tray_icon.linux.dbus import bus, wire
from codemie_tray.tray_icon.linux.dbus.bus import Bus
from codemie_tray.tray_icon.linux.pixels.pixmaps import Pixmap, image_data

_LOG = logging.getLogger(__name__)

SERVICE = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
_SERVER_DECIDES_MS = -1
_ON_CLICK, _ON_BUTTON = "default", "button"
_HELD_SECONDS = 60.0
"""How long the last notification waits for a server: at login, one may start after us."""
_APPEARS = f"type='signal',sender='{bus.SERVICE}',member='NameOwnerChanged',arg0='{SERVICE}'"
_MATCH = f"type='signal',sender='{SERVICE}',interface='{SERVICE}',path='{PATH}',member='ActionInvoked'"


@dataclass(frozen=True, slots=True)
class Button:
    """What a notification offers; a click on the notification itself means it, too."""

    label: str
    on_press: Callable[[], None]


@dataclass(slots=True)
class Asked:
    """A notification that was asked for; the server may not have answered yet."""

    title: str
    withdrawn: bool = False


class Notifications:
    """Used on the bus's thread only. A notification replaces the last one, so they don't pile up."""

    def __init__(self, session: Bus, name: str, pixmap: Callable[[], Pixmap]) -> None:
        """`name` is that of the program and its desktop entry; `pixmap` returns the picture to show."""
        self._bus = session
        self._desktop_entry = name
        self._pixmap = pixmap
        self._last = ("", 0)
        """The server that showed the last one, and the number it assigned. Servers number separately."""
        self._button: Button | None = None
        """Of the last one, while it can be pressed."""
        self._held: tuple[str, str, Button | None] | None = None
        """The last one, if no server was there to show it."""
        self._asked = Asked("")
        """The last one."""

    def show(self, title: str, text: str, button: Button | None = None) -> None:
        """Show a notification, or log that it can't be shown. A server without buttons shows none."""
        if not self._bus.connected:
            self._failed(title, "the session bus is not available")
            return
        asked = self._asked = Asked(title)

        def know_capabilities(reply: wire.Reply) -> None:
            if asked.withdrawn:
                return
            if reply.error:
                self._failed(title, reply.error)
                self._hold(title, text, button)
            else:
                self._notify(asked, text, reply, button)

        # Asked each time: that is cheap, and the server may have changed.
        self._bus.call(
            SERVICE, PATH, SERVICE, "GetCapabilities", on_reply=know_capabilities, start_service=True
        )

    def take_signal(self, signal: wire.Signal) -> None:
        """Carry out the button's action if the user pressed it; show what was held if a server appeared."""
        if self._held and signal.sender == bus.SERVICE and signal.member == "NameOwnerChanged":
            if len(signal.body) == 3 and signal.body[0] == SERVICE and signal.body[2]:
                held = self._held
                self._drop()
                self.show(*held)
            return
        button = self._button
        if button is None or (signal.interface, signal.member) != (SERVICE, "ActionInvoked"):
            return
        if signal.sender == self._last[0] and signal.body in [
            (self._last[1], _ON_CLICK),
            (self._last[1], _ON_BUTTON),
        ]:
            self._take_button_away()
            button.on_press()

    def _hold(self, title: str, text: str, button: Button | None) -> None:
        if self._held is None:
            self._bus.call_bus("AddMatch", "s", (_APPEARS,))
        self._bus.cancel(self._drop)
        self._bus.call_later(_HELD_SECONDS, self._drop)
        self._held = (title, text, button)

    def _drop(self) -> None:
        self._bus.cancel(self._drop)
        if self._held is not None:
            self._held = None
            self._bus.call_bus("RemoveMatch", "s", (_APPEARS,))

    def _take_button_away(self) -> None:
        if self._button:
            self._button = None
            self._bus.call_bus("RemoveMatch", "s", (_MATCH,))

    def joined(self) -> None:
        """Begin on a newly joined bus, which knows nothing of what we waited for."""
        self._held = self._button = None

    def close(self) -> None:
        """Close the last notification."""
        self._drop()
        self._asked.withdrawn = True
        self._take_button_away()
        server, number = self._last
        if number:  # only from the server that assigned it: another one may have given it to another program
            self._last = ("", 0)
            self._bus.call(server, PATH, SERVICE, "CloseNotification", "u", (number,))

    def withdraw(self, title: str) -> None:
        """Close the last notification if it has this title."""
        if self._asked.title == title and not self._asked.withdrawn:
            self.close()

    def _notify(self, asked: Asked, text: str, capabilities: wire.Reply, button: Button | None) -> None:
        title = asked.title
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
                if asked.withdrawn and asked is self._asked:
                    self.close()

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
