"""Pictures of a screen and finding things in them. The rig's only import of Pillow."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageGrab
from tests.integration.desktop.rig.display.windows import Area
from tests.integration.desktop.rig.tray.tray_items import Colour


@dataclass(frozen=True, slots=True)
class Picture:
    """A part of the screen at one moment, with coordinates of the screen."""

    image: Image.Image
    """RGB."""
    area: Area

    def crop(self, area: Area) -> Picture:
        """Return a smaller part."""
        left, top = area.x - self.area.x, area.y - self.area.y
        return Picture(self.image.crop((left, top, left + area.width, top + area.height)), area)

    def save(self, path: str) -> str:
        """Write it as PNG, making the folder, and return the path."""
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        self.image.save(path)
        return path

    def save_small(self, path: str) -> str:
        """Write it as a PNG of at most 128 colours, for a page, and return the path."""
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        self.image.quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
        return path

    def background(self) -> Colour:
        """Return the most frequent colour."""
        colours = self.image.getcolors(self.image.width * self.image.height) or []
        _, colour = max(colours, key=lambda counted: counted[0])
        if not isinstance(colour, tuple):
            raise TypeError("not an RGB picture")
        return colour[0], colour[1], colour[2]

    def find(self, colour: Colour, *, tolerance: int = 12, at_least: int = 30) -> Area | None:
        """Return the box around the pixels of a colour, or None if there are too few.

        Args:
            colour: what to find.
            tolerance: maximum difference of red, green and blue.
            at_least: minimum number of pixels.
        """
        mask = _near(self.image, colour, tolerance)
        box = mask.getbbox()
        if box is None or mask.histogram()[255] < at_least:
            return None
        return Area(self.area.x + box[0], self.area.y + box[1], box[2] - box[0], box[3] - box[1])

    def mask(self, colour: Colour, tolerance: int) -> Image.Image:
        """Return an image of one byte per pixel, 255 where the colour is near."""
        return _near(self.image, colour, tolerance)

    def things(self, *, gap: int = 6) -> list[Area]:
        """Return the shapes on the flat background, left to right and then down, separated by `gap`."""
        ink = ImageChops.invert(_near(self.image, self.background(), 24))
        found = []
        for left, right in _runs(_filled_columns(ink), gap):
            for top, bottom in _runs(_filled_rows(ink.crop((left, 0, right, ink.height))), gap):
                box = ink.crop((left, top, right, bottom)).getbbox()
                if box is not None:
                    x, y = self.area.x + left + box[0], self.area.y + top + box[1]
                    found.append(Area(x, y, box[2] - box[0], box[3] - box[1]))
        return found

    def rows(self) -> list[Area]:
        """Return the rows of text of a menu, from the top; separators are left out.

        The left third is enough, where the text begins: the pointer and the panel's tooltip may cover the
        rest.
        """
        return [row for group in self.groups() for row in group]

    def groups(self) -> list[list[Area]]:
        """Return the rows of a menu as `rows` does, those between two separators together."""
        edge = 4
        inner = self.image.crop((edge, edge, self.image.width // 3, self.image.height - edge))
        ink = ImageChops.invert(_near(inner, self.background(), 24))
        found: list[list[Area]] = [[]]
        for top, bottom in _runs(_filled_rows(ink), 2):
            if bottom - top > 5:
                found[-1].append(Area(self.area.x, self.area.y + edge + top, self.area.width, bottom - top))
            elif found[-1]:  # a separator is one or two lines
                found.append([])
        return [group for group in found if group]

    def differs_from(self, other: Picture, *, tolerance: int = 12) -> int:
        """Return how many pixels differ."""
        bands = ImageChops.difference(self.image, other.image).split()
        worst = bands[0]
        for band in bands[1:]:
            worst = ImageChops.lighter(worst, band)
        return sum(worst.histogram()[tolerance + 1 :])


def x_picture(display_name: str) -> Picture:
    """Return a picture of the whole X screen."""
    image = ImageGrab.grab(xdisplay=display_name).convert("RGB")
    return Picture(image, Area(0, 0, image.width, image.height))


def picture_of_file(path: str) -> Picture:
    """Return the picture in a PNG file."""
    with Image.open(path) as file:
        image = file.convert("RGB")
    return Picture(image, Area(0, 0, image.width, image.height))


def _near(image: Image.Image, colour: Colour, tolerance: int) -> Image.Image:
    """Return a mask, 255 where the colour is near."""
    bands = ImageChops.difference(image, Image.new("RGB", image.size, colour)).split()
    worst = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    return worst.point(lambda value: 255 if value <= tolerance else 0)


def _filled_columns(mask: Image.Image) -> Sequence[bool]:
    """Return for each column of a mask whether anything is set in it."""
    return _filled_rows(mask.transpose(Image.Transpose.TRANSPOSE))


def _filled_rows(mask: Image.Image) -> Sequence[bool]:
    """Return for each row of a mask whether anything is set in it."""
    data, width = mask.tobytes(), mask.width
    return [any(data[start : start + width]) for start in range(0, len(data), width)]


def _runs(filled: Sequence[bool], gap: int) -> Iterator[tuple[int, int]]:
    """Yield start and end of the filled stretches, those closer than `gap` as one."""
    start, last = None, 0
    for place, full in enumerate(filled):
        if full:
            if start is not None and place - last > gap:
                yield start, last + 1
                start = None
            start, last = place if start is None else start, place
    if start is not None:
        yield start, last + 1
