"""Cells -> what a person asks for: totals by day, agent, model or profile."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import chain

from codemie_core.sessions.usage.counting.quarter_hours import Calendar
from codemie_core.sessions.usage.counting.totals import Used


class Grouping(enum.StrEnum):
    """What the lines of a report stand for."""

    DAY = "day"
    AGENT = "agent"
    MODEL = "model"
    PROFILE = "profile"


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included; None: without that end."""

    first: date | None = None
    last: date | None = None

    def holds(self, day: date | None) -> bool:
        """Whether a day lies in it. A record without a date lies only in all of time."""
        if day is None:
            return self.first is None and self.last is None
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


ALL_OF_TIME = Period()


@dataclass(frozen=True, slots=True)
class Totals:
    """What was used."""

    turns: int = 0
    tokens: int = 0
    tool_calls: int = 0
    milliseconds: int = 0
    sessions: int = 0
    """Different ones."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a report."""

    name: str
    """The day as `2026-01-16`, or the agent, model or profile; empty where a record names none."""
    totals: Totals


@dataclass(frozen=True, slots=True)
class SkippedLines:
    """Lines of one file that could not be counted, or the file itself."""

    path: str
    reason: str = ""
    """Why the file can't be read; empty where it can."""
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
    """Days in their order; all else by tokens, then turns, the most first."""
    totals: Totals
    troubles: tuple[SkippedLines, ...] = ()
    read_bytes: int = 0
    """How much had to be read for it."""


@dataclass(slots=True)
class _Sum:
    amounts: list[int] = field(default_factory=lambda: [0, 0, 0, 0])
    sessions: set[str] = field(default_factory=set)

    def join(self, other: _Sum) -> None:
        self.amounts = [mine + others for mine, others in zip(self.amounts, other.amounts, strict=True)]
        self.sessions |= other.sessions

    def totals(self) -> Totals:
        turns, tokens, tool_calls, milliseconds = self.amounts
        return Totals(turns, tokens, tool_calls, milliseconds, len(self.sessions - {""}))


def summed(
    parts: Iterable[Iterable[Used]], grouping: Grouping, period: Period, calendar: Calendar
) -> tuple[tuple[Line, ...], Totals]:
    """Add cells up.

    Args:
        parts: cells of all the days that the period can reach into.
        grouping: what a line stands for.
        period: which days.
        calendar: where days begin.
    """
    sums: dict[str | None, _Sum] = {}
    days: dict[int, str | None] = {}
    for session, agent, profile, model, amounts in chain.from_iterable(parts):
        name: str | None = {Grouping.AGENT: agent, Grouping.PROFILE: profile}.get(grouping, model)
        one, its_name = None, None
        for slot, turns, tokens, tool_calls, milliseconds in amounts:
            try:
                day = days[slot]
            except KeyError:
                date_of_slot = calendar.day_of(slot)
                day = "" if date_of_slot is None else date_of_slot.isoformat()
                day = days[slot] = day if period.holds(date_of_slot) else None
            if day is None:
                continue
            if grouping is Grouping.DAY:
                name = day
            elif grouping is Grouping.MODEL and not model:
                # A session's own time has no model: it counts, and has no line.
                name = model if turns else None
            if one is None or name != its_name:
                one, its_name = sums.setdefault(name, _Sum()), name
                one.sessions.add(session)
                total = one.amounts
            total[0] += turns
            total[1] += tokens
            total[2] += tool_calls
            total[3] += milliseconds
    all_of_them = _Sum()
    for one in sums.values():
        all_of_them.join(one)
    lines = [Line(name, one.totals()) for name, one in sums.items() if name is not None]
    if grouping is Grouping.DAY:
        lines.sort(key=lambda line: line.name)
    else:
        lines.sort(key=lambda line: (-line.totals.tokens, -line.totals.turns, line.name))
    return tuple(lines), all_of_them.totals()
