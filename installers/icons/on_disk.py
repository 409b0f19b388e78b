"""Where the checked-in icons are installed on a Linux desktop (Icon Theme Specification)."""

from __future__ import annotations

import os
import re

from installers.product import PROGRAM_NAME, inside

_SIZED = re.compile(rf"{re.escape(PROGRAM_NAME)}-(\d+)\.png")


def hicolor() -> dict[str, str]:
    """Return the icon files and their places below `icons/hicolor`."""
    places = {
        "../icon.svg": f"scalable/apps/{PROGRAM_NAME}.svg",
        f"{PROGRAM_NAME}-symbolic.svg": f"symbolic/apps/{PROGRAM_NAME}-symbolic.svg",
    }
    for name in sorted(os.listdir(inside("assets", "icons"))):
        match = _SIZED.fullmatch(name)
        if match:
            places[name] = f"{match[1]}x{match[1]}/apps/{PROGRAM_NAME}.png"
    return places


def read(name: str) -> bytes:
    """Return the content of an icon file."""
    with open(inside("assets", "icons", name), "rb") as file:
        return file.read()
