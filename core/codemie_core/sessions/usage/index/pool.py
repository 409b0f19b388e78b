"""Keeps the index open after a question, because opening it takes longer than most answers.

A window asks several questions at a time, and again with each turn of a session. Only the last index is kept,
and used again only while its files are as we left them: if anybody else wrote, replaced or damaged them, it
is opened and checked as for the first time. On Windows, nothing is kept: an open file can't be removed there.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass

from codemie_core.sessions.usage.index.index import UsageIndex


@contextlib.contextmanager
def open_index(path: str | None) -> Iterator[UsageIndex]:
    """Open an index, or take the one that was kept open; after an error, it is closed.

    Args:
        path: the file; None for a temporary one, removed when closed.

    Raises:
        IndexUnusable: it can't be created.
        StoreError: the folder can't be made, or something else is in place of a file.
        OSError: from the system.
    """
    index = None if path is None else _POOL.take(path)
    if index is None:
        index = UsageIndex(path).__enter__()
    try:
        yield index
        index.empty_long_log()
    except BaseException:
        index.close()
        raise
    if path is None or sys.platform == "win32":
        index.close()
    else:
        _POOL.keep(path, index)


def close_kept() -> None:
    """Close the index that is kept open, if any."""
    _POOL.close()


_Files = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    """An open index, and what tells whether it is still as we left it."""

    path: str
    index: UsageIndex
    files: _Files
    """What `_files` returned when it was last used."""


class _Pool:
    """The one index that is kept; any thread may take it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: _Kept | None = None

    def take(self, path: str) -> UsageIndex | None:
        """Return the kept index if it is this one and unchanged; it is no longer kept."""
        kept = self._exchange(None)
        if kept is None:
            return None
        if kept.path == path and kept.files == _files(path):
            return kept.index
        kept.index.close()
        return None

    def keep(self, path: str, index: UsageIndex) -> None:
        """Keep this index instead of the one before."""
        files = _files(path)
        before = self._exchange(None if files is None else _Kept(path, index, files))
        if files is None:
            index.close()
        if before is not None:
            before.index.close()

    def close(self) -> None:
        """Close the kept index."""
        kept = self._exchange(None)
        if kept is not None:
            kept.index.close()

    def _exchange(self, kept: _Kept | None) -> _Kept | None:
        with self._lock:
            before, self._kept = self._kept, kept
            return before

    def after_fork(self) -> None:
        """Forget the index in a child process, which must neither use nor close its parent's connection.

        See https://www.sqlite.org/howtocorrupt.html, section 2.6.
        """
        self._lock = threading.Lock()
        if self._kept is not None:
            import ctypes  # a fork is rare: the program starts others by `exec`

            ctypes.pythonapi.Py_IncRef(ctypes.py_object(self._kept))  # never freed, so never closed
            self._kept = None


def _files(path: str) -> _Files | None:
    """Return what changes when anyone writes or replaces the index; None if it is not complete."""
    try:
        found = [os.lstat(path), os.lstat(path + "-wal")]
    except OSError:
        return None
    return tuple((*one[:7], one.st_mtime_ns, one.st_ctime_ns) for one in found)


_POOL = _Pool()
if sys.platform != "win32":
    atexit.register(close_kept)
    os.register_at_fork(after_in_child=_POOL.after_fork)
