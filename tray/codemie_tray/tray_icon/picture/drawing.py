"""Draws the icon. Every size is drawn separately, straight edges on whole pixels: nothing is scaled down.

A rounded square in the profile's colour with its initial in white; a lighter rim, visible on a dark bar and
invisible on a light one (on a bar known to be light, a darker rim); an amber badge with a gap around it.
Without a profile: grey with an empty radio button. If no font has the initial: a selected radio button in the
profile's colour, never an empty box.
"""

from __future__ import annotations

import functools

from PIL import Image, ImageDraw
from PIL.ImageFont import FreeTypeFont

from codemie_tray.tray_icon.picture import font as icon_font
from codemie_tray.view.view import IconDesign

_FINER = 8
"""Curves are drawn this much larger and averaged; edges on whole pixels stay sharp."""
_NO_PROFILE = "#5d6470"
_BADGE = (255, 183, 0, 255)
_BADGE_INK = (38, 26, 0, 255)
_WHITE = (255, 255, 255, 255)
_Ink = tuple[int, int, int, int] | int
"""A colour with alpha, or a shade of a mask."""


def draw(
    design: IconDesign, size_px: int, font: icon_font.FontFile | None = None, *, on_light: bool = False
) -> Image.Image:
    """Return the icon as an RGBA image.

    Args:
        design: what it shows.
        size_px: width and height; from 16 up.
        font: where to find the initial if Pillow's own font lacks it.
        on_light: whether the bar is known to be light; the rim is then darker than the colour.
    """
    colour = _rgb(design.colour if design.initial else _NO_PROFILE)
    image = Image.new("RGBA", (size_px, size_px), (*colour, 0))
    rim = max(1, round(size_px / 32))
    edge = _towards_black(colour, 0.35) if on_light else _towards_white(colour, 0.45)
    image.paste((*edge, 255), (0, 0), _rounded_square(size_px, round(size_px * 0.25)))
    inner = size_px - 2 * rim
    image.paste((*colour, 255), (rim, rim), _rounded_square(inner, round(size_px * 0.25) - rim))
    _draw_sign(image, design, font, ink=_WHITE)
    if design.attention:
        _draw_badge(image, clear=(*colour, 0), fill=_BADGE, ink=_BADGE_INK)
    return image


def draw_template(design: IconDesign, size_px: int, font: icon_font.FontFile | None = None) -> Image.Image:
    """Return the icon as a template: black, with a transparent sign, for a system that adds the colour.

    Args:
        design: what it shows; its colour is not used.
        size_px: width and height; from 16 up.
        font: where to find the initial if Pillow's own font lacks it.
    """
    shape = _rounded_square(size_px, round(size_px * 0.25)).copy()
    _draw_sign(shape, design, font, ink=0)
    if design.attention:
        _draw_badge(shape, clear=0, fill=255, ink=0)
    image = Image.new("RGBA", shape.size, (0, 0, 0, 0))
    image.putalpha(shape)
    return image


def _draw_sign(image: Image.Image, design: IconDesign, font: icon_font.FontFile | None, *, ink: _Ink) -> None:
    size = image.width
    initial = design.initial
    mask = _letter(initial, size, font) if initial else None
    if mask is None:
        mask = _radio_button(_even(size * 0.5, like=size), chosen=bool(initial))
    # The initial makes room for a badge in the corner.
    shift = -max(1, round(size * 0.06)) if design.attention else 0
    left = (size - mask.width) // 2 + shift
    top = (size - mask.height) // 2 + shift
    image.paste(ink, (left, top), mask)


def _letter(initial: str, size: int, file: icon_font.FontFile | None) -> Image.Image | None:
    """Return the initial's ink as a mask of exactly its size, or None if no available font has it."""
    fitted = _fitted(initial, size, file)
    if fitted is None:
        return None
    font, stroke = fitted
    left, top, right, bottom = font.getbbox(initial, stroke_width=stroke)
    canvas = Image.new("L", (round(right - left) + 4, round(bottom - top) + 4), 0)
    ImageDraw.Draw(canvas).text((2 - left, 2 - top), initial, fill=255, font=font, stroke_width=stroke)
    ink = canvas.getbbox()
    return canvas.crop(ink) if ink else None


