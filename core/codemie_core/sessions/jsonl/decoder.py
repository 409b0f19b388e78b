"""Decodes blocks of lines to records, with msgspec.

A whole block is decoded at once. If that fails, it is decoded line by line, and `salvage` tries a line that
still fails. It is loaded only then, and so is the standard library's parser.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from msgspec import Struct

from codemie_core.sessions.jsonl.narrow import NarrowDecoder
from codemie_core.sessions.jsonl.tally import BadLine, Tally

__all__ = ["ABSENT", "Amount", "Count", "LineDecoder", "Struct", "TypedJSON"]

ABSENT = msgspec.UNSET
"""The value of a `Struct` field that the record lacks, where that differs from null."""

MOST_MISFITS = 8
"""After so many blocks that do not fit, a narrow decoder is no longer tried on a file."""
LARGEST_EXACT = 2**53
"""JavaScript, which writes these files, can't count beyond this."""

Count = Annotated[int, msgspec.Meta(ge=0, le=LARGEST_EXACT)]
Amount = Annotated[float, msgspec.Meta(ge=0, le=LARGEST_EXACT)]

Row = TypeVar("Row")

# RecursionError: a line nested deeper than the parsers support. A UnicodeDecodeError is a ValueError.
_REFUSED = (msgspec.DecodeError, ValueError, RecursionError)


class TypedJSON(Generic[Row]):
    """Reads and writes JSON of one known type, several times as fast as the standard library."""

    def __init__(self, kind: type[Row]) -> None:
        self._decoder = msgspec.json.Decoder(kind)
        self._kind = kind

    def parse(self, text: str) -> Row:
        """Return the value.

        Raises:
            ValueError: it is of another type, or not JSON.
        """
        try:
            return self._decoder.decode(text)
        except msgspec.DecodeError:
            import json

            try:  # half a surrogate pair
                return msgspec.convert(json.loads(text), self._kind)
            except msgspec.ValidationError as error:
                raise ValueError(str(error)) from error

    def text(self, value: Row) -> str:
        """Return the JSON text of a value, without spaces."""
        try:
            return msgspec.json.encode(value).decode()
        except UnicodeEncodeError:  # half a surrogate pair, which the standard library escapes
            import json

            return json.dumps(msgspec.to_builtins(value), separators=(",", ":"))


class LineDecoder(Generic[Row]):
    """Decodes lines to `Row`, a `Struct` that names the needed fields, or to `dict` for all fields.

    Args:
        row: the type; other fields are skipped without creating objects.
        tally: updated with the counts.
        on_bad: called for each bad line.
        narrow: decodes most blocks faster, to rows with the same fields.
    """

    def __init__(
        self,
        row: type[Row],
        tally: Tally,
        *,
        on_bad: Callable[[BadLine], object] | None = None,
        narrow: NarrowDecoder[Any] | None = None,
    ) -> None:
        self._row = row
        self._decoder = msgspec.json.Decoder(row)
        self._tally = tally
        self._on_bad = on_bad
        self._by_line = False
        self._narrow = narrow
        self._misfits = 0

    def decode(self, offset: int, view: memoryview, *, whole: bool = True) -> list[Row]:
        """Return the records of one block.

        Args:
            offset: of the block in the file.
            view: whole lines; if not `whole`, the last one has no end.
            whole: the block ends with a newline. If not, a last line that is not a record counts as torn.
        """
        tally = self._tally
        if not self._by_line and whole:
            try:
                rows = self._decode_block(view)
            except _REFUSED:
                # If one block has a bad line, the next is likely to have one, too.
                self._by_line = True
            else:
                tally.good += len(rows)
                tally.end_offset = offset + len(view)
                return rows
        bad, salvaged = tally.bad, tally.salvaged
        rows = self._line_by_line(offset, bytes(view), whole=whole)
        tally.good += len(rows)
        self._by_line = (tally.bad, tally.salvaged) != (bad, salvaged)
        if whole or tally.bad == bad:
            tally.end_offset = offset + len(view)
            tally.open_end = not whole and bool(rows)
        return rows

    def _decode_block(self, view: memoryview) -> list[Row]:
        narrow = self._narrow
        if narrow is not None:
            rows: list[Row] | None = narrow.decode_lines(view)
            if rows is not None:
                return rows
        rows = self._decoder.decode_lines(view)
        if narrow is not None:
            narrow.learn(rows)
            self._misfits += 1
            if self._misfits == MOST_MISFITS:
                self._narrow = None
        return rows

    def _line_by_line(self, offset: int, block: bytes, *, whole: bool) -> list[Row]:
        lines = block.split(b"\n")
        if whole:
            lines.pop()  # the empty rest after the last newline
        rows: list[Row] = []
        decode = self._decoder.decode
        waiting = iter(lines)
        done, at = 0, offset
        while True:
            before = len(rows)
            try:
                rows.extend(map(decode, waiting))
            except _REFUSED:
                index = done + len(rows) - before
                at += sum(map(len, lines[done:index])) + index - done
                line = lines[index]
                self._decode_damaged(at, line, rows, torn=not whole)
                at += len(line) + 1
                done = index + 1
            else:
                return rows

    def _decode_damaged(self, offset: int, line: bytes, rows: list[Row], *, torn: bool) -> None:
        try:
            rows += self._decoder.decode_lines(line)  # nothing, or several joined records
        except _REFUSED:
            pass
        else:
            return
        from codemie_core.sessions.jsonl.salvage import salvaged

        try:
            saved = salvaged(line, self._row)
        except (*_REFUSED, TypeError):
            reason = "a torn last line" if torn else "not a record"
            self._tally.torn |= torn
            bad = BadLine(offset, reason)
            self._tally.note(bad)
            if self._on_bad is not None:
                self._on_bad(bad)
        else:
            rows += saved
            self._tally.salvaged += len(saved)
