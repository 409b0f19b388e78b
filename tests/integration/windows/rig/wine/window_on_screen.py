"""A window of the program on Wine's screen, found and clicked by its colours, since it can't be read."""

from __future__ import annotations

import os

from tests.integration.desktop.rig.display.screenshot import Picture
from tests.integration.desktop.rig.display.windows import Area, windows
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.desktop.rig.tray.tray_items import Colour
from tests.integration.windows.rig.session import WindowsSession
from tests.integration.windows.rig.wine.place import REPOSITORY

from codemie_tray.view.colour import colour_of
from codemie_tray.windows.look.palette import LIGHT

_LEAST_HEIGHT = 300
"""Of a window; menus, tooltips and the tray's icons are smaller."""
_LIST_WIDTH, _HEAD_HEIGHT = 240, 60
_OPEN_SECONDS = 120.0
"""Wine has no list of its fonts at first; making it is most of this."""


class WindowOnScreen:
    """The topmost window of the program.

    Args:
        session: where.
        program: the X class of its windows, the program's file name.
    """

    def __init__(self, session: WindowsSession, program: str) -> None:
        self._session, self._program = session, program

    def area(self) -> Area | None:
        """Return where it is, or None without a window."""
        found = [
            window.area
            for window in windows(self._session.display_name)
            if window.name.lower() == self._program and window.area.height >= _LEAST_HEIGHT
        ]
        return found[-1] if found else None

    def wait(self) -> Area:
        """Wait for it, and return where it is."""
        return until("the window", self.area, _OPEN_SECONDS)

    def picture(self) -> Picture:
        """Return what is to be seen of it."""
        return self._session.picture().crop(self.wait())

    def has_row_of(self, profile: str) -> bool:
        """Return whether the list on the left shows a profile."""
        return self._row(profile) is not None

    def is_on_top(self) -> bool:
        """Return whether no window of another program is above it."""
        above = [
            window for window in windows(self._session.display_name) if window.area.height >= _LEAST_HEIGHT
        ]
        return bool(above) and above[-1].name.lower() == self._program

    def choose(self, profile: str) -> None:
        """Click a profile's row."""
        row = until(f"the row of {profile}", lambda: self._row(profile), _OPEN_SECONDS, on_failure=self._seen)
        self._session.pointer.click(*row.centre)

    def press_switch(self) -> None:
        """Click the button in the head, which is there only for a profile that is not the active one."""
        self._session.pointer.click(*until("the button", self._button).centre)

    def offers_to_switch(self) -> bool:
        """Return whether that button is there."""
        return self._button() is not None

    def _seen(self) -> str:
        """Return what is on the screen, for the message of a failed test; save a picture of it."""
        path = self._session.picture().save(os.path.join(REPOSITORY, "artifacts", "windows", "failed.png"))
        return f"{windows(self._session.display_name)}\n{path}"

    def _row(self, profile: str) -> Area | None:
        area = self.area()
        if area is None:
            return None
        part = Area(area.x, area.y, _LIST_WIDTH, area.height)
        return self._session.picture().crop(part).find(_rgb(colour_of(profile)), tolerance=3)

    def _button(self) -> Area | None:
        area = self.area()
        if area is None:
            return None
        left = area.x + area.width // 2
        part = Area(left, area.y, area.width // 2, _HEAD_HEIGHT)
        return self._session.picture().crop(part).find(_rgb(LIGHT.accent), tolerance=3, at_least=1000)


def _rgb(text: str) -> Colour:
    red, green, blue = bytes.fromhex(text[1:])
    return red, green, blue