def _fitted(initial: str, size: int, file: icon_font.FontFile | None) -> tuple[FreeTypeFont, float] | None:
    """Return a font, and a stroke to thicken it with, at which `initial` just fills its space."""
    room_width, room_height = size * 0.72, size * 0.70
    em = round(size * 0.84)
    for _ in range(3):
        if icon_font.built_in_has(initial):
            # The built-in font has one weight, too light for white on a colour; a stroke thickens it.
            font, stroke = icon_font.built_in(em), em * 0.035
        else:
            opened = icon_font.open_font(file, em) if file else None
            if opened is None or not icon_font.has(opened, initial):
                return None
            font, stroke = opened, 0.0
        left, top, right, bottom = font.getbbox(initial, stroke_width=stroke)
        excess = max((right - left) / room_width, (bottom - top) / room_height)
        if excess <= 1:
            break
        em = max(6, int(em / excess))
    return font, stroke


def _draw_badge(image: Image.Image, *, clear: _Ink, fill: _Ink, ink: _Ink) -> None:
    size = image.width
    across = max(8, _even(size * 0.44, like=0))
    gap = max(1, round(size / 24))
    corner = size - across
    hole = _disc(across + 2 * gap)
    image.paste(clear, (corner - gap, corner - gap), hole.crop((0, 0, across + gap, across + gap)))
    image.paste(fill, (corner, corner), _disc(across))
    # An exclamation mark made of rectangles on whole pixels: no font is sharp at this size.
    stroke = 2 * max(1, round(across / 12))
    dot = stroke if across > 8 else 1
    bar = round(across * 0.68) - dot - max(1, stroke // 2)
    left = corner + (across - stroke) // 2
    top = corner + (across - (bar + dot + max(1, stroke // 2))) // 2
    pen = ImageDraw.Draw(image)
    pen.rectangle((left, top, left + stroke - 1, top + bar - 1), fill=ink)
    lower = top + bar + max(1, stroke // 2)
    pen.rectangle((left, lower, left + stroke - 1, lower + dot - 1), fill=ink)


@functools.lru_cache(maxsize=32)
def _rounded_square(size: int, radius: int) -> Image.Image:
    large = Image.new("L", (size * _FINER, size * _FINER), 0)
    last = size * _FINER - 1
    ImageDraw.Draw(large).rounded_rectangle((0, 0, last, last), radius * _FINER, fill=255)
    return large.reduce(_FINER)


@functools.lru_cache(maxsize=32)
def _disc(across: int) -> Image.Image:
    large = Image.new("L", (across * _FINER, across * _FINER), 0)
    ImageDraw.Draw(large).ellipse((0, 0, across * _FINER - 1, across * _FINER - 1), fill=255)
    return large.reduce(_FINER)


def _radio_button(across: int, *, chosen: bool) -> Image.Image:
    ring = max(2, round(across / 6))
    button = Image.new("L", (across, across), 0)
    button.paste(255, (0, 0), _disc(across))
    if chosen and across < 10:
        return button  # too few pixels for a ring around a dot
    button.paste(0, (ring, ring), _disc(across - 2 * ring))
    if chosen:
        dot = _even(across - 4 * ring, like=across)
        at = (across - dot) // 2
        button.paste(255, (at, at), _disc(dot))
    return button


def _even(length: float, *, like: int) -> int:
    """Return about `length`, odd or even like `like`, so that it can be centred in it on whole pixels."""
    whole = int(length)
    return whole if whole % 2 == like % 2 else whole + 1


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _towards_white(colour: tuple[int, int, int], part: float) -> tuple[int, int, int]:
    red, green, blue = (round(band + (255 - band) * part) for band in colour)
    return red, green, blue


def _towards_black(colour: tuple[int, int, int], part: float) -> tuple[int, int, int]:
    red, green, blue = (round(band * (1 - part)) for band in colour)
    return red, green, blue
