"""Time in quarters of an hour since 1970, UTC: the largest step that divides days in every time zone.

Usage is stored by these quarters, not by days, so the same numbers serve local days and UTC, before and after
a daylight-saving change, and after the machine moved to another zone.
"""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime, tzinfo

QUARTER_SECONDS = 900
QUARTERS_PER_DAY = 96
UNDATED = -1
"""The quarter of a record without a usable time."""

_EARLIEST = 946_684_800 // QUARTER_SECONDS  # 2000; earlier, some offsets were not whole quarters
_LATEST = 4_102_444_800 // QUARTER_SECONDS  # 2100
_TO_THE_HOUR = re.compile(r"\d{4}-\d\d-\d\dT\d\d", re.ASCII)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
DAY_SECONDS = QUARTER_SECONDS * QUARTERS_PER_DAY


QUARTER_OF_MINUTE = {f":{minute:02}": minute // 15 for minute in range(60)}
"""Minute `:07` -> quarter of the hour."""


def first_quarter_of_hour(prefix: str) -> int | None:
    """Return the first quarter of `2026-01-16T10` as UTC; None if it has another form or no valid hour."""
    if _TO_THE_HOUR.fullmatch(prefix) is None:
        return None
    try:
        quarter = _quarter(datetime.fromisoformat(prefix).replace(tzinfo=UTC).timestamp())
    except ValueError:
        return None
    return None if quarter == UNDATED else quarter


def quarter_of(stamp: str | float | None) -> int:
    """Return the quarter of a timestamp, or `UNDATED`.

    Args:
        stamp: ISO 8601 (without an offset it is UTC), or milliseconds since 1970.
    """
    if isinstance(stamp, str):
        try:
            # What follows the minute of a UTC time is ignored, so that a cache by the hour agrees with this.
            if stamp.endswith("Z") and stamp[13:16] in QUARTER_OF_MINUTE:
                hour = first_quarter_of_hour(stamp[:13])
                if hour is not None:
                    return hour + QUARTER_OF_MINUTE[stamp[13:16]]
            moment = datetime.fromisoformat(stamp)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=UTC)
            return _quarter(moment.timestamp())
        except (ValueError, OverflowError):
            return UNDATED
    return UNDATED if stamp is None or not abs(stamp) < 2**53 else _quarter(stamp / 1000)


def milliseconds_of(stamp: str | float | None) -> int | None:
    """Return the milliseconds since 1970 of a timestamp that has a quarter; None for any other."""
    if not isinstance(stamp, str):
        return None if stamp is None or quarter_of(stamp) == UNDATED else int(stamp)
    try:
        moment = datetime.fromisoformat(stamp)
        seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):  # perhaps in a format of which only the hour and minute are read
        quarter = quarter_of(stamp)
        return None if quarter == UNDATED else quarter * QUARTER_SECONDS * 1000
    return None if _quarter(seconds) == UNDATED else int(seconds * 1000)


def _quarter(seconds: float) -> int:
    quarter = int(seconds // QUARTER_SECONDS)
    return quarter if _EARLIEST <= quarter < _LATEST else UNDATED


class Calendar:
    """The day of a quarter in one time zone.

    Args:
        zone: the time zone; default: that of the system.
    """

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._zone = zone
        self._days: dict[int, date] = {}

    def day_of(self, quarter: int) -> date | None:
        """Return the day, or None for `UNDATED`."""
        if quarter == UNDATED:
            return None
        day = self._days.get(quarter)
        if day is None:
            day = self._days[quarter] = self.day_at(quarter * QUARTER_SECONDS)
        return day

    def hour_of(self, quarter: int) -> int:
        """Return the hour of the day, from 0, in which a quarter begins."""
        seconds = quarter * QUARTER_SECONDS
        if self._zone is not None:
            return datetime.fromtimestamp(seconds, self._zone).hour
        return time.localtime(seconds).tm_hour

    def day_at(self, seconds: float) -> date:
        """Return the day at a time in seconds since 1970."""
        if self._zone is not None:
            return datetime.fromtimestamp(seconds, self._zone).date()
        local = time.localtime(seconds)
        return date(local.tm_year, local.tm_mon, local.tm_mday)


def utc_days(first: date | None, last: date | None, calendar: Calendar) -> tuple[int, int]:
    """Return the first and last UTC day (counted from 1970) that these days of a calendar overlap.

    Without a first day, it is the day of undated records; without a last day, one that never comes.
    """
    from_day, to_day = UNDATED, 1 << 40
    if first is not None:
        from_day = first.toordinal() - _EPOCH_DAY - 1
        while calendar.day_at((from_day + 1) * DAY_SECONDS - 1) < first:
            from_day += 1
    if last is not None:
        to_day = last.toordinal() - _EPOCH_DAY + 1
        while calendar.day_at(to_day * DAY_SECONDS) > last:
            to_day -= 1
    return from_day, to_day
