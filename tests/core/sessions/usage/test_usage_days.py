"""Quarters and days: every zone's midnight, before and after the clocks change."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codemie_core.sessions.usage import Calendar, Grouping, Period, days_back
from codemie_core.sessions.usage.counting.collector import Collector
from codemie_core.sessions.usage.counting.quarter_hours import (
    QUARTER_SECONDS,
    QUARTERS_PER_DAY,
    UNDATED,
    quarter_of,
    utc_days,
)
from codemie_core.sessions.usage.counting.rows import MetricRow, Names
from codemie_core.sessions.usage.counting.totals import (
    USED,
    KeyedTotals,
    Piece,
    add_total,
    summed_by_day,
    totals_of,
)
from codemie_core.sessions.usage.report.period import ALL_OF_TIME
from codemie_core.sessions.usage.report.times import Times

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
def test_times_in_every_notation_find_their_quarter_hour(
    stamp: str | float | None, expected: datetime | None
) -> None:
    quarter = UNDATED if expected is None else int(expected.timestamp()) // QUARTER_SECONDS
    assert quarter_of(stamp) == quarter
    # The fast path for many records must agree, the first time and from its cache.
    spilled: list[Piece] = []
    collector = Collector(Names(), spill=spilled.extend)
    collector.add([MetricRow(timestamp=stamp), MetricRow(timestamp="2026-01-16T10:00:00.000Z")] * 2)
    collector.add([MetricRow(timestamp=stamp)])
    collector.flush()
    totals = totals_in(spilled)
    assert quarter in {key[0] for key in totals}
    assert len(totals) == len({quarter, quarter_of("2026-01-16T10:00:00.000Z")})


def totals_in(pieces: list[Piece]) -> KeyedTotals:
    """Return the totals of some pieces."""
    return totals_of(used for piece in pieces for used in USED.parse(piece.totals))


def collected(stamps: list[str | float | None]) -> dict[int, int]:
    """Return how many records were counted in each quarter, in the quick way through many."""
    quarters: dict[int, int] = {}

    def spill(pieces: list[Piece]) -> None:
        for (quarter, *_), (turns, *_) in totals_in(pieces).items():
            quarters[quarter] = quarters.get(quarter, 0) + turns

    collector = Collector(Names(), spill=spill)
    collector.add([MetricRow(timestamp=stamp) for stamp in stamps])
    collector.flush()
    return quarters


def test_in_any_order_every_record_finds_the_quarter_hour_of_its_own_time() -> None:
    spelt = [f"2026-01-16T{hour}:{minute:02}" for hour in ("09", "10") for minute in range(60)]
    stamps = [text + end for text in spelt for end in ("Z", ":59Z", ":00.000Z", ":00+00:00", "")]
    wrong = [f"2026-01-16T10{end}Z" for end in ("", ":0x:00", ":1", ":4/:00", ":60:00", ":5::00", ";00:00")]
    everything: list[str | float | None] = [*stamps, *wrong, None, 5, "", "Z", "~"]
    orders = [everything, sorted(everything, key=str), everything[::-1]]
    for seed in range(5):
        orders.append([*everything])
        random.Random(seed).shuffle(orders[-1])  # noqa: S311  the same order each time
    for order in orders:
        assert collected(order) == dict(Counter(map(quarter_of, order)))


def test_a_session_that_changes_model_and_agent_keeps_separate_numbers() -> None:
    spilled: list[Piece] = []
    collector = Collector(Names(), spill=spilled.extend)
    rows = [
        MetricRow(
            timestamp="2026-01-16T10:00:00.000Z",
            agent=agent,
            profile=profile,
            model=model,
            kind=kind,
            session="s",
            tokens=tokens,
            duration=2.9,
        )
        for tokens, (agent, profile, model, kind) in enumerate(
            [*product(("a", "b"), ("p", None), ("m", "n", None), ("metric", None, "event"))] * 3
        )
    ]
    random.Random(5).shuffle(rows)  # noqa: S311  the same order each time
    collector.add(rows[:50])
    collector.add(rows[50:])
    collector.flush()
    expected: KeyedTotals = {}
    for row in rows:
        if row.kind != "event":
            key = (quarter_of(row.timestamp), "s", row.agent or "", row.profile or "", row.model or "")
            add_total(expected, key, [1, row.tokens or 0, 0, 2, 0])
    assert totals_in(spilled) == expected


PERIODS = [
    ALL_OF_TIME,
    Period(date(2026, 3, 28), date(2026, 3, 30)),
    Period(None, date(2026, 10, 25)),
    Period(date(2026, 3, 29), None),
]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("grouping", [Grouping.DAY, Grouping.HOUR, Grouping.MODEL])
@pytest.mark.parametrize("period", PERIODS)
def test_a_days_sum_is_used_only_if_its_quarters_have_one_name(
    zone: str, grouping: Grouping, period: Period
) -> None:
    times = Times(grouping, period, Calendar(ZoneInfo(zone)))
    # Around the days on which clocks change in one zone or another, and the ends of the periods.
    for begin in (
        date(2026, 3, 6),
        date(2026, 3, 27),
        date(2026, 4, 3),
        date(2026, 10, 23),
        date(2026, 10, 31),
    ):
        first = begin.toordinal() - date(1970, 1, 1).toordinal()
        for day in range(first, first + 5):
            names = {times[day * QUARTERS_PER_DAY + quarter] for quarter in range(QUARTERS_PER_DAY)}
            if not times.by_time:  # it only matters whether they are requested
                names = {None if name is None else "" for name in names}
            assert not times.is_whole(day) or len(names) == 1
    assert times.is_whole(-1) == (grouping is not Grouping.HOUR)


def test_a_days_sum_keeps_the_time_of_a_session_apart_from_its_turns() -> None:
    quarters = [(960, 1, 5, 2, 10, 0), (961, 0, 0, 0, 700, 0), (962, 2, 6, 0, 20, 1), (963, 0, 0, 0, 7, 0)]
    day = 960 // QUARTERS_PER_DAY
    assert summed_by_day(day, [("s", "a", "p", "", quarters), ("t", "a", "p", "m", quarters[:1])]) == [
        ("s", "a", "p", "", [(960, 3, 11, 2, 30, 1), (960, 0, 0, 0, 707, 0)]),
        ("t", "a", "p", "m", [(960, 1, 5, 2, 10, 0)]),
    ]
    assert summed_by_day(-1, [("s", "a", "p", "m", [(UNDATED, 1, 2, 3, 4, 5)] * 2)]) == [
        ("s", "a", "p", "m", [(UNDATED, 2, 4, 6, 8, 10)])
    ]


def test_since_is_a_number_of_days_with_today_or_a_date() -> None:
    today = date(2026, 3, 10)
    assert days_back("1d", today).first == today
    assert days_back("30d", today).first == date(2026, 2, 9)
    assert days_back("2026-01-16", today).first == date(2026, 1, 16)
    assert days_back("0001-01-01", today).first == date(2000, 1, 1)
