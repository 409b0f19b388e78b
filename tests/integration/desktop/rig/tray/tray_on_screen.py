"""A tray icon as the user sees it: found on the panel, clicked, its menu read and used."""

from __future__ import annotations

from tests.integration.desktop.rig.desktops.session import Session
from tests.integration.desktop.rig.display.pointer import LEFT, RIGHT
from tests.integration.desktop.rig.display.screenshot import Picture
from tests.integration.desktop.rig.display.windows import Area, Window
from tests.integration.desktop.rig.processes.waiting import RigError, until
from tests.integration.desktop.rig.tray.tray_items import Colour, Row, TrayItem

__all__ = ["LEFT", "RIGHT", "TrayOnScreen"]

_LIGHT = 4
"""How much brighter, of 255, a row must at least become: a row of GNOME's submenu becomes so by 7."""


class TrayOnScreen:
    """The one icon in the tray of a desktop."""

    def __init__(self, desktop: Session) -> None:
        self.desktop = desktop

    def item(self, limit_seconds: float = 60.0) -> TrayItem:
        """Return the registered item, waiting for it.

        Raises:
            RigError: none, or more than one, is registered.
        """
        items = until(
            "an icon to be registered", self.desktop.items, limit_seconds, on_failure=self.desktop.logs
        )
        if len(items) > 1:
            raise RigError(f"{len(items)} icons are in the tray")
        return items[0]

    def icon(self, colour: Colour | None = None, limit_seconds: float = 60.0) -> Area:
        """Return where the icon is on the panel, waiting for it.

        Args:
            colour: its ground; asked of the item itself unless given.
            limit_seconds: how long to wait.
        """

        def look() -> Area | None:
            wanted = colour or self.item(limit_seconds).colour()
            return self.desktop.panel_picture().find(wanted)

        return until("the icon to be on the panel", look, limit_seconds, on_failure=self.desktop.logs)

    def rows(self) -> tuple[Row, ...]:
        """Return the rows of its menu, as read from the bus."""
        return self.item().rows()

    def open_menu(self, button: int = RIGHT) -> Window:
        """Click the icon and return the menu that opened, once it is drawn."""
        self.desktop.pointer.click(*self.icon().centre, button)
        until("the menu to open", self.desktop.menus, on_failure=self.desktop.logs)
        self.desktop.settled()
        return self.desktop.menus()[0]  # GNOME may have laid it out only now

    def is_open(self) -> bool:
        """Return whether its menu is on the screen."""
        return bool(self.desktop.menus())

    def close_menu(self) -> None:
        """Close the menu without choosing."""
        self.desktop.close_menus()

    def choose(self, *labels: str) -> None:
        """Click the row of the open menu that begins with a label; with more labels, in its submenus.

        Raises:
            LookupError: no row begins so.
            RigError: the drawn menu differs from the bus, or it stayed open.
        """
        self.choose_up_to(*labels)
        until("the menu to close", lambda: not self.desktop.menus(), on_failure=self.desktop.logs)

    def choose_up_to(self, *labels: str) -> None:
        """Click rows as `choose` does, and leave the submenu of the last one open."""
        rows = self.rows()
        for depth, label in enumerate(labels):
            area = self.point_at(label, rows, depth).area
            rows = _named(label, rows).rows
            if not (rows and self.desktop.pointing_opens_submenus):
                self.desktop.pointer.click(*area.centre)
            if rows:
                self._await_menus(depth + 2)

    def _await_menus(self, number: int) -> None:
        until(
            "the submenu to open", lambda: len(self.desktop.menus()) >= number, on_failure=self.desktop.logs
        )
        self.desktop.settled()

    def point_at(self, label: str, rows: tuple[Row, ...], depth: int = 0) -> Picture:
        """Move over a row and return its picture once it is lit."""
        area = self.place_of(label, rows, depth)
        before = self.desktop.picture().crop(area)

        def lit() -> Picture | None:
            # Qt's menus ignore the first movements after they open.
            self.desktop.pointer.move(*area.centre)
            now = self.desktop.picture().crop(area)
            return now if now.differs_from(before, tolerance=_LIGHT) else None

        return until(f"the row {label!r} to light up", lit, on_failure=self.desktop.logs)

    def place_of(self, label: str, rows: tuple[Row, ...], depth: int = 0) -> Area:
        """Return the place of a row of an open menu, waiting until it is drawn."""
        reported = [row for row in rows if not row.separator]

        def seen() -> list[Area]:
            area = self.desktop.menus()[depth].area
            return self.desktop.picture().crop(area).rows()

        def drawn() -> list[Area] | None:
            found = seen()
            return found if len(found) == len(reported) else None

        def differing() -> str:
            return f"seen instead: {[row.box for row in seen()]} in {self.desktop.menus()}"

        labels = [row.label for row in reported]
        place = labels.index(_named(label, rows).label)
        if self.desktop.scrolling_rows(depth):
            return self._scroll_to(place, depth)
        return until(f"just these rows to be drawn: {labels}", drawn, 30.0, on_failure=differing)[place]

    def _scroll_to(self, place: int, depth: int) -> Area:
        """Turn the wheel over a menu until all of its row number `place` is seen, and return where it is."""
        menu = self.desktop.menus()[depth].area

        def seen() -> Area | None:
            area = self.desktop.scrolling_rows(depth)[place]
            if menu.contains(area):
                return area
            self.desktop.pointer.scroll(*menu.centre, down=area.y > menu.y)
            return None

        area = until("the row to be scrolled into view", seen, on_failure=self.desktop.logs)
        # Above the menu: the row may have moved under the pointer and be highlighted.
        self.desktop.pointer.move(menu.x + menu.width // 2, menu.y - area.height // 2)
        self.desktop.settled()
        return area


def _named(label: str, rows: tuple[Row, ...]) -> Row:
    for row in rows:
        if row.label.startswith(label) and not row.separator:
            return row
    raise LookupError(f"no row {label!r} in {[row.label for row in rows]}")
