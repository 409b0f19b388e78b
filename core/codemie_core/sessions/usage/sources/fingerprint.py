"""Recognizes a file's beginning without reading all of it again.

Up to 1 MiB, every byte counts. Beyond that, only 17 to 33 pages spread over the whole do: an edit elsewhere
that keeps the file's size *and* is followed by an append before the next check goes unnoticed (an edit alone
is detected by its time). All session files we have seen are small, or only ever appended to or replaced.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from codemie_core.sessions.usage.sources.digest import digest

WHOLE_BYTES = 1 << 20
_PAGE_BYTES = 4096
_PAGES = 32
"""At most, plus the last one."""


def fingerprint_of(read_at: Callable[[int, int], bytes], length: int) -> str:
    """Return the fingerprint of the first `length` bytes.

    Args:
        read_at: returns a number of bytes from an offset.
        length: how long the beginning is.
    """
    if length <= WHOLE_BYTES:
        return digest(read_at(length, 0)).hex()
    # A power of two: while the file grows, its pages stay the same except for the last one.
    step = 1 << ((length - 1) // _PAGES).bit_length()
    offsets = [*range(0, length - _PAGE_BYTES, step), length - _PAGE_BYTES]
    return digest(*(read_at(_PAGE_BYTES, offset) for offset in offsets)).hex()


if sys.platform == "win32":

    def reading_at(fd: int) -> Callable[[int, int], bytes]:
        """Return a function that reads from a descriptor; its position moves."""

        def read_at(count: int, offset: int) -> bytes:
            os.lseek(fd, offset, os.SEEK_SET)
            return os.read(fd, count)

        return read_at

else:

    def reading_at(fd: int) -> Callable[[int, int], bytes]:
        """Return a function that reads from a descriptor."""
        return lambda count, offset: os.pread(fd, count, offset)
