"""The mouse and keyboard of an X screen, driven by xdotool."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping

from tests.integration.desktop.rig.desktops.session import Hand

LEFT, MIDDLE, RIGHT = 1, 2, 3
_WHEEL_UP, _WHEEL_DOWN = 4, 5
_LOGICAL_PIXEL = 2
"""At the rig's largest scale. Qt rounds places to logical pixels, and does not notice a smaller movement."""


class Pointer(Hand):
    """Events of a mouse and a keyboard, made by the X server's own test extension."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = dict(environ)

    def move(self, x: int, y: int) -> None:
        """Move to a place. By way of its neighbour, so that what is under it notices a movement."""
        self._do("mousemove", x - _LOGICAL_PIXEL, y, "mousemove", x, y)

    def click(self, x: int, y: int, button: int = LEFT) -> None:
        """Move to a place and click."""
        self.move(x, y)
        self._do("sleep", 0.05, "click", button)

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Press the left button at one place, and release it at another one."""
        (x, y), (to_x, to_y) = start, end
        self.move(x, y)
        self._do("mousedown", LEFT)
        steps = 12
        for at in range(1, steps + 1):
            along = (x + (to_x - x) * at // steps, y + (to_y - y) * at // steps)
            self._do("mousemove", *along, "sleep", 0.03)
        self._do("mousemove", to_x + 1, to_y, "sleep", 0.1, "mouseup", LEFT)

    def scroll(self, x: int, y: int, *, down: bool) -> None:
        """Scroll one step at a place."""
        self.click(x, y, _WHEEL_DOWN if down else _WHEEL_UP)

    def press(self, *keys: str) -> None:
        """Press keys by their X names (`Down`, `Return`, `Escape`), one after the other."""
        self._do("key", "--delay", 30, *keys)

    def focus(self) -> None:
        """Give the keyboard to the window under the pointer, as a window manager would after a click."""
        asked = ["xdotool", "getmouselocation", "--shell"]
        ran = subprocess.run(asked, env=self._environ, check=True, capture_output=True, text=True)
        (window,) = (line.partition("=")[2] for line in ran.stdout.splitlines() if line.startswith("WINDOW"))
        self._do("windowfocus", window)

    def type(self, text: str) -> None:
        """Type a text into what has the focus."""
        self._do("type", "--delay", 8, text)

    def _do(self, *words: object) -> None:
        subprocess.run(["xdotool", *map(str, words)], env=self._environ, check=True, capture_output=True)
