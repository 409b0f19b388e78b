"""Exports usage to files that DuckDB, Spark, Trino and BigQuery read as is; docs/fleet.md has the schema.

One file per UTC day and home, gzipped JSON Lines below `year=/month=/day=`. A row is what one session used of
one model in one hour. It contains no text, path or name of a person unless requested.

A day is replaced as a whole, and only if it changed. Agents remove their logs after a while, which must not
shrink what was exported before: a day that would lose tokens is left as it is.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from codemie_core.errors import StoreError, store_error
from codemie_core.files.lock import StoreLock
from codemie_core.files.private.file import read_private, replace_private
from codemie_core.home import Home
from codemie_core.sessions.usage.export.day_file import write_day
from codemie_core.sessions.usage.export.rows import line_of, rows_of_day
from codemie_core.sessions.usage.index.index import TOKENS, TURNS, UsageIndex
from codemie_core.sessions.usage.prices.table import PriceTable, price_table
from codemie_core.sessions.usage.refresh.fresh_index import with_index
from codemie_core.sessions.usage.refresh.progress import Progress, Refreshed
from codemie_core.sessions.usage.report.period import ALL_OF_TIME, Period

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_FAR_DAY = 1 << 40
_ID_LETTERS = 16


@dataclass(frozen=True, slots=True)
class Exported:
    """Outcome of an export, in days."""

    written: int = 0
    unchanged: int = 0
    kept: int = 0
    """Days that would have lost tokens, and keep their earlier export."""
    rows: int = 0
    """Total of those days as counted now."""
    unreadable: tuple[tuple[str, str], ...] = ()
    """Files that could not be counted, and why."""


def export(
    home: Home,
    out: str,
    *,
    period: Period = ALL_OF_TIME,
    names: bool = False,
    clean: Callable[[str], str] = str,
    prices: PriceTable | None = None,
    progress: Progress | None = None,
) -> Exported:
    """Export usage by day.

    Args:
        home: whose sessions.
        out: the folder to write the days to; created if missing.
        period: which days, in UTC. Records without a date are in none.
        names: whether to include profiles and the folders that sessions worked in.
        clean: applied to text from a session before it is written.
        prices: what tokens cost; default: `price_table`.
        progress: called during long reads.

    Raises:
        StoreError: the sessions can't be read, or a day can't be written; days written before are kept.
    """
    prices = prices or price_table(home)
    source = _source(home)

    failed: list[StoreError] = []

    def write(index: UsageIndex, refreshed: Refreshed) -> Exported:
        try:
            return write_days(index, refreshed)
        except StoreError as error:
            failed.append(error)  # not the index's fault, so do not retry without it
            return Exported()

    def write_days(index: UsageIndex, refreshed: Refreshed) -> Exported:
        known, projects = index.sessions_with_tokens(), index.projects() if names else {}
        counts = {"written": 0, "unchanged": 0, "kept": 0}
        rows_in_all = 0
        for day in index.days(0, _FAR_DAY, TURNS, TOKENS):
            on = date.fromordinal(day + _EPOCH_DAY)
            if not period.holds(on):
                continue
            rows = rows_of_day(index.totals(day, day, TURNS), index.totals(day, day, TOKENS), known, prices)
            rows_in_all += len(rows)
            lines = (line_of(row, source, projects, prices, names=names, clean=clean) for row in rows)
            counts[write_day(out, on, source, list(lines))] += 1
        unreadable = tuple(sorted(refreshed.unreadable.items()))
        return Exported(rows=rows_in_all, unreadable=unreadable, **counts)

    # A separate lock: counting can take longer than someone switching a profile waits for the home's lock.
    with StoreLock(os.path.join(home.tray, "export.lock")):
        exported = with_index(home, write, progress=progress)
    if failed:
        raise failed[0]
    return exported


def _source(home: Home) -> str:
    """Return a random name that distinguishes this home's rows and reveals nothing about the machine."""
    path = os.path.join(home.tray, "export-id")
    try:
        known = read_private(path, limit_bytes=1000)[0].decode("ascii").strip()
        if len(known) == _ID_LETTERS and set(known) <= set("0123456789abcdef"):
            return known
    except FileNotFoundError:
        pass
    except UnicodeDecodeError:
        pass
    except OSError as error:
        raise store_error(path, error) from error
    new = os.urandom(_ID_LETTERS // 2).hex()
    replace_private(path, new.encode("ascii") + b"\n")
    return new
