"""Keeps a state that was read in the history, together with its origin."""

from __future__ import annotations

import os

from codemie_core.config.history import History, Origin, Version
from codemie_core.config.reader import Read
from codemie_core.files.atomic_file import FileVersion, version_of
from codemie_core.files.write_mark import WriteMark


def keep_read(history: History, note: bytes, read: Read, *, durable: bool = True) -> Version:
    """Keep a state that was read. The caller holds the home's lock.

    Args:
        history: of the same home.
        note: the note in the lock file.
        read: of an existing file.
        durable: as for `History.keep`.

    Raises:
        StoreError: it can't be kept.
    """
    assert read.status is not None  # noqa: S101 - for the type checker: there is a file
    return history.keep(
        read.data,
        layout=read.config.layout,
        profiles=0 if read.broken else len(read.config.profiles),
        origin=Origin.BROKEN if read.broken else origin_of(read.status, note),
        made_at_microseconds=read.status.st_mtime_ns // 1000,
        durable=durable,
    )


def origin_of(status: os.stat_result, note: bytes) -> Origin:
    """Return who wrote the file, according to the note in the lock file."""
    last = WriteMark.of(note)
    ours = last is not None and last.mark == FileVersion.of(status).mark
    return Origin.OWN if ours else Origin.OTHER


def mark_of(path: str) -> str | None:
    """Return the mark of the file at `path` (links followed); None if there is none."""
    try:
        version = version_of(path)
    except OSError:
        return None
    return version.mark if version else None
