"""Notifications: org.freedesktop.Notifications as a client."""

from __future__ import annotations

import logging
from collections.abc import Callable

from codemie_tray.tray_icon.linux import wire
from codemie_tray.tray_icon.linux.bus import Bus
from codemie_tray.tray_icon.linux.pixmaps import Pixmap, image_data

_LOG = logging.getLogger(__name__)

SERVICE = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
_SERVER_DECIDES_MS = -1


class Notifications:
    """Used on the bus's thread only. A notification replaces the last one, so they don't pile up."""

    def __init__(self, bus: Bus, name: str, pixmap: Callable[[], Pixmap]) -> None:
        """`name` is the program's; `pixmap` returns the picture to show."""
        self._bus = bus
        self._name = name
        self._pixmap = pixmap
        self._last = ("", 0)
        """The server that showed the last one, and the number it gave it. Numbers are a server's own."""

    def show(self, title: str, text: str) -> None:
        """Show a notification, or log that there is no way to."""
        if not self._bus.connected:
            self._failed(title, "the session bus is not there")
            return

        def know_capabilities(reply: wire.Reply) -> None:
            if reply.error:
                self._failed(title, reply.error)
            else:
                self._notify(title, text, reply)

        # Asked each time: it is cheap, and the server may be another one by now.
        self._bus.call(
            SERVICE, PATH, SERVICE, "GetCapabilities", on_reply=know_capabilities, start_service=True
        )

    def close(self) -> None:
        """Take the last notification away."""
        _, number = self._last
        if number:
            self._bus.call(SERVICE, PATH, SERVICE, "CloseNotification", "u", (number,))

    def _notify(self, title: str, text: str, capabilities: wire.Reply) -> None:
        known = capabilities.body[0] if capabilities.body and isinstance(capabilities.body[0], list) else []
        summary, body = wire.one_line(title), wire.lines(text)
        if "body-markup" in known:
            body = body.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        if "body" not in known:
            summary = f"{summary}: {wire.one_line(text)}"
        server, number = self._last
        replaced = number if server == capabilities.sender else 0
        hints = {"image-data": image_data(self._pixmap())}

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
            (self._name, replaced, "", summary, body, [], hints, _SERVER_DECIDES_MS),
            on_reply=shown,
            start_service=True,
        )

    def _failed(self, title: str, reason: str) -> None:
        _LOG.warning("A notification could not be shown (%s): %s", reason, title)
