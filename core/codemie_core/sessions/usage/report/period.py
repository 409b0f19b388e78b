"""Which days a user asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

_EARLIEST, _LATEST = date(2000, 1, 1), date(2099, 12, 31)
"""The dates that records can have; a system's own calendar may not extend beyond them."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both included; None leaves that end open."""

    first: date | None = None
    last: date | None = None

    def holds(self, day: date | None) -> bool:
        """Whether it contains a day. A record without a date is only in the period of all time."""
        if day is None:
            return self.first is None and self.last is None
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


ALL_OF_TIME = Period()


def days_back(text: str, today: date) -> Period:
    """Return the period that begins with `30d` (today and the 29 days before) or `2026-01-16`. It ends today.

    A record that a wrong clock dated in the future counts if no period is given, but in none of these.

    Raises:
        ValueError: it is neither.
    """
    if text.endswith("d") and text[:-1].isascii() and text[:-1].isdigit() and 0 < int(text[:-1]) <= 100_000:
        return Period(max(_EARLIEST, today - timedelta(days=int(text[:-1]) - 1)), today)
    return Period(_date_in_reach(text), today)


def days_until(text: str, period: Period) -> Period:
    """Return the period with another last day.

    Raises:
        ValueError: it is not a date, or is before the first day.
    """
    last = _date_in_reach(text)
    if period.first is not None and last < period.first:
        raise ValueError("it is before the first day")
    return Period(period.first, last)


def _date_in_reach(text: str) -> date:
    return max(_EARLIEST, min(_LATEST, date.fromisoformat(text)))
