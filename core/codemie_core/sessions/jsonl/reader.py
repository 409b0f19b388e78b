"""Reads JSON Lines of any size: bad lines are counted with their position and never stop the reader."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from codemie_core.errors import store_read_error
from codemie_core.files.shared_open import open_shared
from codemie_core.sessions.jsonl.blocks import LINE_LIMIT_BYTES, Source, blocks, count_newlines
from codemie_core.sessions.jsonl.decoder import LineDecoder
from codemie_core.sessions.jsonl.narrow import NarrowDecoder
from codemie_core.sessions.jsonl.tally import BadLine, Tally

Row = TypeVar("Row")


class JSONLReader:
    """Reads files with one JSON object per line, in constant memory.

    Args:
        line_limit_bytes: a longer line counts as bad.
    """

    def __init__(self, *, line_limit_bytes: int = LINE_LIMIT_BYTES) -> None:
        self._line_limit_bytes = line_limit_bytes

    def read_lines(
        self,
        path: str | os.PathLike[str],
        *,
        offset: int = 0,
        tally: Tally | None = None,
        on_bad: Callable[[BadLine], object] | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Yield whole records, including unknown fields.

        Args:
            path: the file.
            offset: where to continue: the `end_offset` of an earlier read.
            tally: counts, updated after each block; continue at its `end_offset` later.
            on_bad: called for each bad line, with its line number.

        Raises:
            StoreError: the file can't be opened or read.
        """
        path = os.fspath(path)
        tally = Tally() if tally is None else tally
        numbered = None if on_bad is None else _numbering(path, on_bad)
        try:
            with open_shared(path) as file:
                for rows in self.scan(file, dict, start=offset, tally=tally, on_bad=numbered):
                    yield from rows
        except OSError as error:
            raise store_read_error(path, error) from error

    def scan(
        self,
        file: Source,
        row: type[Row],
        *,
        start: int = 0,
        end: int | None = None,
        tally: Tally,
        on_bad: Callable[[BadLine], object] | None = None,
        narrow: NarrowDecoder[Any] | None = None,
    ) -> Iterator[list[Row]]:
        """Yield lists of records decoded to `row`, block by block: the fast way to read a large file.

        Args:
            file: where to read: an unbuffered file, or bytes in memory.
            row: a `Struct` with the wanted fields.
            start: offset of a line's first byte.
            end: offset to stop at, at the end of a line.
            tally: counts, updated after each block.
            on_bad: called for each bad line, without its number.
            narrow: decodes most blocks faster, to rows with the same fields.
        """
        tally.end_offset = start
        decoder = LineDecoder(row, tally, on_bad=on_bad, narrow=narrow)

        def overlong(offset: int, next_offset: int | None) -> None:
            bad = BadLine(offset, f"longer than {self._line_limit_bytes} bytes")
            if next_offset is None:
                tally.torn = True
                bad = BadLine(offset, "a torn last line")
            else:
                tally.overlong += 1
                tally.end_offset = next_offset
            tally.note(bad)
            if on_bad is not None:
                on_bad(bad)

        for offset, view, whole in blocks(
            file, start=start, end=end, line_limit_bytes=self._line_limit_bytes, on_overlong=overlong
        ):
            yield decoder.decode(offset, view, whole=whole)


def line_number(path: str, offset: int) -> int:
    """Return the number, from 1, of the line at `offset`.

    Raises:
        StoreError: the file can't be read.
    """
    try:
        with open_shared(path) as file:
            return 1 + count_newlines(file, 0, offset)
    except OSError as error:
        raise store_read_error(path, error) from error


def _numbering(path: str, on_bad: Callable[[BadLine], object]) -> Callable[[BadLine], object]:
    """Count the lines up to each bad one, but only if there is one: counting is a good part of reading."""
    counted_to, newlines = 0, 0

    def numbered(bad: BadLine) -> None:
        nonlocal counted_to, newlines
        with open_shared(path) as file:
            newlines += count_newlines(file, counted_to, bad.offset)
        counted_to = bad.offset
        on_bad(replace(bad, line=newlines + 1))

    return numbered
