"""Totals by day, against the plain definition on random totals."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from codemie_core.sessions.usage.counting.quarter_hours import QUARTERS_PER_DAY, UNDATED
from codemie_core.sessions.usage.counting.totals import (
    GROUPS,
    KeyedTotals,
    Used,
    by_day,
    grouped,
    pieces_of,
    summed_by_day,
)

NAME = st.sampled_from(["", "a", "b\x1fc", "\ud800", "Ärger"])
QUARTER = st.one_of(st.just(UNDATED), st.integers(1_968_000, 1_968_000 + 3 * QUARTERS_PER_DAY))
AMOUNT = st.one_of(st.just(0), st.integers(0, 2**53))
TOTALS = st.dictionaries(
    st.tuples(QUARTER, NAME, NAME, NAME, NAME), st.lists(AMOUNT, min_size=5, max_size=5), max_size=40
)


def plain_sums(day: int, used: list[Used]) -> list[object]:
    """Add up one session after the other, those with turns apart from those without."""
    result: list[object] = []
    for *who, amounts in used:
        sums = []
        for has_turns in (True, False):
            part = [one for one in amounts if bool(one[1]) is has_turns]
            if part:
                columns = [sum(one[place] for one in part) for place in range(1, 6)]
                sums.append((max(day * QUARTERS_PER_DAY, UNDATED), *columns))
        result.append((*who, sums))
    return result


@settings(max_examples=200, deadline=None)
@given(TOTALS)
def test_each_total_is_in_its_day_once_and_in_order(totals: KeyedTotals) -> None:
    days = by_day(totals)
    found = {
        (quarter, session, agent, profile, model): rest
        for used in days.values()
        for session, agent, profile, model, amounts in used
        for quarter, *rest in amounts
    }
    assert found == totals
    assert sum(len(amounts) for used in days.values() for *_, amounts in used) == len(totals)
    for day, used in days.items():
        assert {quarter // QUARTERS_PER_DAY for *_, amounts in used for quarter, *_ in amounts} == {day}
        who = [one[:4] for one in used]
        assert len(set(who)) == len(who)
        of_day = [key[1:] for key in totals if key[0] // QUARTERS_PER_DAY == day]
        assert who == list(dict.fromkeys(of_day))


@settings(max_examples=200, deadline=None)
@given(TOTALS)
def test_sums_by_day_are_those_of_the_plain_definition(totals: KeyedTotals) -> None:
    for day, used in by_day(totals).items():
        assert summed_by_day(day, used) == plain_sums(day, used)
    assert sorted(piece.day for piece in pieces_of(totals)) == sorted(by_day(totals))


@settings(max_examples=200, deadline=None)
@given(TOTALS)
def test_groups_of_a_day_are_the_sums_over_its_sessions(totals: KeyedTotals) -> None:
    for day, used in by_day(totals).items():
        summed = summed_by_day(day, used)
        plain: dict[tuple[object, ...], list[int]] = {}
        sessions: dict[tuple[object, ...], set[str]] = {}
        unknown: dict[tuple[object, ...], set[str]] = {}
        for session, agent, profile, model, amounts in summed:
            for _, *one in amounts:
                key = agent, profile, model, bool(one[0])
                plain[key] = [sum(pair) for pair in zip(plain.get(key, [0] * 4), one[:4], strict=True)]
                sessions.setdefault(key, set()).add(session)
                unknown.setdefault(key, set()).update([session] if one[4] else [])
        groups = {(*group[:3], bool(group[3])): group[3:] for group in grouped(summed)}
        assert len(groups) == len(grouped(summed))
        assert {key: [*group[:4]] for key, group in groups.items()} == plain
        assert {key: {*group[4]} for key, group in groups.items()} == sessions
        assert {key: {*group[5]} for key, group in groups.items()} == unknown
    for piece in pieces_of(totals):
        assert GROUPS.parse(piece.day_groups) == grouped(summed_by_day(piece.day, by_day(totals)[piece.day]))
