"""The icon's pixels, stored between starts, so that Pillow need not be loaded to draw them again.

Pillow's libraries take 4 MiB of the tray's memory and 25 ms of its start. An icon is 34 KiB, and a user has a
handful: one per profile, each with and without the badge.
"""

from __future__ import annotations

import contextlib
import logging
import os

from codemie_core.errors import StoreError
from codemie_core.files.private.file import (
    make_own_folder,
    names_in_own_folder,
    read_private,
    remove_private,
    replace_private,
)
from codemie_core.system.sha256 import sha256
from codemie_tray import __version__
from codemie_tray.tray_icon.linux.pixels.pixmaps import SIZES_PX, Pixmap
from codemie_tray.view.view import IconDesign

_LOG = logging.getLogger(__name__)

_BODY_BYTES = sum(4 * size * size for size in SIZES_PX)
_DIGEST_BYTES = 32
_MOST_FILES = 64
_SUFFIX = ".argb"


class PixelCache:
    """`<home>/tray/icons`: one file per design and release.

    A file is the SHA-256 of the rest, then the ARGB32 pixels of each of `SIZES_PX`. A file that is missing,
    damaged or can't be written only costs a drawing.

    Args:
        folder: where the files are; created with the first file. The folder above it must be ours alone.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def read(self, design: IconDesign) -> list[Pixmap] | None:
        """Return the pixels of a design at every size; None if there are none that can be trusted."""
        path = self._path(design)
        try:
            data, _ = read_private(path, limit_bytes=_DIGEST_BYTES + _BODY_BYTES, levels=2)
        except FileNotFoundError:
            return None
        except (OSError, StoreError) as error:
            _LOG.info("The cached pixels of the icon could not be read, so it is drawn again: %s", error)
            return None
        digest, body = data[:_DIGEST_BYTES], data[_DIGEST_BYTES:]
        if len(body) != _BODY_BYTES or sha256(body).digest() != digest:
            _LOG.info("%s is damaged, so the icon is drawn again.", path)
            return None
        found, start = [], 0
        for size in SIZES_PX:
            end = start + 4 * size * size
            found.append((size, size, body[start:end]))
            start = end
        return found

    def keep(self, design: IconDesign, pixmaps: list[Pixmap]) -> None:
        """Write the pixels of a design, as `pixmaps` returns them; a failure is logged."""
        body = b"".join(pixels for _, _, pixels in pixmaps)
        try:
            make_own_folder(self._folder, levels=2)
            self._make_room()
            replace_private(self._path(design), sha256(body).digest() + body, levels=2, durable=False)
        except (OSError, StoreError) as error:
            _LOG.info("The icon's pixels could not be cached: %s", error)

    def _make_room(self) -> None:
        """Remove all files once there are too many: those of other releases and of deleted profiles."""
        names = [name for name in names_in_own_folder(self._folder, levels=2) if name.endswith(_SUFFIX)]
        if len(names) >= _MOST_FILES:
            for name in names:
                with contextlib.suppress(FileNotFoundError):
                    remove_private(os.path.join(self._folder, name), levels=2)

    def _path(self, design: IconDesign) -> str:
        parts = (__version__, design.initial, design.colour, str(design.attention))
        name = sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
        return os.path.join(self._folder, name + _SUFFIX)
