"""The icon in the form that hosts need: pixels at several sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from codemie_tray.view.view import IconDesign

if TYPE_CHECKING:
    from codemie_tray.tray_icon.picture.font import FontFile

SIZES_PX = (16, 22, 24, 32, 48, 64)
"""The sizes that panels use, at normal and double density; each is drawn separately."""

Pixmap = tuple[int, int, bytes]
"""Width, height, ARGB32 in network byte order."""


def pixmaps(design: IconDesign, font: FontFile | None = None) -> list[Pixmap]:
    """Draw `design` at every size."""
    from PIL import Image

    from codemie_tray.tray_icon.picture.drawing import draw

    drawn = []
    for size in SIZES_PX:
        red, green, blue, alpha = draw(design, size, font).split()
        # Merged under Pillow's own name for four bands, in wire order: no loop over pixels.
        argb = Image.merge("RGBA", (alpha, red, green, blue))
        drawn.append((size, size, argb.tobytes()))
    return drawn


def image_data(pixmap: Pixmap) -> tuple[str, tuple[int, int, int, bool, int, int, bytes]]:
    """Return a pixmap as a notification's `image-data` hint (RGBA, 8 bits per band)."""
    width, height, argb = pixmap
    rgba = bytearray(len(argb))
    rgba[0::4], rgba[1::4], rgba[2::4], rgba[3::4] = argb[1::4], argb[2::4], argb[3::4], argb[0::4]
    return "(iiibiiay)", (width, height, width * 4, True, 8, 4, bytes(rgba))
