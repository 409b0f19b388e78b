"""Quarters and days: every zone's midnight, before and after the clocks change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemie_core.sessions.usage import Calendar, days_back
from codemie_core.sessions.usage.counting.quarter_hours import (
    QUARTER_SECONDS,
    QUARTERS_PER_DAY,
    UNDATED,
    quarter_of,
    utc_days,
)
from codemie_core.sessions.usage.counting.totals import Collector, KeyedTotals, MetricRow, Names

ZONES = [
    *(
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/St_Johns",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
    ),
    *("Pacific/Chatham", "Pacific/Apia", "Pacific/Kiritimati", "Africa/Cairo", "America/Caracas"),
]
MOMENTS = st.datetimes(datetime(2000, 1, 2), datetime(2090, 1, 1))


@given(moment=MOMENTS, zone=st.sampled_from(ZONES))
def test_a_quarter_hour_lies_whole_within_the_day_of_its_moment(moment: datetime, zone: str) -> None:
    aware = moment.replace(tzinfo=UTC)
    quarter = quarter_of(aware.isoformat().replace("+00:00", "Z"))
    assert quarter == int(aware.timestamp()) // QUARTER_SECONDS
    assert Calendar(ZoneInfo(zone)).day_of(quarter) == aware.astimezone(ZoneInfo(zone)).date()


@given(moment=MOMENTS, zone=st.sampled_from(ZONES), length=st.integers(0, 3))
def test_the_utc_days_asked_for_hold_every_quarter_hour_of_the_local_days(
    moment: datetime, zone: str, length: int
) -> None:
    calendar = Calendar(ZoneInfo(zone))
    quarter = int(moment.replace(tzinfo=UTC).timestamp()) // QUARTER_SECONDS
    day = calendar.day_of(quarter)
    assert day is not None
    first, last = utc_days(day - timedelta(length), day, calendar)
    assert first <= quarter // QUARTERS_PER_DAY <= last
    assert last - first <= length + 2


@pytest.mark.parametrize(
    ("stamp", "expected"),
    [
        ("2026-01-16T10:07:59.999Z", datetime(2026, 1, 16, 10, 0, tzinfo=UTC)),
        ("2026-01-16T10:15Z", datetime(2026, 1, 16, 10, 15, tzinfo=UTC)),
        ("2026-01-16T10:15:00+05:45", datetime(2026, 1, 16, 4, 30, tzinfo=UTC)),
        ("2026-01-16T10:15:00", datetime(2026, 1, 16, 10, 15, tzinfo=UTC)),
        ("2026-01-16", datetime(2026, 1, 16, tzinfo=UTC)),
        (1_768_558_500_000, datetime(2026, 1, 16, 10, 15, tzinfo=UTC)),
        (1_768_558_500_000.5, datetime(2026, 1, 16, 10, 15, tzinfo=UTC)),
        *((wrong, None) for wrong in ("", "Z", "yesterday", "2026-13-01T00:00:00Z", "2026-01-16T24:30:00Z")),
        *((wrong, None) for wrong in ("1999-12-31T23:59:59Z", "2100-01-01T00:00:00Z", 0, -5, 1e300, None)),
    ],
)
def test_times_of_every_spelling_find_their_quarter_hour(
    stamp: str | float | None, expected: datetime | None
) -> None:
    quarter = UNDATED if expected is None else int(expected.timestamp()) // QUARTER_SECONDS
    assert quarter_of(stamp) == quarter
    # The quick way through many records must agree, the first time and from its cache.
    spilled: list[KeyedTotals] = []
    collector = Collector(Names(), spill=spilled.append)
    collector.add([MetricRow(timestamp=stamp), MetricRow(timestamp="2026-01-16T10:00:00.000Z")] * 2)
    collector.add([MetricRow(timestamp=stamp)])
    collector.flush()
    (totals,) = spilled
    assert quarter in {key[0] for key in totals}
    assert len(totals) == len({quarter, quarter_of("2026-01-16T10:00:00.000Z")})


def test_since_is_a_number_of_days_with_today_or_a_date() -> None:
    today = date(2026, 3, 10)
    assert days_back("1d", today).first == today
    assert days_back("30d", today).first == date(2026, 2, 9)
    assert days_back("2026-01-16", today).first == date(2026, 1, 16)
    assert days_back("0001-01-01", today).first == date(2000, 1, 1)
