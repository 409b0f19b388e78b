"""Divides the tokens of each day by model, agent, profile or project, for a chart of stacked bars."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from codemie_core.home import Home
from codemie_core.sessions.usage.counting.quarter_hours import QUARTERS_PER_DAY, UNDATED, Calendar, utc_days
from codemie_core.sessions.usage.counting.totals import MODELS_APART
from codemie_core.sessions.usage.index.index import TOKENS, TURNS, UsageIndex
from codemie_core.sessions.usage.prices.table import model_name
from codemie_core.sessions.usage.refresh.fresh_index import with_index
from codemie_core.sessions.usage.refresh.progress import Progress, Refreshed
from codemie_core.sessions.usage.report.period import Period
from codemie_core.sessions.usage.report.sums import net
from codemie_core.sessions.usage.report.times import Times
from codemie_core.sessions.usage.report.values import Grouping

Shares = Mapping[str, Mapping[str, int]]
"""Day, as `Line.name` has it -> name, as the lines of the other grouping have it -> tokens, more than 0."""


def shares_by_day(
    home: Home,
    grouping: Grouping,
    period: Period,
    *,
    calendar: Calendar | None = None,
    progress: Progress | None = None,
) -> Shares:
    """Return the known tokens of each day, divided by another grouping.

    The shares of a day add up to its tokens in the report by day: a turn of several models counts for the
    first one.

    Args:
        home: whose sessions.
        grouping: `MODEL`, `AGENT`, `PROFILE` or `PROJECT`.
        period: which days.
        calendar: where days begin; default: as on this machine.
        progress: called during long reads.

    Raises:
        StoreError: as `ask`.
    """
    calendar = calendar or Calendar()
    days = Times(Grouping.DAY, period, calendar)
    first, last = utc_days(period.first, period.last, calendar)

    def answer(index: UsageIndex, _refreshed: Refreshed) -> Shares:
        projects = index.projects() if grouping is Grouping.PROJECT else {}
        found: dict[str, dict[str, int]] = {}
        by_session = grouping is Grouping.PROJECT
        for quarter, session, agent, profile, model, tokens in _used(index, first, last, days, by_session):
            day = days[quarter]
            if day is not None and tokens:
                name = _name(grouping, session, agent, profile, model, projects)
                of_day = found.setdefault(day, {})
                of_day[name] = of_day.get(name, 0) + tokens
        return found

    return with_index(home, answer, progress=progress)


_Amount = tuple[int, str, str, str, str, int]
"""Quarter, session, agent, profile, model, tokens."""


def _used(index: UsageIndex, first: int, last: int, days: Times, by_session: bool) -> Iterator[_Amount]:
    if not by_session:
        for day, groups in index.groups(first, last, is_whole=days.is_whole):
            for agent, profile, model, _, tokens, *_ in groups:
                yield max(day * QUARTERS_PER_DAY, UNDATED), "", agent, profile, model, tokens
    turns = index.totals(first, last, TURNS, is_whole=days.is_whole, parts_only=not by_session)
    for session, agent, profile, model, amounts in chain.from_iterable(turns):
        for amount in amounts:
            yield amount[0], session, agent, profile, model, amount[2]
    for key, of_key in net(index.totals(first, last, TOKENS, is_whole=days.is_whole)):
        yield *key, sum(of_key)


def _name(
    grouping: Grouping, session: str, agent: str, profile: str, model: str, projects: Mapping[str, str]
) -> str:
    match grouping:
        case Grouping.AGENT:
            return agent
        case Grouping.PROFILE:
            return profile
        case Grouping.PROJECT:
            return projects.get(session, "")
    return model_name(model.split(MODELS_APART, maxsplit=1)[0])
