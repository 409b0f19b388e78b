"""A report as values: what was used, by line and in total, and what could not be counted."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Grouping(enum.StrEnum):
    """What each line of a report shows."""

    DAY = "day"
    HOUR = "hour"
    AGENT = "agent"
    MODEL = "model"
    PROFILE = "profile"
    PROJECT = "project"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Totals:
    """What was used."""

    turns: int = 0
    tokens: int | None = 0
    """Sum of input, output, and cache read and written. None if unknown."""
    tool_calls: int = 0
    milliseconds: int = 0
    sessions: int = 0
    """Distinct ones."""
    input: int | None = 0
    output: int | None = 0
    cache_read: int | None = 0
    cache_write: int | None = 0
    """These four are None if nothing says how the tokens are divided."""
    cost_usd: float | None = 0.0
    """An estimate from the price table; None if no price or no tokens are known."""
    unknown_sessions: int = 0
    """How many of the sessions have turns with unknown tokens, which are not counted."""
    unpriced_tokens: int = 0
    """Tokens of models that the price table lacks, or that are not divided; not included in the cost."""

    def milliseconds_by(self, grouping: str) -> int | None:
        """Return the time of a line grouped this way; None if it is unknown.

        A session's time belongs to none of its models, so a model has a time only if its turns have one.
        """
        return None if grouping == Grouping.MODEL and not self.milliseconds else self.milliseconds


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a report."""

    name: str
    """The day as `2026-01-16`, the hour as `2026-01-16 10:00`, or the agent, model, profile, project or
    session; empty if a record names none."""
    totals: Totals


@dataclass(frozen=True, slots=True)
class SkippedLines:
    """Lines of one file that could not be counted, or the file itself."""

    path: str
    reason: str = ""
    """Why the file can't be read; empty if it can."""
    salvaged: int = 0
    bad: int = 0
    overlong: int = 0
    torn: bool = False
    places: tuple[tuple[int, str], ...] = ()
    """Offset and reason of the first bad lines; `line_number` counts their lines."""


@dataclass(frozen=True, slots=True)
class Usage:
    """The answer."""

    lines: tuple[Line, ...]
    """Days and hours in order; all others by tokens, then turns, most first."""
    totals: Totals
    troubles: tuple[SkippedLines, ...] = ()
    read_bytes: int = 0
    """How many bytes had to be read."""
    unpriced_models: tuple[str, ...] = ()
    """Models with tokens but without a price."""
