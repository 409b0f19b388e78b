"""Asking for usage: through the index where it can be used, without where not, to the same numbers."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from codemie_core.errors import StoreError, StoreFull
from codemie_core.home import Home
from codemie_core.sessions.usage.counting.quarter_hours import Calendar, utc_days
from codemie_core.sessions.usage.index.file_state import FileState
from codemie_core.sessions.usage.index.index import (
    LOG_PREFIX,
    TOKENS,
    TURNS,
    IndexCorrupt,
    IndexUnusable,
    UsageIndex,
)
from codemie_core.sessions.usage.prices.table import PriceTable, price_table
from codemie_core.sessions.usage.refresh import Progress, Refreshed, current_versions, refresh
from codemie_core.sessions.usage.report import (
    ALL_OF_TIME,
    Counted,
    Grouping,
    Period,
    SkippedLines,
    Usage,
    summed,
)
from codemie_core.sessions.usage.sources.files import sources, versions_now

_EARLIEST, _LATEST = date(2000, 1, 1), date(2099, 12, 31)
"""The dates that records can have; beyond them a system's own calendar need not reach."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked."""

    grouping: Grouping = Grouping.DAY
    period: Period = ALL_OF_TIME


def index_path(home: Home) -> str:
    """Return where this machine keeps its index of a home.

    Each machine has its own: SQLite's log in shared memory does not reach over a network drive.
    """
    name = os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME", "")
    host = "".join(letter for letter in name if letter.isascii() and (letter.isalnum() or letter in "-_"))
    return os.path.join(home.tray, f"usage-{host or 'index'}.sqlite3")


def ask(
    home: Home,
    question: Question,
    *,
    calendar: Calendar | None = None,
    progress: Progress | None = None,
    clock_ns: Callable[[], int] = time.time_ns,
    use_index: bool = True,
    two_processes: bool = True,
    prices: PriceTable | None = None,
) -> Usage:
    """Count what was used.

    Args:
        home: whose sessions.
        question: what is asked.
        calendar: where days begin; as on this machine unless given.
        progress: told of long readings.
        clock_ns: the wall clock.
        use_index: False reads everything and keeps nothing.
        two_processes: whether much new may be read by two at once; else by this thread alone.
        prices: what tokens cost; those of `price_table` unless given.

    Raises:
        StoreError: the sessions' folder can't be read, or there is no room for temporary files. A file that
            can't be read is among the `troubles`.
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
        two_processes=two_processes,
    )


def with_index(
    home: Home,
    answer: Callable[[UsageIndex, Refreshed], Answer],
    *,
    progress: Progress | None = None,
    clock_ns: Callable[[], int] = time.time_ns,
    use_index: bool = True,
    two_processes: bool = True,
) -> Answer:
    """Answer from an index that is brought up to date, within one transaction.

    Args:
        home: whose sessions.
        answer: given the index; called again where that turns out to be damaged.
        progress: as for `ask`, like those below.
        clock_ns: the wall clock.
        use_index: False reads everything and keeps nothing.
        two_processes: whether much new may be read by two at once.

    Raises:
        StoreError: as for `ask`.
    """
    progress = progress or Progress()
    found = sources(home)
    now = versions_now(*found)
    paths = [index_path(home), index_path(home), None] if use_index else [None]
    for path in paths:
        index = UsageIndex(path)
        try:
            with index:
                try:
                    with index.reading():
                        if index.versions() == current_versions(index, now):
                            return answer(index, Refreshed())
                    with index.writing():
                        refreshed = refresh(
                            index,
                            found,
                            now,
                            clock_ns=clock_ns,
                            progress=progress,
                            two_processes=two_processes,
                        )
                        return answer(index, refreshed)
                except IndexCorrupt:
                    index.discard()
        except (IndexUnusable, StoreError, OSError) as error:
            # No place for an index, or no use of it now. The numbers don't depend on it.
            if path is not None:
                continue
            if not isinstance(error, IndexUnusable):
                raise
            raise StoreFull(tempfile.gettempdir(), f"no room for temporary files: {error}") from error
    raise IndexCorrupt("made again, and damaged again")


def days_back(text: str, today: date) -> Period:
    """Return the period that `30d` (today and the 29 days before) or `2026-01-16` begins. It ends today.

    A record that a wrong clock dated into the future counts in all of time, and in none of these.

    Raises:
        ValueError: it is neither.
    """
    if text.endswith("d") and text[:-1].isascii() and text[:-1].isdigit() and 0 < int(text[:-1]) <= 100_000:
        return Period(max(_EARLIEST, today - timedelta(days=int(text[:-1]) - 1)), today)
    return Period(_date_in_reach(text), today)


def days_until(text: str, period: Period) -> Period:
    """Return the period with another last day.

    Raises:
        ValueError: it is no date, or one before the first day.
    """
    last = _date_in_reach(text)
    if period.first is not None and last < period.first:
        raise ValueError("it is before the first day")
    return Period(period.first, last)


def _date_in_reach(text: str) -> date:
    return max(_EARLIEST, min(_LATEST, date.fromisoformat(text)))


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
    counted = Counted(
        index.cells(first, last, TURNS),
        index.cells(first, last, TOKENS),
        index.sessions_with_tokens(),
        index.projects() if question.grouping is Grouping.PROJECT else {},
    )
    lines, totals, unpriced = summed(counted, question.grouping, period, calendar, prices)
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
