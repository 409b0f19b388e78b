"""Reads a regular file completely, with the stat of exactly the file that was read."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import time
from collections.abc import Callable

from codemie_core.errors import as_posix_says

READ_PATIENCE_SECONDS = 0.5
"""Windows: how long opening a file is retried: a file that is just being replaced can't be opened."""

_READ_PAUSE_SECONDS = 0.005
# O_NONBLOCK, O_NOCTTY: opening a pipe must not block us, and a terminal must not become ours.
_READ = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_READ |= getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_CHUNK_BYTES = 1 << 20
_LEAST_BYTES = 4096


def read_whole(path: str, *, limit_bytes: int) -> tuple[bytes, os.stat_result]:
    """Read a regular file; return its content, and the stat of exactly the file that was read.

    Raises:
        OSError: from the system; `EISDIR` or `EINVAL` if it is not a regular file (a pipe would block),
            `EFBIG` if it exceeds `limit_bytes`.
    """
    return read_all(_opened(path), path, limit_bytes=limit_bytes)


def has_content(path: str, content: bytes) -> bool:
    """Whether a regular file can be read and has exactly this content."""
    try:
        return read_whole(path, limit_bytes=len(content))[0] == content
    except OSError:
        return False


def open_regular(path: str) -> int:
    """Open a regular file for reading; return its descriptor.

    Raises:
        OSError: as `read_whole`.
    """
    fd = _opened(path)
    try:
        _check_regular(os.fstat(fd), path)
    except OSError:
        os.close(fd)
        raise
    return fd


def read_all(fd: int, path: str, *, limit_bytes: int) -> tuple[bytes, os.stat_result]:
    """Read an open file to its end, and close it.

    Args:
        fd: open for reading.
        path: for messages.
        limit_bytes: a longer file is refused.

    Raises:
        OSError: as `read_whole`.
    """
    try:
        status = os.fstat(fd)
        _check_regular(status, path)
        chunks: list[bytes] = []
        total = 0
        # Room for all of it, and to see that it is longer: a large buffer costs time.
        room = min(status.st_size + 1, _CHUNK_BYTES)
        while chunk := os.read(fd, max(room, _LEAST_BYTES)):
            total += len(chunk)
            if total > limit_bytes:
                raise OSError(errno.EFBIG, f"larger than {limit_bytes} bytes", path)
            chunks.append(chunk)
        return b"".join(chunks), status
    finally:
        with contextlib.suppress(OSError):  # the content has been read
            os.close(fd)


def _check_regular(status: os.stat_result, path: str) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "not a regular file", path)


def _opened(path: str) -> int:
    return opened_patiently(path, lambda: os.open(path, _READ))


def opened_patiently(path: str, open_it: Callable[[], int]) -> int:
    """Return the result of `open_it`; on Windows, retry while the file can't be opened for a moment.

    Raises:
        OSError: the last error of `open_it`.
    """
    deadline = time.monotonic() + READ_PATIENCE_SECONDS
    while True:
        try:
            return open_it()
        except OSError as error:
            translated = as_posix_says(path, error)
            denied = sys.platform == "win32" and isinstance(translated, PermissionError)
            if not denied or time.monotonic() >= deadline:
                raise translated from None
            time.sleep(_READ_PAUSE_SECONDS)
