"""Reading a regular file whole, with the stat of the very file that was read."""

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
"""Windows: how long a file that can't be opened is tried again: one that is just being replaced can't be."""

_READ_PAUSE_SECONDS = 0.005
# O_NONBLOCK, O_NOCTTY: a pipe or a terminal in the place of the file must neither hold us nor become ours.
_READ = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_READ |= getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_CHUNK_BYTES = 1 << 20


def read_whole(path: str, *, limit_bytes: int) -> tuple[bytes, os.stat_result]:
    """Read a regular file and the stat of the very file that was read.

    Raises:
        OSError: as the system says; `EISDIR`/`EINVAL` for what is no regular file (a pipe would block),
            `EFBIG` over `limit_bytes`.
    """
    return read_all(opened_patiently(path, lambda: os.open(path, _READ)), path, limit_bytes=limit_bytes)


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
        if stat.S_ISDIR(status.st_mode):
            raise OSError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", path)
        chunks: list[bytes] = []
        total = 0
        while chunk := os.read(fd, _CHUNK_BYTES):
            total += len(chunk)
            if total > limit_bytes:
                raise OSError(errno.EFBIG, f"larger than {limit_bytes} bytes", path)
            chunks.append(chunk)
        return b"".join(chunks), status
    finally:
        with contextlib.suppress(OSError):  # what was read was read
            os.close(fd)


def opened_patiently(path: str, open_it: Callable[[], int]) -> int:
    """Return what `open_it` returns; on Windows, tried again while the file can't be opened for a moment.

    Raises:
        OSError: what `open_it` raised last.
    """
    deadline = time.monotonic() + READ_PATIENCE_SECONDS
    while True:
        try:
            return open_it()
        except OSError as error:
            told = as_posix_says(path, error)
            denied = sys.platform == "win32" and isinstance(told, PermissionError)
            if not denied or time.monotonic() >= deadline:
                raise told from None
            time.sleep(_READ_PAUSE_SECONDS)
