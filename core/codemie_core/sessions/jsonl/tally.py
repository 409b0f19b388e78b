"""Counts of one read, and the positions of the lines it could not use."""

from __future__ import annotations

from dataclasses import dataclass, field

KEPT_PLACES = 20
"""How many positions of bad lines a tally remembers; all of them are counted."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """Position of a skipped line, and why it was skipped; never its content."""

    offset: int
    """Of the line's first byte, from the start of the file."""
    reason: str
    line: int | None = None
    """Counted from 1; None if not counted yet (`line_number` does that)."""


@dataclass(slots=True)
class Tally:
    """Counts of one read."""

    good: int = 0
    """Records, including salvaged ones."""
    salvaged: int = 0
    """Damaged records that could be kept (invalid UTF-8, half a surrogate pair, NULs before them)."""
    bad: int = 0
    """Lines that were skipped, including overlong and torn ones."""
    overlong: int = 0
    """Lines over the limit."""
    torn: bool = False
    """The last line has no end and is not a whole record: it may still be being written."""
    end_offset: int = 0
    """Just past the last byte that was processed; a torn last line is not."""
    open_end: bool = False
    """The last record has no newline (yet)."""
    places: list[BadLine] = field(default_factory=list)
    """The first bad lines."""

    def note(self, bad: BadLine) -> None:
        """Count one bad line."""
        self.bad += 1
        if len(self.places) < KEPT_PLACES:
            self.places.append(bad)
