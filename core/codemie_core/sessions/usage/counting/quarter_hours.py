"""Time in quarters of an hour since 1970, UTC: the finest step that every time zone's midnight falls on.

Usage is kept by these slots, not by days, so that the same numbers answer for local days and for UTC, before
and after the clocks change and after the machine moved to another zone.
"""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime, tzinfo

SLOT_SECONDS = 900
SLOTS_A_DAY = 96
UNDATED = -1
"""The slot of a record without a usable time."""

_EARLIEST = 946_684_800 // SLOT_SECONDS  # 2000; before, zones had offsets that are no quarter hours
_LATEST = 4_102_444_800 // SLOT_SECONDS  # 2100
_TO_THE_HOUR = re.compile(r"\d{4}-\d\d-\d\dT\d\d", re.ASCII)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_DAY_SECONDS = SLOT_SECONDS * SLOTS_A_DAY


QUARTERS = {f":{minute:02}": minute // 15 for minute in range(60)}
"""`:07` -> which quarter of the hour."""


def slot_of_hour(prefix: str) -> int | None:
    """Return the first slot of `2026-01-16T10` as UTC, or None for another shape or no such hour."""
    if _TO_THE_HOUR.fullmatch(prefix) is None:
        return None
    try:
        slot = _slot(datetime.fromisoformat(prefix).replace(tzinfo=UTC).timestamp())
    except ValueError:
        return None
    return None if slot == UNDATED else slot


def slot_of(stamp: str | float | None) -> int:
    """Return the slot of a timestamp, or `UNDATED`.

    Args:
        stamp: ISO 8601 (without an offset it is UTC), or milliseconds since 1970.
    """
    if isinstance(stamp, str):
        try:
            # What follows the minute of a UTC time has no say: so a cache by the hour agrees with this.
            if stamp.endswith("Z") and stamp[13:16] in QUARTERS:
                hour = slot_of_hour(stamp[:13])
                if hour is not None:
                    return hour + QUARTERS[stamp[13:16]]
            moment = datetime.fromisoformat(stamp)
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=UTC)
            return _slot(moment.timestamp())
        except (ValueError, OverflowError):
            return UNDATED
    return UNDATED if stamp is None or not abs(stamp) < 2**53 else _slot(stamp / 1000)


def milliseconds_of(stamp: str | float | None) -> int | None:
    """Return the milliseconds since 1970 of a timestamp that has a slot; None for any other."""
    if slot_of(stamp) == UNDATED:
        return None
    if not isinstance(stamp, str):
        return None if stamp is None else int(stamp)
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:  # one of a shape that only its hour and minute are read of
        return slot_of(stamp) * SLOT_SECONDS * 1000
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def _slot(seconds: float) -> int:
    slot = int(seconds // SLOT_SECONDS)
    return slot if _EARLIEST <= slot < _LATEST else UNDATED


class Calendar:
    """Which day a slot falls on, in one time zone.

    Args:
        zone: the time zone; the system's own unless given.
    """

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._zone = zone
        self._days: dict[int, date] = {}

    def day_of(self, slot: int) -> date | None:
        """Return the day, or None for `UNDATED`."""
        if slot == UNDATED:
            return None
        day = self._days.get(slot)
        if day is None:
            day = self._days[slot] = self.day_at(slot * SLOT_SECONDS)
        return day

    def hour_of(self, slot: int) -> int:
        """Return the hour of the day, from 0, in which a slot begins."""
        seconds = slot * SLOT_SECONDS
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
    """Return the first and last UTC day (counted from 1970) that these days of a calendar reach into.

    Without a first day it is that of undated records, without a last one none that can come.
    """
    from_day, to_day = UNDATED, 1 << 40
    if first is not None:
        from_day = first.toordinal() - _EPOCH_DAY - 1
        while calendar.day_at((from_day + 1) * _DAY_SECONDS - 1) < first:
            from_day += 1
    if last is not None:
        to_day = last.toordinal() - _EPOCH_DAY + 1
        while calendar.day_at(to_day * _DAY_SECONDS) > last:
            to_day -= 1
    return from_day, to_day
