"""A window of the program on Wine's screen, found and clicked by its colours, since it can't be read."""

from __future__ import annotations

import os

from tests.integration.desktop.rig.display.screenshot import Picture
from tests.integration.desktop.rig.display.windows import Area, windows
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.desktop.rig.tray.tray_items import Colour
from tests.integration.windows.rig.session import WindowsSession
from tests.integration.windows.rig.wine.drawn_boxes import boxes
from tests.integration.windows.rig.wine.place import REPOSITORY

from codemie_tray.view.colour import colour_of
from codemie_tray.windows.look.palette import LIGHT

_LEAST_HEIGHT = 300
"""Of a window; menus, tooltips and the tray's icons are smaller."""
_LIST_WIDTH, _PAGES_WIDTH, _HEAD_HEIGHT = 240, 185, 60
_FIELD_HEIGHT = 45
_NARROW, _WIDE, _CARD = (60, 150), (420, 720), (250, 720)
"""Least and greatest width of fields, and of cards."""
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
        found = self._areas()
        return found[-1] if found else None

    def wait(self) -> Area:
        """Wait for it, and return where it is."""
        return until("the window", self.area, _OPEN_SECONDS)

    def picture(self) -> Picture:
        """Return what is to be seen of it."""
        area = self.wait()
        return self._session.picture().crop(area)

    def number(self) -> int:
        """Return how many there are, sheets of a window included."""
        return len(self._areas())

    def click_field(self, number: int, *, narrow: bool = False) -> None:
        """Click a field, counted from the top.

        Args:
            number: from 0.
            narrow: count the fields for a number, otherwise the wide ones.
        """
        least, most = _NARROW if narrow else _WIDE
        found: list[Area] = []

        def field() -> Area | None:
            nonlocal found
            before, found = found, self._boxes(least, most)
            at_rest = found == before  # a window that has just appeared still moves
            return found[number] if at_rest and number < len(found) else None

        place = until(f"field {number}", field, _OPEN_SECONDS, on_failure=self.failure)
        self._session.pointer.click(*place.centre)

    def fill(self, number: int, text: str, *, narrow: bool = False) -> None:
        """Click a field as `click_field` does, and replace its text."""
        self.click_field(number, narrow=narrow)
        self._session.pointer.focus()  # there is no window manager, and Wine leaves it to one
        self._session.pointer.press("ctrl+a")
        self._session.pointer.type(text)

    def click_card(self) -> None:
        """Click the topmost card of a provider, and wait until the first field to fill in has the focus."""
        card = until("a card", lambda: self._cards(LIGHT.control), _OPEN_SECONDS, on_failure=self.failure)[0]
        self._session.pointer.click(*card.centre)
        self._session.pointer.focus()
        until("a field with the focus", self._field_with_focus, _OPEN_SECONDS, on_failure=self.failure)

    def _field_with_focus(self) -> bool:
        return any(box.height <= _FIELD_HEIGHT for box in self._framed(LIGHT.accent, *_WIDE))

    def _cards(self, frame: str) -> list[Area]:
        return [box for box in self._framed(frame, *_CARD) if box.height > _FIELD_HEIGHT]

    def choose_page(self, number: int) -> None:
        """Click a row of the list of pages on the left, counted from 0."""

        def row() -> Area | None:
            area = self.area()
            if area is None:
                return None
            found = self._session.picture().crop(Area(area.x, area.y, _PAGES_WIDTH, area.height)).rows()
            return found[number] if number < len(found) else None

        self._session.pointer.click(*until("the page", row, _OPEN_SECONDS, on_failure=self.failure).centre)

    def shows_a_chart(self) -> bool:
        """Return whether there are bars in the middle."""
        area = self.wait()
        middle = Area(area.x, area.y + area.height // 4, area.width, area.height // 2)
        return self._session.picture().crop(middle).find(_rgb(LIGHT.series[0]), tolerance=3) is not None

    def _boxes(self, least: int, most: int) -> list[Area]:
        frames = LIGHT.control, LIGHT.accent  # the latter around the one with the focus
        found = [box for frame in frames for box in self._framed(frame, least, most)]
        # A card with a provider is higher.
        return sorted((box for box in found if box.height <= _FIELD_HEIGHT), key=lambda box: box.y)

    def _framed(self, frame: str, least: int, most: int) -> list[Area]:
        area = self.area()
        if area is None:
            return []
        found = boxes(self._session.picture().crop(area), _rgb(frame), least=least, most=most)
        return sorted(found, key=lambda box: box.y)

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
        row = until(
            f"the row of {profile}", lambda: self._row(profile), _OPEN_SECONDS, on_failure=self.failure
        )
        self._session.pointer.click(*row.centre)

    def press_switch(self) -> None:
        """Click the button in the head, which is there only for a profile that is not the active one."""
        self._session.pointer.click(*until("the button", self._button).centre)

    def offers_to_switch(self) -> bool:
        """Return whether that button is there."""
        return self._button() is not None

    def _areas(self) -> list[Area]:
        return [
            window.area
            for window in windows(self._session.display_name)
            if window.name.lower() == self._program and window.area.height >= _LEAST_HEIGHT
        ]

    def failure(self) -> str:
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
