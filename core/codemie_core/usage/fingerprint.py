"""Knowing a file's beginning again without reading it all.

Up to 1 MiB every byte counts. Beyond it, 32 pages spread over the whole do: an edit elsewhere that keeps the
file's size *and* is followed by an append before anybody looked is not noticed (an edit alone is, by its
time). Every session file we have seen is either small, or only ever appended to or replaced.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from hashlib import blake2b

WHOLE_BYTES = 1 << 20
_PAGE_BYTES = 4096
_PAGES = 32
DIGEST_BYTES = 16


def fingerprint(read_at: Callable[[int, int], bytes], length: int) -> str:
    """Return the fingerprint of the first `length` bytes.

    Args:
        read_at: returns so many bytes from an offset.
        length: how long the beginning is.
    """
    digest = blake2b(digest_size=DIGEST_BYTES)
    if length <= WHOLE_BYTES:
        digest.update(read_at(length, 0))
    else:
        step = (length - _PAGE_BYTES) // (_PAGES - 1)
        for page in range(_PAGES - 1):
            digest.update(read_at(_PAGE_BYTES, page * step))
        digest.update(read_at(_PAGE_BYTES, length - _PAGE_BYTES))
    return digest.hexdigest()


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
