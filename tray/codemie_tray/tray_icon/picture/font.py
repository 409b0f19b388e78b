"""Finds a font for a letter: Pillow's own, which has little more than ASCII, or one of the system's.

The built-in font is available at once and looks the same everywhere. Asking the system takes a while, so that
is done on a separate thread, and only for an initial that the built-in font lacks.
"""

from __future__ import annotations

import functools
import logging
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass

from PIL import ImageFont
from PIL.ImageFont import FreeTypeFont

_LOG = logging.getLogger(__name__)

_FC_MATCH_SECONDS = 5.0
"""fontconfig may have to rebuild its cache first."""
_PROBE_PX = 32
_INVISIBLE = "\u200d\ufe0e\ufe0f"
"""Joiner and variation selectors: they have no glyph of their own."""
_NEVER_ASSIGNED = "\U0010ffff"

_WINDOWS_FILES = (
    "segoeuib.ttf", "msyhbd.ttc", "msyh.ttc", "YuGothB.ttc", "malgunbd.ttf", "Nirmala.ttf", "NirmalaB.ttf",
    "LeelUIsl.ttf", "ebrima.ttf", "seguisym.ttf", "seguiemj.ttf",
)  # fmt: skip
_MACOS_FILES = (
    "SFNS.ttf", "Helvetica.ttc", "PingFang.ttc", "Hiragino Sans GB.ttc", "AppleSDGothicNeo.ttc",
    "Supplemental/Arial Unicode.ttf", "Apple Symbols.ttf",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FontFile:
    """One face in a font file."""

    path: str
    index: int = 0


def built_in(size_px: int) -> FreeTypeFont:
    """Return Pillow's own font at an em of `size_px`."""
    return _built_in(size_px)


@functools.lru_cache(maxsize=32)
def _built_in(size_px: int) -> FreeTypeFont:
    font = ImageFont.load_default(size_px)
    assert isinstance(font, ImageFont.FreeTypeFont)  # noqa: S101 - so it is where Pillow has FreeType
    return font


def open_font(file: FontFile, size_px: int) -> FreeTypeFont | None:
    """Return the face in `file` at an em of `size_px`, or None if it is no longer a (scalable) font."""
    try:
        return ImageFont.truetype(file.path, size_px, index=file.index)
    except (OSError, ValueError):
        return None


@functools.lru_cache(maxsize=64)
def built_in_has(text: str) -> bool:
    """Whether the built-in font can draw all of `text`."""
    return text.isascii() and has(built_in(_PROBE_PX), text)


def has(font: FreeTypeFont, text: str) -> bool:
    """Whether `font` has its own glyph for every character of `text`, not the one for missing ones."""
    visible = [character for character in text if character not in _INVISIBLE]
    missing = _picture(font, _NEVER_ASSIGNED)
    return bool(visible) and all(
        not 0xD800 <= ord(character) <= 0xDFFF and _picture(font, character) not in (None, missing)
        for character in visible
    )


def _picture(font: FreeTypeFont, character: str) -> tuple[tuple[int, int], bytes] | None:
    try:
        mask = font.getmask(character)
    except (OSError, ValueError):
        return None
    pixels = bytes(mask)
    return (mask.size, pixels) if any(pixels) else None


def find(text: str) -> FontFile | None:
    """Return a font of this system that can draw `text`; may take seconds.

    Args:
        text: one grapheme.
    """
    candidates = _by_fontconfig(text) if sys.platform not in ("win32", "darwin") else _by_list()
    for file in candidates:
        font = open_font(file, _PROBE_PX)
        if font is not None and has(font, text):
            return file
    return None


def _by_list() -> Iterable[FontFile]:
    if sys.platform == "win32":
        folder, names = os.path.join(os.environ.get("SYSTEMROOT", r"C:\Windows"), "Fonts"), _WINDOWS_FILES
    else:
        folder, names = "/System/Library/Fonts", _MACOS_FILES
    for name in names:
        path = os.path.join(folder, name)
        if os.path.exists(path):
            yield FontFile(path)


def _by_fontconfig(text: str) -> Iterable[FontFile]:
    """Yield fontconfig's best guess: it answers with *some* font even if none has the character."""
    import subprocess

    from codemie_core.system.process.foreign_environment import foreign_environment

    character = next((c for c in text if c not in _INVISIBLE), "")
    if not character:
        return
    pattern = f"sans:bold:scalable=true:color=false:charset={ord(character):x}"
    command = ["fc-match", "--format", "%{file}\n%{index}\n", pattern]
    try:
        ran = subprocess.run(
            command,
            capture_output=True,
            timeout=_FC_MATCH_SECONDS,
            check=False,
            stdin=subprocess.DEVNULL,
            env=foreign_environment(),
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        _LOG.info("The system could not be asked for fonts: %s", error)
        return
    answer = ran.stdout.decode("utf-8", "surrogateescape").split("\n")
    if len(answer) >= 2 and answer[0]:
        # The index's upper half names an instance of a variable font, which Pillow selects in another way.
        yield FontFile(answer[0], int(answer[1]) & 0xFFFF if answer[1].isdigit() else 0)
