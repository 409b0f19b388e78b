"""Answer questions about usage: from the index if possible, else from the files, with the same result."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from codemie_core.home import Home
from codemie_core.sessions.usage.counting.quarter_hours import Calendar, utc_days
from codemie_core.sessions.usage.index.file_state import FileState
from codemie_core.sessions.usage.index.index import TOKENS, TURNS, UsageIndex
from codemie_core.sessions.usage.index.owner import LOG_PREFIX
from codemie_core.sessions.usage.prices.table import PriceTable, price_table
from codemie_core.sessions.usage.refresh.fresh_index import with_index
from codemie_core.sessions.usage.refresh.progress import Progress, Refreshed
from codemie_core.sessions.usage.report.period import ALL_OF_TIME, Period
from codemie_core.sessions.usage.report.sums import Counted, summed
from codemie_core.sessions.usage.report.times import Times
from codemie_core.sessions.usage.report.values import Grouping, SkippedLines, Usage

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Question:
    """What to report."""

    grouping: Grouping = Grouping.DAY
    period: Period = ALL_OF_TIME


def ask(
    home: Home,
    question: Question,
    *,
    calendar: Calendar | None = None,
    progress: Progress | None = None,
    clock_ns: Callable[[], int] = time.time_ns,
    use_index: bool = True,
    in_parallel: bool = True,
    prices: PriceTable | None = None,
) -> Usage:
    """Report usage.

    Args:
        home: whose sessions.
        question: what to report.
        calendar: where days begin; default: as on this machine.
        progress: called during long reads.
        clock_ns: the wall clock.
        use_index: False reads everything and keeps nothing.
        in_parallel: whether several processes may read a large amount; otherwise this thread reads it alone.
        prices: what tokens cost; default: `price_table`.

    Raises:
        StoreError: the sessions' folder can't be read, or there is no room for temporary files. A file that
            can't be read is listed in `troubles`.
    """
    calendar = calendar or Calendar()
    table = prices or price_table(home)

    def answer(index: UsageIndex, refreshed: Refreshed) -> Usage:
        return _query(index, home, question, calendar, table, refreshed)

    return with_index(
        home,
        answer,
        progress=progress,
        clock_ns=clock_ns,
        use_index=use_index,
        in_parallel=in_parallel,
    )


def _query(
    index: UsageIndex,
    home: Home,
    question: Question,
    calendar: Calendar,
    prices: PriceTable,
    refreshed: Refreshed,
) -> Usage:
    period = question.period
    first, last = utc_days(period.first, period.last, calendar)
    times = Times(question.grouping, period, calendar)
    by_group = question.grouping not in (Grouping.SESSION, Grouping.PROJECT)
    counted = Counted(
        index.groups(first, last, is_whole=times.is_whole) if by_group else (),
        index.totals(first, last, TURNS, is_whole=times.is_whole, parts_only=by_group),
        index.totals(first, last, TOKENS, is_whole=times.is_whole),
        index.sessions_with_tokens(),
        index.projects() if question.grouping is Grouping.PROJECT else {},
    )
    lines, totals, unpriced = summed(counted, question.grouping, times, prices)
    troubles = tuple(_troubles(home, index.troubled(), refreshed))
    return Usage(lines, totals, troubles, refreshed.read_bytes, unpriced)


def _troubles(home: Home, states: list[tuple[str, FileState]], refreshed: Refreshed) -> list[SkippedLines]:
    troubles = [SkippedLines(path, reason) for path, reason in sorted(refreshed.unreadable.items())]
    for key, state in states:
        troubles.append(
            SkippedLines(
                _path_of(home, key, state),
                salvaged=state.salvaged,
                bad=state.bad,
                overlong=state.overlong,
                torn=state.torn,
                places=tuple(state.places),
            )
        )
    return troubles


def _path_of(home: Home, key: str, state: FileState) -> str:
    return key[len(LOG_PREFIX + state.session) :] if key.startswith(LOG_PREFIX) else home.join(key)
