"""The temporary files of writers: how they are named, and how those of killed writers are removed."""

from __future__ import annotations

import contextlib
import os
import re

_REST = re.compile(r"\d+-[0-9a-f]{8}\.tmp")


def temporary_name(path: str) -> str:
    """Return a new path beside `path`, for a file that will replace it."""
    folder, name = os.path.split(path)
    return os.path.join(folder, f".{name}.{os.getpid()}-{os.urandom(4).hex()}.tmp")


def sweep_temporaries(path: str) -> int:
    """Remove temporary files that killed writers of `path` left; the caller holds the home's lock.

    Returns:
        How many files were removed. One that can't be removed is left for the next sweep.
    """
    folder, name = os.path.split(path)
    start = f".{name}."
    removed = 0
    try:
        with os.scandir(folder) as entries:
            orphans = [
                entry.path
                for entry in entries
                if entry.name.startswith(start) and _REST.fullmatch(entry.name, len(start))
            ]
    except OSError:
        return 0
    for orphan in orphans:
        with contextlib.suppress(OSError):
            os.unlink(orphan)
            removed += 1
    return removed
