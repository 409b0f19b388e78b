"""Fields, check boxes and buttons in a picture of a window, found by their frames."""

from __future__ import annotations

import re

from tests.integration.desktop.rig.display.screenshot import Picture
from tests.integration.desktop.rig.display.windows import Area
from tests.integration.desktop.rig.tray.tray_items import Colour

_TOLERANCE = 6
_ROUND_PX = 4
"""By which an upper and a lower edge may differ: the corners are round, and smoothed."""
_HIGHEST = 60


def boxes(picture: Picture, colour: Colour, *, least: int, most: int) -> list[Area]:
    """Return the frames of a colour, from the top, those in a line from the left.

    Args:
        picture: of a window.
        colour: of the frame, which is one or two pixels wide.
        least: width of the narrowest one, without its round corners.
        most: width of the widest one, likewise.
    """
    mask = picture.mask(colour, _TOLERANCE)
    data, width = mask.tobytes(), mask.width
    edge = re.compile(rb"\xff{%d,}" % least)
    found: list[Area] = []
    open_ones: list[tuple[int, int, int]] = []
    for y in range(mask.height):
        for run in edge.finditer(data, y * width, (y + 1) * width):
            left, right = run.start() - y * width, run.end() - y * width
            if right - left > most:
                continue
            above = next(
                (one for one in open_ones if _same(one, left, right) and y - one[2] <= _HIGHEST), None
            )
            if above is None:
                open_ones.append((left, right, y))
            elif y - above[2] > _ROUND_PX:  # and not the second line of the same edge
                open_ones.remove(above)
                found.append(
                    Area(picture.area.x + left, picture.area.y + above[2], right - left, y - above[2] + 1)
                )
    return sorted(found, key=lambda area: (area.y, area.x))


def _same(edge: tuple[int, int, int], left: int, right: int) -> bool:
    return abs(edge[0] - left) <= _ROUND_PX and abs(edge[1] - right) <= _ROUND_PX
