"""Splits a file into blocks of whole lines, in memory that does not grow with the file.

One buffer, filled by `readinto` and reused: 128 KiB was as fast as any larger size and makes one bad line
cheap, since only its block is read again. No mmap: truncation by another program would kill the process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

BUFFER_BYTES = 128 * 1024
LINE_LIMIT_BYTES = 8 * 1024 * 1024
"""A longer line is skipped as bad, which bounds the memory whatever a file holds."""

_NEWLINE = b"\n"
_BOM = b"\xef\xbb\xbf"


class Source(Protocol):
    """What blocks are read from: an unbuffered file, or bytes in memory (`io.BytesIO`)."""

    def seek(self, offset: int, /) -> int:
        """Seek to an offset."""

    def readinto(self, buffer: memoryview, /) -> int | None:
        """Fill a buffer as far as possible; return how many bytes were read."""


def blocks(  # noqa: PLR0912  one loop over one buffer; cut up, its state would have to travel
    file: Source,
    *,
    start: int = 0,
    end: int | None = None,
    line_limit_bytes: int = LINE_LIMIT_BYTES,
    on_overlong: Callable[[int, int | None], object],
) -> Iterator[tuple[int, memoryview, bool]]:
    """Yield `(offset, view, whole)`; the view is valid until the next one is requested.

    Args:
        file: where to read.
        start: offset of a line's first byte.
        end: offset to stop at; default: the end of the file.
        line_limit_bytes: the longest line allowed.
        on_overlong: called with the offset of each longer line and of what follows it (None: no end seen).

    Every view except perhaps the last ends with a newline; a last one that does not has `whole` False.
    """
    file.seek(start)
    buffer = bytearray(min(BUFFER_BYTES, line_limit_bytes))
    offset = start  # of buffer[0] in the file
    filled = 0
    skipping = -1  # the offset of the overlong line being skipped
    position = start
    while True:
        room = memoryview(buffer)[filled:]
        if end is not None:
            room = room[: max(0, end - position)]
        count = file.readinto(room) or 0
        if not count:
            break
        position += count
        if skipping >= 0:
            cut = buffer.find(_NEWLINE, 0, count) + 1
            if not cut:
                offset = position
                continue
            offset = position - (count - cut)
            on_overlong(skipping, offset)
            skipping = -1
            buffer[: count - cut] = buffer[cut:count]
            filled, count = 0, count - cut
        cut = buffer.rfind(_NEWLINE, filled, filled + count) + 1
        filled += count
        if cut:
            first = len(_BOM) if offset == 0 and buffer.startswith(_BOM) else 0
            yield offset + first, memoryview(buffer)[first:cut], True
            rest = filled - cut
            if len(buffer) > BUFFER_BYTES and rest <= BUFFER_BYTES // 2:
                buffer = bytearray(buffer[cut:filled]).ljust(min(BUFFER_BYTES, line_limit_bytes), b"\0")
            else:
                buffer[:rest] = buffer[cut:filled]
            offset += cut
            filled = rest
        elif filled == len(buffer):
            if filled >= line_limit_bytes:
                skipping, filled, offset = offset, 0, position
                buffer = bytearray(min(BUFFER_BYTES, line_limit_bytes))
            else:
                buffer = buffer.ljust(min(2 * filled, line_limit_bytes), b"\0")
    if skipping >= 0:
        on_overlong(skipping, None)
    elif filled:
        first = len(_BOM) if offset == 0 and buffer.startswith(_BOM) else 0
        yield offset + first, memoryview(buffer)[first:filled], False


def count_newlines(file: Source, start: int, end: int) -> int:
    """Count the newlines from offset `start` to offset `end`."""
    file.seek(start)
    buffer = bytearray(BUFFER_BYTES)
    view = memoryview(buffer)
    found = 0
    while start < end and (count := file.readinto(view[: end - start]) or 0):
        found += buffer.count(_NEWLINE, 0, count)
        start += count
    return found
