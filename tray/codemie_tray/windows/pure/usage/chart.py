"""The chart of the Usage window: one stacked bar per day, on an axis with round numbers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from codemie_core.sessions.usage import Grouping, Shares, Usage
from codemie_tray.text.amounts import sessions, short_count, tokens
from codemie_tray.text.language import _
from codemie_tray.text.language.formats import day_and_year, short_day
from codemie_tray.windows.pure.usage.rows import name_of

MOST_BARS = 120
"""More days than these are not shown: their bars would be too thin to tell apart."""
MOST_PARTS = 6
"""The largest parts have a colour of their own; the others share one."""
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Bar:
    """One day."""

    day: date
    value: int | None
    """Tokens or sessions. None: the day has turns, and none of their tokens is known."""
    sentence: str
    """What a screen reader says about it."""
    parts: tuple[int, ...] = ()
    """Tokens of each of the chart's `names`; their sum is `value`. None if the bars are not divided."""


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn."""

    bars: tuple[Bar, ...] = ()
    top: int = 0
    """Value at the upper end of the axis; 0 if no value is known."""
    ticks: tuple[int, ...] = ()
    """Labelled values of the axis, from 0 up."""
    names: tuple[str, ...] = ()
    """What the bars are divided by, largest first."""
    has_others: bool = False
    """Whether the last of the names stands for all smaller ones."""

    def without(self, hidden: Collection[str]) -> Chart:
        """Return the chart without some of its parts, on an axis that fits the others."""
        if not hidden or not self.names:
            return self
        bars = []
        for bar in self.bars:
            parts = tuple(
                0 if name in hidden else part for name, part in zip(self.names, bar.parts, strict=False)
            )
            bars.append(bar if bar.value is None else replace(bar, value=sum(parts), parts=parts))
        top, ticks = scale(max((bar.value or 0 for bar in bars), default=0))
        return replace(self, bars=tuple(bars), top=top, ticks=ticks)


def chart_of(
    usage: Usage,
    first: date | None,
    today: date,
    shares: Shares | None = None,
    grouping: Grouping = Grouping.MODEL,
) -> Chart:
    """Return the chart of a report by day; days without usage have a bar of 0.

    Args:
        usage: grouped by day.
        first: the first day of the period; None for the day of the first line.
        today: the last day.
        shares: how the days' tokens are divided; None for undivided bars.
        grouping: by what they are divided.
    """
    days = _days_of(usage, first, today)
    begin = days[0].day.isoformat()
    shown = {name: _shown(parts, grouping) for name, parts in (shares or {}).items() if name >= begin}
    largest, has_others = _largest(shown)
    names = (*largest, _("Others")) if has_others else largest
    bars = []
    for one in days:
        parts = _parts(shown.get(one.day.isoformat(), {}), largest, has_others=has_others)
        sentence = "; ".join([_sentence(one, today), *_each(names, parts)])
        bars.append(Bar(one.day, one.tokens, sentence, parts))
    return _chart(bars, names, has_others=has_others)


def chart_of_sessions(usage: Usage, first: date | None, today: date) -> Chart:
    """Return the chart of the number of sessions per day; its bars are not divided.

    Args:
        usage: grouped by day.
        first: the first day of the period; None for the day of the first line.
        today: the last day.
    """
    days = _days_of(usage, first, today)
    return _chart([Bar(one.day, one.sessions, _sentence(one, today)) for one in days])


@dataclass(frozen=True, slots=True)
class _Day:
    """What one day's bar shows."""

    day: date
    tokens: int | None
    sessions: int


def _days_of(usage: Usage, first: date | None, today: date) -> list[_Day]:
    """Return every day from the first to the last that are shown."""
    by_day = {}
    for line in usage.lines:
        try:
            by_day[date.fromisoformat(line.name)] = line.totals
        except ValueError:
            continue  # a record without a date
    begin = first or min((day for day in by_day if day <= today), default=today)
    begin = max(begin, today - timedelta(days=MOST_BARS - 1))
    days = [begin + timedelta(days=at) for at in range((today - begin).days + 1)]
    found = ((day, by_day.get(day)) for day in days)
    return [
        _Day(day, totals.tokens if totals else 0, totals.sessions if totals else 0) for day, totals in found
    ]


def _chart(bars: Sequence[Bar], names: tuple[str, ...] = (), *, has_others: bool = False) -> Chart:
    top, ticks = scale(max((bar.value or 0 for bar in bars), default=0))
    return Chart(tuple(bars), top, ticks, names, has_others)


def _shown(parts: Mapping[str, int], grouping: Grouping) -> Counter[str]:
    """Return the parts of a day by the names that may be shown: names that are secrets become one."""
    found: Counter[str] = Counter()
    for name, tokens_used in parts.items():
        found[name_of(name, grouping)] += tokens_used
    return found


def _largest(by_day: Mapping[str, Counter[str]]) -> tuple[tuple[str, ...], bool]:
    """Return the names of the largest parts, and whether there are others."""
    total: Counter[str] = Counter()
    for parts in by_day.values():
        total += parts
    names = sorted(total, key=lambda name: (-total[name], name))
    # One more than the most is not worth a colour for "others" that stands for a single name.
    if len(names) <= MOST_PARTS + 1:
        return tuple(names), False
    return tuple(names[:MOST_PARTS]), True


def _parts(of_day: Mapping[str, int], largest: tuple[str, ...], *, has_others: bool) -> tuple[int, ...]:
    parts = tuple(of_day.get(name, 0) for name in largest)
    return (*parts, sum(of_day.values()) - sum(parts)) if has_others else parts


def _each(names: tuple[str, ...], parts: tuple[int, ...]) -> list[str]:
    """Return the parts of a day for its sentence; none if there is only one."""
    used = [f"{name} {short_count(part)}" for name, part in zip(names, parts, strict=True) if part]
    return used if len(used) > 1 else []


def scale(most: int) -> tuple[int, tuple[int, ...]]:
    """Return the upper end of an axis that reaches `most`, and its round values."""
    if most <= 0:
        return 0, (0,)
    rough = most / 4
    power = 10 ** math.floor(math.log10(rough))
    step = max(1, math.ceil(next(factor * power for factor in _STEPS if factor * power >= rough)))
    count = -(-most // step)
    return step * count, tuple(step * at for at in range(count + 1))


def longest_fitting(widths: Sequence[int], room: int) -> int:
    """Return the greatest width to which all must be cut, so that they fit side by side into some room."""
    left, rest = room, sorted(widths)
    while rest and rest[0] * len(rest) <= left:
        left -= rest.pop(0)
    return max(0, left // len(rest)) if rest else max(widths, default=0)


def day_label(day: date) -> str:
    """Return a day as the axis names it."""
    return short_day(day)


def _sentence(one: _Day, today: date) -> str:
    past, present = _("{day}: {tokens}, {sessions}"), _("{day}: {tokens}, {sessions} so far")
    return (present if one.day == today else past).format(
        day=day_and_year(one.day),
        tokens=_("tokens unknown") if one.tokens is None else tokens(one.tokens),
        sessions=sessions(one.sessions),
    )


def tick_label(value: int) -> str:
    """Return a value of the axis."""
    return short_count(value)
