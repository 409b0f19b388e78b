"""Maps quarters of an hour to the days and hours of a report."""

from __future__ import annotations

from codemie_core.sessions.usage.counting.quarter_hours import DAY_SECONDS, Calendar
from codemie_core.sessions.usage.report.period import ALL_OF_TIME, Period
from codemie_core.sessions.usage.report.values import Grouping


class Times(dict[int, str | None]):
    """Quarter -> the name of its day or hour; None if it is not in the period.

    Args:
        grouping: what each line shows.
        period: which days.
        calendar: where days begin.
    """

    def __init__(self, grouping: Grouping, period: Period, calendar: Calendar) -> None:
        super().__init__()
        self.by_time = grouping in (Grouping.DAY, Grouping.HOUR)
        """Whether lines are days or hours."""
        self._hours = grouping is Grouping.HOUR
        self._period = period
        self._calendar = calendar

    def __missing__(self, quarter: int) -> str | None:
        day = self._calendar.day_of(quarter)
        name: str | None = None
        if self._period.holds(day):
            name = "" if day is None else day.isoformat()
            if self._hours and name:
                name = f"{name} {self._calendar.hour_of(quarter):02}:00"
        self[quarter] = name
        return name

    def is_whole(self, utc_day: int) -> bool:
        """Whether all of a UTC day, counted from 1970, has one name or none."""
        if utc_day < 0 or self._hours:
            return not self._hours
        if not self.by_time and self._period == ALL_OF_TIME:
            return True
        first = self._calendar.day_at(utc_day * DAY_SECONDS)
        last = self._calendar.day_at((utc_day + 1) * DAY_SECONDS - 1)
        return first == last or (not self.by_time and self._period.holds(first) == self._period.holds(last))
