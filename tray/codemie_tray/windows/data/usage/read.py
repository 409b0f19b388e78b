"""Counts for the Usage window, with the function behind `codemie-tray usage`: only what is new is read."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from codemie_core import CodeMieError, Home, StoreError
from codemie_core.errors import store_error
from codemie_core.files.atomic_file import FileVersion, TargetChanged, replace_whole
from codemie_core.sessions.usage import (
    Calendar,
    Grouping,
    Period,
    Progress,
    Question,
    Usage,
    ask,
    days_back,
    shares_by_day,
)
from codemie_tray.text.language import _
from codemie_tray.windows.pure.usage.chart import Chart, chart_of, chart_of_sessions


class Stopped(CodeMieError):
    """Another count was requested meanwhile, or the window is closing."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to count."""

    days: int
    """The last days, this many; 0 for all time."""
    grouping: Grouping


@dataclass(frozen=True, slots=True)
class Counted:
    """The answer."""

    asked: Asked
    usage: Usage
    chart: Chart
    """Of the tokens."""
    sessions: Chart
    """Of the number of sessions."""


def count(home: Home, asked: Asked, report: Callable[[int], bool]) -> Counted:
    """Count the usage.

    Args:
        home: whose sessions.
        asked: what to count.
        report: called with the percentage read; returns False to stop.

    Raises:
        Stopped: `report` returned False; the index is unchanged.
        StoreError: the sessions' folder can't be read.
    """

    def advance(progress: Progress) -> None:
        if not report(min(100, 100 * progress.done_bytes // max(1, progress.total_bytes))):
            raise Stopped("stopped")

    calendar = Calendar()
    today = calendar.day_at(time.time())
    period = days_back(f"{asked.days}d", today) if asked.days else Period()
    by_day = ask(home, Question(Grouping.DAY, period), calendar=calendar, progress=Progress(report=advance))
    usage = by_day
    if asked.grouping is not Grouping.DAY:
        question = Question(asked.grouping, period)
        usage = ask(home, question, calendar=calendar, progress=Progress(report=advance))
    split = Grouping.MODEL if asked.grouping is Grouping.DAY else asked.grouping
    shares = shares_by_day(home, split, period, calendar=calendar, progress=Progress(report=advance))
    return Counted(
        asked,
        usage,
        chart_of(by_day, period.first, today, shares, split),
        chart_of_sessions(by_day, period.first, today),
    )


def save(path: str, text: str) -> None:
    """Write a table to a file, with the mark by which spreadsheets recognize UTF-8.

    Raises:
        StoreError: it can't be written; a file that was there is unchanged.
    """
    try:
        try:
            status: os.stat_result | None = os.stat(path)
        except FileNotFoundError:
            status = None
        expected = None if status is None else FileVersion.of(status)
        replace_whole(path, text.encode("utf-8-sig"), mode=0o644, expected=expected, like=status)
    except TargetChanged:
        raise StoreError(path, _("another program is writing it"), advice=_("Try again.")) from None
    except OSError as error:
        raise store_error(path, error) from error
