"""The picture at the side of the installer's first and last page, made from the program's icon."""

from __future__ import annotations

import os

from PIL import Image

from installers import product

_WIDTH, _HEIGHT = 164, 314
"""Pixels, as in NSIS's Modern UI at 96 dots per inch."""
_TIMES = 3
"""Drawn larger, because the wizard scales it to any density, and scaling up would blur it."""
_GROUND = (0xEA, 0xF1, 0xFB)
_ICON_PX = 88


def write(folder: str) -> str:
    """Write the picture into a folder and return its path."""
    picture = Image.new("RGB", (_WIDTH * _TIMES, _HEIGHT * _TIMES), _GROUND)
    size = _ICON_PX * _TIMES
    with Image.open(product.inside("assets", "icons", f"{product.PROGRAM_NAME}-512.png")) as whole:
        icon = whole.convert("RGBA").resize((size, size), Image.Resampling.LANCZOS)
    picture.paste(icon, ((picture.width - size) // 2, (picture.height - size) * 2 // 5), icon)
    path = os.path.join(folder, "wizard.bmp")
    picture.save(path)
    return path
