"""Counts of one reading, and the places of the lines it could not use."""

from __future__ import annotations

from dataclasses import dataclass, field

KEPT_PLACES = 20
"""How many places of bad lines a tally remembers; all are counted."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """One line that was skipped: where and why, never its content."""

    offset: int
    """Of the line's first byte, from the start of the file."""
    reason: str
    line: int | None = None
    """Counted from 1; None where nobody has counted yet (`line_number` does)."""


@dataclass(slots=True)
class Tally:
    """Counts of one reading."""

    good: int = 0
    """Records, salvaged ones among them."""
    salvaged: int = 0
    """Damaged records that could be kept (invalid UTF-8, half a surrogate pair, NULs before them)."""
    bad: int = 0
    """Lines that were skipped, overlong and torn ones included."""
    overlong: int = 0
    """Lines over the limit."""
    torn: bool = False
    """The last line has no end and is no whole record: somebody may still be writing it."""
    end_offset: int = 0
    """Just behind the last byte that is dealt with; a torn last line is not."""
    open_end: bool = False
    """The last record has no newline (yet)."""
    places: list[BadLine] = field(default_factory=list)
    """The first bad lines."""

    def note(self, bad: BadLine) -> None:
        """Count one bad line."""
        self.bad += 1
        if len(self.places) < KEPT_PLACES:
            self.places.append(bad)
