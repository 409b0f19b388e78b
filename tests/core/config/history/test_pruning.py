"""How long versions stay in the history."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.core.config.history.history_home import DAY, NOW, home, loader_of

from codemie_core import Home
from codemie_core.config.history import Origin, Version
from codemie_core.config.history.pruning import DAYS, NEWEST, TOTAL_LIMIT_BYTES, dropped
from codemie_core.config.model.layout import CLASSIC
from codemie_core.config.model.limits import SIZE_LIMIT_BYTES

__all__ = ["home"]


def entries_at(*moments: tuple[int, int], size: int = 1000) -> list[Version]:
    """Entries of (time, number of profiles), newest first."""
    made = [Version(at, Origin.OTHER, CLASSIC, profiles, size, f"{at:064x}") for at, profiles in moments]
    return sorted(made, key=lambda entry: entry.at_microseconds, reverse=True)


def test_the_newest_twenty_and_one_per_day_for_thirty_days_are_kept() -> None:
    entries = entries_at(*((NOW - number * DAY // 4, 3) for number in range(200)))
    gone = dropped(entries, now_microseconds=NOW)
    left = [entry for entry in entries if entry not in gone]
    assert left[:NEWEST] == entries[:NEWEST]
    days = [entry.at_microseconds // DAY for entry in left]
    assert set(days) == {NOW // DAY - age for age in range(DAYS)}
    assert all(days.count(day) == 1 for day in days if day < min(days[:NEWEST]))


def test_a_flood_of_poor_versions_does_not_push_out_the_best_one_of_the_day() -> None:
    start = NOW // DAY * DAY
    entries = entries_at((start, 3), *((start + 1 + number, number % 3) for number in range(500)))
    left = set(entries) - set(dropped(entries, now_microseconds=NOW))
    assert entries[-1] in left
    assert len(left) == NEWEST + 1


def left_of(entries: list[Version]) -> list[Version]:
    gone = dropped(entries, now_microseconds=NOW)
    return [entry for entry in entries if entry not in gone]


def test_the_total_size_is_limited_and_the_oldest_of_equal_sizes_are_removed() -> None:
    entries = entries_at(*((NOW - number, 3) for number in range(20)), size=1 << 20)
    assert left_of(entries) == entries[: 2 + (TOTAL_LIMIT_BYTES >> 20)]  # the newest two do not count


@pytest.mark.parametrize("profiles", [0, 1])
def test_two_huge_versions_do_not_push_out_a_good_one(profiles: int) -> None:
    good = entries_at(*((NOW - DAY // 4 * number - 10, 3) for number in range(40)))
    huge = entries_at((NOW, profiles), (NOW - 1, profiles), size=16 << 20)
    left = left_of([*huge, *good])
    assert set(good[: NEWEST - 2]) < set(left)
    assert len({entry.at_microseconds // DAY for entry in left}) == 10 + 1
    # When they reappear later and are no longer the newest two, they are removed first.
    later = entries_at((NOW + 1, 3), (NOW + 2, 3))
    assert not set(huge) & set(left_of([*reversed(later), *huge, *good]))


def test_the_largest_is_removed_first_but_never_a_days_best_or_our_newest() -> None:
    own = Version(NOW - 9 * DAY, Origin.OWN, CLASSIC, 1, SIZE_LIMIT_BYTES, "0" * 64)
    days = [NOW - number * DAY for number in range(1, 9)]
    best = [entry for day in days for entry in entries_at((day, 9), size=SIZE_LIMIT_BYTES)]
    poor = entries_at(*((NOW - number, 1) for number in range(5)), size=2 << 20)
    flood = entries_at(*((NOW - 100 - number, 1) for number in range(15)), size=1 << 20)
    entries = [*poor, *flood, *best, own]
    left = left_of(entries)
    assert {own, *best, *poor[:2]} <= set(left)
    assert set(entries) - set(left) == set(poor[2:]), "the largest that may be removed, the oldest of those"


def test_our_newest_version_is_kept_behind_any_number_of_others() -> None:
    own = Version(NOW - DAY // 8, Origin.OWN, CLASSIC, 1, 1000, "0" * 64)
    others = entries_at(*((NOW - number, 2) for number in range(500)))
    assert own in left_of([*others, own])


def test_a_version_too_large_to_read_is_never_a_days_best() -> None:
    huge = entries_at((NOW - 10, 200_000), size=16 << 20)
    good = entries_at((NOW - 20, 3))
    flood = entries_at(*((NOW - number, 1) for number in range(9)), size=1 << 20)
    left = left_of([*flood, *huge, *good])
    assert good[0] in left
    assert huge[0] not in left


@given(
    st.lists(
        st.tuples(st.integers(NOW - 60 * DAY, NOW + 60 * DAY), st.integers(0, 3)), max_size=120, unique=True
    )
)
def test_pruning_is_idempotent_and_always_keeps_the_newest(moments: list[tuple[int, int]]) -> None:
    entries = entries_at(*moments)
    left = [entry for entry in entries if entry not in dropped(entries, now_microseconds=NOW)]
    assert dropped(left, now_microseconds=NOW) == []
    assert left[:NEWEST] == entries[:NEWEST]


def test_pruning_happens_on_disk(home: Home) -> None:
    loader = loader_of(home)
    for number in range(40):
        loader.save_profile("work", {"timeout": number})
    assert NEWEST <= len(os.listdir(home.history)) <= NEWEST + 2  # two days, where midnight passed
