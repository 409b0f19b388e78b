"""The tray on Wine's screen: found in the pixels, not reported by the program, and clicked."""

from __future__ import annotations

import subprocess

from tests.integration.desktop.rig.display.pointer import LEFT
from tests.integration.desktop.rig.display.screenshot import Picture
from tests.integration.desktop.rig.display.windows import Area, Window, windows
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.windows.rig.session import WindowsSession

AREA_TITLE = "Wine System Tray"
"""Of the window in which Wine shows tray icons without a panel."""
_HOST = "explorer.exe"
"""Class of that window, of tooltips and of balloons: Wine's own program shows them."""
_BORDER_PX, _CELL_PX = 3, 20
"""Of that window, below Wine's title bar; an icon is in the middle of its cell."""


_DRAWN_PX = 300
"""Pixels by which a menu differs from whatever is below it: the letters of its rows."""


class TrayOnScreen:
    """Icon, menu and balloons of the only tray icon."""

    def __init__(self, session: WindowsSession) -> None:
        self._session = session

    def area(self) -> Area | None:
        """Return the area of the icons, or None without any."""
        environ = {"DISPLAY": self._session.display_name, "PATH": "/usr/bin:/bin"}
        found = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", AREA_TITLE],
            env=environ, capture_output=True, text=True, check=False,
        ).stdout.split()  # fmt: skip
        if not found:
            return None
        output = subprocess.run(
            ["xdotool", "getwindowgeometry", "--shell", found[0]],
            env=environ, capture_output=True, text=True, check=False,
        ).stdout.split()  # fmt: skip
        shape = {name: int(value) for name, _, value in (line.partition("=") for line in output)}
        if not shape:
            return None
        return Area(shape["X"], shape["Y"], shape["WIDTH"], shape["HEIGHT"])

    def wait(self, limit_seconds: float = 60.0) -> Area:
        """Wait for the icon and return its place."""
        area = until("a tray icon on the screen", self.area, limit_seconds)
        top = area.y + area.height - _BORDER_PX - _CELL_PX
        return Area(area.x + _BORDER_PX, top, _CELL_PX, _CELL_PX)

    def icon(self) -> Picture:
        """Return the icon's picture."""
        area = self.wait()
        return self._session.picture().crop(area)

    def open_menu(self, button: int = LEFT) -> tuple[Picture, list[Area]]:
        """Click the icon, and return the menu's picture and its rows from the top, separators left out."""
        area = self.menu_at(*self.wait().centre, button)  # and only then the picture
        picture = self._session.picture().crop(area)
        return picture, picture.rows()

    def open_menu_beside(self, button: int = LEFT) -> list[list[Area]]:
        """Click the icon's corner, so that the menu does not cover it; return the rows by groups.

        Counted from the end, groups keep their places whatever problems the menu reports at its top.
        """
        icon = self.wait()
        area = self.menu_at(icon.x + icon.width - 3, icon.y + icon.height - 3, button)
        return self._session.picture().crop(area).groups()

    def menu_at(self, x: int, y: int, button: int) -> Area:
        """Click a point of the icon, and return the area of the menu that opened."""
        before, under = self._others(), self._session.picture()
        self._session.pointer.click(x, y, button)
        menu = until("the menu", lambda: next((w for w in self._others() if w not in before), None), 60)
        # So that neither a lit row nor the icon's tooltip hides a row.
        self._session.pointer.move(menu.area.box[2] + 60, menu.area.box[3] + 60)
        # It is drawn a moment after it opens, and until then what is below it is seen: wait until there is
        # something else, and its rows are stable.
        rows: list[Area] = []

        def settled() -> bool:
            nonlocal rows
            shown = self._session.picture().crop(menu.area)
            last, rows = rows, shown.rows()
            drawn = shown.differs_from(under.crop(menu.area)) >= _DRAWN_PX
            return drawn and bool(rows) and rows == last and not self._is_covered(menu)

        until("the menu's rows", settled)
        return menu.area

    def _is_covered(self, menu: Window) -> bool:
        """Return whether another window is above a part of the menu."""
        shown = windows(self._session.display_name)
        return menu in shown and any(
            window.area.overlaps(menu.area) for window in shown[shown.index(menu) + 1 :]
        )

    def choose(self, number: int, button: int = LEFT) -> Picture:
        """Open the menu, click a row of it (counted from 0, or from -1 at the end); return its picture."""
        picture, rows = self.open_menu(button)
        self._session.pointer.click(*rows[number].centre)
        return picture

    def move_away(self) -> None:
        """Move the pointer off the icon to hide its tooltip, which looks like a balloon."""
        self._session.pointer.move(900, 700)
        until("the tooltip to go", lambda: self.balloon() is None)

    def balloon(self) -> Picture | None:
        """Return the shown notification, if any; the pointer must not be on the icon."""
        icons = self.area()
        shown = [
            w
            for w in windows(self._session.display_name)
            if w.name == _HOST and w.area.height > 30 and w.area != icons
        ]
        return self._session.picture().crop(shown[-1].area) if shown else None

    def _others(self) -> list[Window]:
        return [window for window in windows(self._session.display_name) if window.name != _HOST]
