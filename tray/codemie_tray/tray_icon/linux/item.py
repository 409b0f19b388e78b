"""The StatusNotifierItem: icon, title and tooltip as a host reads them, and the clicks it passes on."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from codemie_tray.tray_icon.linux.dbus import interfaces, wire
from codemie_tray.tray_icon.linux.dbus.bus import Bus
from codemie_tray.tray_icon.linux.dbus.dispatch import Refused
from codemie_tray.tray_icon.linux.pixels.pixel_cache import PixelCache
from codemie_tray.tray_icon.linux.pixels.pixmaps import Pixmap, pixmaps
from codemie_tray.view.view import IconDesign

if TYPE_CHECKING:
    from codemie_tray.tray_icon.picture.font import FontFile

_LOG = logging.getLogger(__name__)

PATH = "/StatusNotifierItem"


class Item:
    """Used on the bus's thread only."""

    interface = interfaces.ITEM

    def __init__(
        self,
        bus: Bus,
        *,
        name: str,
        design: IconDesign,
        title: str,
        text: str,
        menu_path: str,
        on_click: Callable[[str], None],
        on_token: Callable[[str], None],
    ) -> None:
        """Create it with its first values.

        Args:
            on_click: called with the name of the method that a host called for a click.
            on_token: called with the token that lets the next click's window come to the front
                (xdg-activation).
        """
        self._bus = bus
        self._name = name
        self._design = design
        self._title = title
        self._text = text
        self._menu_path = menu_path
        self._on_click = on_click
        self._on_token = on_token
        self.cache: PixelCache | None = None
        """Where pixels are stored between starts; without it, every icon is drawn."""
        self._pixmaps: list[Pixmap] | None = None
        self._fonts: dict[str, FontFile | None] = {}

    def set_icon(self, design: IconDesign) -> None:
        """Show another icon."""
        self._design = design
        self._pixmaps = None
        self._emit("NewIcon")

    def set_tooltip(self, title: str, text: str) -> None:
        """Show another tooltip, and another name if `title` differs."""
        renamed, self._title, self._text = title != self._title, title, text
        if renamed:
            self._emit("NewTitle")
        self._emit("NewToolTip")

    def pixmaps(self) -> list[Pixmap]:
        """Return the icon's pixels, drawn on first use."""
        if self._pixmaps is None:
            self._pixmaps = self._draw()
        return self._pixmaps

    def prepare(self) -> None:
        """Draw the icon now, so that the first host to ask need not wait."""
        self.pixmaps()

    def _draw(self) -> list[Pixmap]:
        if self.cache is not None and (kept := self.cache.read(self._design)) is not None:
            return kept
        from codemie_tray.tray_icon.picture import font as icon_font

        initial = self._design.initial
        built_in = not initial or icon_font.built_in_has(initial)
        if not built_in and initial not in self._fonts:
            # Looking for a font asks another program and may take a while; a plainer icon until then.
            self._fonts[initial] = None
            threading.Thread(target=self._find_font, args=(initial,), name="icon-font", daemon=True).start()
        font = self._fonts.get(initial)
        drawn = pixmaps(self._design, font)
        if self.cache is not None and (built_in or font is not None):
            self.cache.keep(self._design, drawn)
        return drawn

    def _find_font(self, initial: str) -> None:
        from codemie_tray.tray_icon.picture import font as icon_font

        font = icon_font.find(initial)
        if font is None:
            _LOG.info("No font on this system has %r; the icon shows a mark in its place.", initial)
        else:
            self._bus.post(lambda: self._use_font(initial, font))

    def _use_font(self, initial: str, font: FontFile) -> None:
        self._fonts[initial] = font
        if self._design.initial == initial:
            self.set_icon(self._design)

    def properties(self) -> dict[str, tuple[str, Any]]:
        """Return every property as (type, value)."""
        title = wire.one_line(self._title)
        # The specification allows markup in the text, so it is escaped; the title is not.
        text = wire.lines(self._text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        values = {
            "Category": "ApplicationStatus",
            "Id": self._name,
            "Title": title,
            "Status": "Active",
            "WindowId": 0,
            "IconThemePath": "",
            "IconName": "",  # a name would win over the pixels
            "IconPixmap": self.pixmaps(),
            "IconAccessibleDesc": title,
            "OverlayIconName": "",
            "OverlayIconPixmap": [],
            "AttentionIconName": "",
            "AttentionIconPixmap": [],
            "AttentionMovieName": "",
            "AttentionAccessibleDesc": title,
            "ToolTip": ("", [], title, text),
            "ItemIsMenu": True,
            "Menu": self._menu_path,
        }
        return {name: (kind, values[name]) for name, kind in self.interface.properties.items()}

    def methods(self) -> Mapping[str, Callable[..., tuple[Any, ...]]]:
        """Return the methods that a host may call."""
        return {
            "Activate": lambda _x, _y: self._activated(),
            "SecondaryActivate": lambda _x, _y: self._clicked("SecondaryActivate"),
            "ContextMenu": lambda _x, _y: self._clicked("ContextMenu"),
            "Scroll": lambda _delta, _orientation: (),
            "ProvideXdgActivationToken": self._activation,
        }

    def _activated(self) -> tuple[Any, ...]:
        """Refuse, as items of libappindicator do, so that the host opens the menu instead.

        Plasma calls Activate even on an item whose ItemIsMenu is true, and opens the menu when the call fails
        (plasma-workspace, StatusNotifierItem.qml).
        """
        self._on_click("Activate")
        raise Refused("UnknownMethod", "this item is only a menu")

    def _activation(self, token: str) -> tuple[Any, ...]:
        self._on_token(token)
        return ()

    def _clicked(self, method: str) -> tuple[Any, ...]:
        self._on_click(method)
        return ()

    def _emit(self, signal: str) -> None:
        self._bus.emit(PATH, self.interface.name, signal)
