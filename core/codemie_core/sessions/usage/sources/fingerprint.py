"""Recognizes a file's beginning without reading all of it again.

Up to 1 MiB, every byte counts. Beyond that, only 17 to 33 samples of 4 KiB spread over the whole do: an edit
elsewhere that keeps the file's size *and* is followed by an append before the next check goes unnoticed (an
edit alone is detected by its time). All session files we have seen are small, or only ever appended to or
replaced.
"""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Callable

WHOLE_BYTES = 1 << 20
_SAMPLE_BYTES = 4096
_SAMPLES = 32
"""At most, plus the last one."""


class Beginnings:
    """The fingerprints of beginnings of a file; what a longer one has in common with the last is read once.

    A fingerprint is a CRC-32. It need not resist attacks: who can write the index can write sessions.

    Args:
        read_at: returns a number of bytes from an offset.
    """

    def __init__(self, read_at: Callable[[int, int], bytes]) -> None:
        self._read_at = read_at
        self._step = self._length = self._offset = self._sum = 0

    def fingerprint(self, length: int) -> str:
        """Return the fingerprint of the first `length` bytes."""
        # A power of two: while the file grows, its samples stay the same except for the last one.
        step = 1 << ((length - 1) // _SAMPLES).bit_length() if length > WHOLE_BYTES else 1
        if step != self._step or length < self._length:
            self._step, self._offset, self._sum = step, 0, 0
        self._length = length
        if step == 1:
            self._sum = zlib.crc32(self._read_at(length - self._offset, self._offset), self._sum)
            self._offset = length
            return f"{self._sum:08x}"
        for offset in range(self._offset, length - _SAMPLE_BYTES, step):
            self._sum = zlib.crc32(self._read_at(_SAMPLE_BYTES, offset), self._sum)
            self._offset = offset + step
        return f"{zlib.crc32(self._read_at(_SAMPLE_BYTES, length - _SAMPLE_BYTES), self._sum):08x}"


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
