"""The chart of the Usage window: one bar per day, on an axis with round numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta

from codemie_core.sessions.usage import Usage
from codemie_tray.text.amounts import sessions, short_count, tokens
from codemie_tray.text.language import _
from codemie_tray.text.language.formats import day_and_year, short_day

MOST_BARS = 120
"""More days than these are not shown: their bars would be too thin to tell apart."""
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Bar:
    """One day."""

    day: date
    tokens: int | None
    """None: the day has turns, and none of their tokens is known."""
    sentence: str
    """What a screen reader says about it."""


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn."""

    bars: tuple[Bar, ...] = ()
    top: int = 0
    """Tokens at the upper end of the axis; 0 if no token is known."""
    ticks: tuple[int, ...] = ()
    """Labelled values of the axis, from 0 up."""
    cut: bool = False
    """Whether earlier days are left out."""


def chart_of(usage: Usage, first: date | None, today: date) -> Chart:
    """Return the chart of a report by day; days without usage have a bar of 0.

    Args:
        usage: grouped by day.
        first: the first day of the period; None for the day of the first line.
        today: the last day.
    """
    by_day = {}
    for line in usage.lines:
        try:
            by_day[date.fromisoformat(line.name)] = line.totals
        except ValueError:
            continue  # a record without a date
    begin = first or min((day for day in by_day if day <= today), default=today)
    earliest = today - timedelta(days=MOST_BARS - 1)
    bars = []
    day = max(begin, earliest)
    while day <= today:
        totals = by_day.get(day)
        used = totals.tokens if totals else 0
        bars.append(Bar(day, used, _sentence(day, used, totals.sessions if totals else 0, today)))
        day += timedelta(days=1)
    top, ticks = scale(max((bar.tokens or 0 for bar in bars), default=0))
    return Chart(tuple(bars), top, ticks, begin < earliest)


def scale(most: int) -> tuple[int, tuple[int, ...]]:
    """Return the upper end of an axis that reaches `most`, and its round values."""
    if most <= 0:
        return 0, (0,)
    rough = most / 4
    power = 10 ** math.floor(math.log10(rough))
    step = max(1, math.ceil(next(factor * power for factor in _STEPS if factor * power >= rough)))
    count = -(-most // step)
    return step * count, tuple(step * at for at in range(count + 1))


def day_label(day: date) -> str:
    """Return a day as the axis names it."""
    return short_day(day)


def _sentence(day: date, used: int | None, in_sessions: int, today: date) -> str:
    past, present = _("{day}: {tokens}, {sessions}"), _("{day}: {tokens}, {sessions} so far")
    return (present if day == today else past).format(
        day=day_and_year(day),
        tokens=_("tokens unknown") if used is None else tokens(used),
        sessions=sessions(in_sessions),
    )


def tick_label(value: int) -> str:
    """Return a value of the axis."""
    return short_count(value)
