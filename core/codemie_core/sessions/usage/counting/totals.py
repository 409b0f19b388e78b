"""What one session used of one model in one quarter of an hour, by quarter and by day."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from codemie_core.sessions.jsonl.decoder import TypedJSON
from codemie_core.sessions.usage.counting.quarter_hours import QUARTERS_PER_DAY, UNDATED

Key = tuple[int, str, str, str, str]
"""Quarter, session, agent, profile (if a record names none, its provider), model (for agents' logs,
`Response.priced_model`)."""
KeyedTotals = dict[Key, list[int]]
"""Key -> turns, tokens, tool calls, milliseconds, turns with unknown tokens. For agents' logs: input, output,
cache read, cache written for five minutes, cache written for an hour."""
Amounts = tuple[int, int, int, int, int, int]
"""Quarter, and the five numbers of a total."""
User = tuple[str, str, str, str]
"""Session, agent, profile and model."""
Used = tuple[str, str, str, str, list[Amounts]]
"""What one session used of one model under one profile: session, agent, profile, model, and the amounts, in
which a quarter may occur more than once."""


Group = tuple[str, str, str, int, int, int, int, list[str], list[str]]
"""What all sessions used of one model under one profile of one agent: agent, profile, model, turns, tokens,
tool calls, milliseconds; the sessions, and those of them that have turns with unknown tokens."""


class Piece(NamedTuple):
    """Totals of one UTC day as stored in the index: in JSON, which another process can make."""

    day: int
    """Counted from 1970; -1 for undated totals."""
    day_groups: str
    """The result of `grouped`; empty for totals of agents' logs."""
    day_totals: str
    """The result of `summed_by_day`."""
    totals: str
    """A list of `Used`."""


USED = TypedJSON(list[Used])
GROUPS = TypedJSON(list[Group])

MODELS_APART = "\x1f"
"""Separates the models of a turn that names more than one."""


def add_total(totals: KeyedTotals, key: Key, total: list[int]) -> None:
    """Add one total to those with the same key."""
    known = totals.get(key)
    if known is None:
        totals[key] = list(total)
    else:
        for index, amount in enumerate(total):
            known[index] += amount


def by_day(totals: KeyedTotals) -> dict[int, list[Used]]:
    """Group totals by the UTC day of their quarter, counted from 1970; undated ones are in day -1."""
    days: dict[int, dict[User, list[Amounts]]] = {}
    for (quarter, *user), total in totals.items():
        of_day = days.setdefault(quarter // QUARTERS_PER_DAY, {})
        of_day.setdefault(tuple(user), []).append((quarter, *total))  # type: ignore[arg-type]
    return {day: [(*user, amounts) for user, amounts in users.items()] for day, users in days.items()}


_FEW = 8
"""Up to so many amounts, a loop adds them up faster than sums of their columns."""


def summed_by_day(day: int, used: Iterable[Used]) -> list[Used]:
    """Return the totals with the quarters of each day added up, under the day's first quarter.

    Totals with turns are kept apart from those without, which are a session's own time, not a model's.
    """
    first = max(day * QUARTERS_PER_DAY, UNDATED)
    summed: list[Used] = []
    for session, agent, profile, model, amounts in used:
        if len(amounts) <= _FEW:
            turns = tokens = calls = time_ms = unknown = 0
            for _, its_turns, its_tokens, its_calls, its_time_ms, its_unknown in amounts:
                if not its_turns:
                    break
                turns += its_turns
                tokens += its_tokens
                calls += its_calls
                time_ms += its_time_ms
                unknown += its_unknown
            else:
                summed.append(
                    (session, agent, profile, model, [(first, turns, tokens, calls, time_ms, unknown)])
                )
                continue
        columns = list(zip(*amounts, strict=True))
        if all(columns[1]):  # nearly always; the same as below, in less than half the time
            summed.append((session, agent, profile, model, [(first, *map(sum, columns[1:]))]))  # type: ignore[list-item]
            continue
        parts = [one for one in amounts if one[1]], [one for one in amounts if not one[1]]
        sums = [(first, *map(sum, list(zip(*part, strict=True))[1:])) for part in parts if part]
        summed.append((session, agent, profile, model, sums))  # type: ignore[arg-type]  # six numbers each
    return summed


def grouped(summed: Iterable[Used]) -> list[Group]:
    """Return the totals of a day with those of all sessions added up.

    Most questions need no session's own numbers. A day of 200 sessions has a dozen groups, and is read in a
    tenth of the time.

    Args:
        summed: the result of `summed_by_day`; totals without turns stay apart here, too.
    """
    groups: dict[tuple[str, str, str, bool], list[Any]] = {}
    for session, agent, profile, model, amounts in summed:
        for _, turns, tokens, calls, time_ms, unknown in amounts:
            key = agent, profile, model, turns != 0
            group = groups.get(key)
            if group is None:
                group = groups[key] = [0, 0, 0, 0, [], []]
            group[0] += turns
            group[1] += tokens
            group[2] += calls
            group[3] += time_ms
            group[4].append(session)
            if unknown:
                group[5].append(session)
    return [(*key[:3], *group) for key, group in groups.items()]


def totals_of(used: Iterable[Used]) -> KeyedTotals:
    """Return the totals, with each quarter once."""
    totals: KeyedTotals = {}
    for session, agent, profile, model, amounts in used:
        for quarter, *total in amounts:
            add_total(totals, (quarter, session, agent, profile, model), total)
    return totals


def pieces_of(totals: KeyedTotals, *, of_logs: bool = False) -> list[Piece]:
    """Return totals as stored in the index."""
    return [piece_of(day, used, of_logs=of_logs) for day, used in by_day(totals).items()]


def piece_of(day: int, used: list[Used], *, of_logs: bool = False) -> Piece:
    """Return the totals of one day as stored in the index.

    Args:
        day: counted from 1970.
        used: its totals.
        of_logs: they are those of agents' logs.
    """
    summed = summed_by_day(day, used)
    groups = "" if of_logs else GROUPS.text(grouped(summed))
    return Piece(day, groups, USED.text(summed), USED.text(used))
