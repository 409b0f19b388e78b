"""A folder in memory, because syncing to a busy disk takes longer than anything else in a test."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

_IN_MEMORY = "/dev/shm"


@contextlib.contextmanager
def memory_folder(otherwise: str | os.PathLike[str]) -> Iterator[Path]:
    """Make a folder for many small files, and remove it.

    Args:
        otherwise: the parent folder if the system has none in memory.
    """
    place = _IN_MEMORY if os.access(_IN_MEMORY, os.W_OK) else otherwise
    with tempfile.TemporaryDirectory(dir=place, prefix="codemie-tray-test-") as folder:
        yield Path(folder)
