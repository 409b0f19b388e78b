"""Usage as files that DuckDB, Spark, Trino and BigQuery read as they are: docs/fleet.md has the schema.

One file per UTC day and home, gzipped JSON Lines below `year=/month=/day=`. A row is what one session used of
one model in one hour. No text, path or name of a person is in it unless it is asked for.

A day is replaced whole, and only when it changed. Agents remove their logs after a while, and what was
exported before must not shrink with them: a day that would lose tokens stays as it is.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from codemie_core.errors import StoreError, store_error
from codemie_core.files.atomic_file import ANY_VERSION, read_whole, replace_whole, sweep_temporaries
from codemie_core.files.lock import StoreLock
from codemie_core.files.private.file import read_private, replace_private
from codemie_core.home import Home
from codemie_core.sessions.usage.counting.quarter_hours import QUARTER_SECONDS
from codemie_core.sessions.usage.counting.totals import MODELS_APART, Used
from codemie_core.sessions.usage.index.index import TOKENS, TURNS, UsageIndex
from codemie_core.sessions.usage.prices.table import PriceTable, model_name, price_table
from codemie_core.sessions.usage.query import with_index
from codemie_core.sessions.usage.refresh import Progress, Refreshed
from codemie_core.sessions.usage.report import ALL_OF_TIME, Period, net
from codemie_core.sessions.usage.sources.digest import digest_of_names
from codemie_core.sessions.usage.sources.files import SESSION_ID

SCHEMA_VERSION = 1
"""In each row. It is raised when a field changes its meaning; new fields do not raise it."""
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_QUARTERS_PER_HOUR = 3600 // QUARTER_SECONDS
_FAR_DAY = 1 << 40
_LIMIT_BYTES = 1 << 30
_ID_LETTERS = 16
_PARTS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens")

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export came to, in days."""

    written: int = 0
    unchanged: int = 0
    kept: int = 0
    """Days that would have lost tokens, and stay as they were exported before."""
    rows: int = 0
    """In all of those days as they are now counted."""
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
    """Write what was used.

    Args:
        home: whose sessions.
        out: the folder that the days are written below; it is made.
        period: which days, in UTC. What has no date is in none.
        names: whether profiles and the folders that sessions worked in are written, too.
        clean: what is done to a text from a session before it is written.
        prices: what tokens cost; those of `price_table` unless given.
        progress: told of long readings.

    Raises:
        StoreError: the sessions can't be read, or a day not written; days written before it stay.
    """
    prices = prices or price_table(home)
    source = _source(home)

    failed: list[StoreError] = []

    def write(index: UsageIndex, refreshed: Refreshed) -> Exported:
        try:
            return write_days(index, refreshed)
        except StoreError as error:
            failed.append(error)  # the index is not to blame: it must not be asked again without it
            return Exported()

    def write_days(index: UsageIndex, refreshed: Refreshed) -> Exported:
        known, projects = index.sessions_with_tokens(), index.projects() if names else {}
        counts = {"written": 0, "unchanged": 0, "kept": 0}
        rows_in_all = 0
        for day in index.days(0, _FAR_DAY):
            on = date.fromordinal(day + _EPOCH_DAY)
            if not period.holds(on):
                continue
            rows = _rows(index.cells(day, day, TURNS), index.cells(day, day, TOKENS), known, prices)
            rows_in_all += len(rows)
            lines = (_line(row, source, projects, prices, names=names, clean=clean) for row in rows)
            counts[_write_day(out, on, source, list(lines))] += 1
        unreadable = tuple(sorted(refreshed.unreadable.items()))
        return Exported(rows=rows_in_all, unreadable=unreadable, **counts)

    # A lock of its own: counting can take longer than whoever switches a profile waits for the home's.
    with StoreLock(os.path.join(home.tray, "export.lock")):
        exported = with_index(home, write, progress=progress)
    if failed:
        raise failed[0]
    return exported


def _source(home: Home) -> str:
    """Return a random name that tells this home's rows from others, and nothing of the machine."""
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


_Who = tuple[int, str, str, str, str]
"""Hour since 1970, session, agent, profile, models."""


class _Cell:
    __slots__ = ("milliseconds", "spent", "tool_calls", "turns", "undivided", "unknown")

    def __init__(self) -> None:
        self.turns = self.undivided = self.tool_calls = self.milliseconds = self.unknown = 0
        self.spent = [0, 0, 0, 0, 0]


def _rows(
    turns: Iterable[Iterable[Used]],
    tokens: Iterable[Iterable[Used]],
    known: set[str],
    prices: PriceTable,
) -> list[tuple[_Who, Row]]:
    """Return the rows of a day, sorted by hour, session, agent, profile and models."""
    cells: dict[_Who, _Cell] = {}

    def cell_of(quarter: int, session: str, agent: str, profile: str, model: str) -> _Cell:
        models = ",".join(dict.fromkeys(map(model_name, model.split(MODELS_APART))))
        return cells.setdefault((quarter // _QUARTERS_PER_HOUR, session, agent, profile, models), _Cell())

    for part in turns:
        for *who, amounts in part:
            for quarter, its_turns, undivided, tool_calls, milliseconds, unknown in amounts:
                cell = cell_of(quarter, *who)
                cell.turns += its_turns
                cell.undivided += undivided
                cell.tool_calls += tool_calls
                cell.milliseconds += milliseconds
                cell.unknown += 0 if who[0] in known else unknown
    for key, spent in net(tokens):
        cell = cell_of(*key)
        cell.spent = [mine + more for mine, more in zip(cell.spent, spent, strict=True)]
    return [(who, _numbers(who[4], cells[who], prices)) for who in sorted(cells)]


def _numbers(model: str, cell: _Cell, prices: PriceTable) -> Row:
    divided = sum(cell.spent)
    parts: list[int | None] = [*cell.spent[:3], cell.spent[3] + cell.spent[4]]
    tokens: int | None = divided + cell.undivided
    cost: float | None = 0.0
    if not divided and (cell.unknown or cell.undivided):
        parts, cost = [None] * 4, None
        tokens = cell.undivided or None
    elif divided:
        price = prices.price_of(model)
        cost = None if price is None else round(price.cost(tuple(cell.spent)), 9)  # type: ignore[arg-type]
    return {
        "turns": cell.turns,
        "tool_calls": cell.tool_calls,
        "milliseconds": cell.milliseconds,
        "tokens": tokens,
        **dict(
            zip(
                ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens"),
                parts,
                strict=True,
            )
        ),
        "cost_usd_estimate": cost,
    }


def _line(
    row: tuple[_Who, Row],
    source: str,
    projects: Mapping[str, str],
    prices: PriceTable,
    *,
    names: bool,
    clean: Callable[[str], str],
) -> Row:
    (hour, session, agent, profile, models), numbers = row
    return {
        "schema_version": SCHEMA_VERSION,
        "source": source,
        "hour": datetime.fromtimestamp(hour * 3600, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "session": session if SESSION_ID.fullmatch(session) else digest_of_names(session).hex(),
        "agent": clean(agent) or None,
        "model": clean(models) or None,
        **numbers,
        "prices_date": prices.date,
        "profile": (clean(profile) or None) if names else None,
        "project": projects.get(session) if names else None,
    }


def _write_day(out: str, day: date, source: str, rows: list[Row]) -> str:
    """Write one day; return what became of it, as `Exported` names it."""
    folder = os.path.join(out, f"year={day:%Y}", f"month={day:%m}", f"day={day:%d}")
    path = os.path.join(folder, f"usage-{source}.jsonl.gz")
    text = "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows).encode("ascii")
    try:
        os.makedirs(folder, exist_ok=True)
        sweep_temporaries(path)
        before = _content(path)
        if before == text:
            return "unchanged"
        if before is not None and _tokens(text) < _tokens(before):
            return "kept"
        data = gzip.compress(text, mtime=0)
        replace_whole(path, data, mode=0o666, expected=ANY_VERSION)
    except OSError as error:
        raise store_error(path, error) from error
    return "written"


def _content(path: str) -> bytes | None:
    """Return what was exported before; None: nothing that can be read."""
    try:
        data, _ = read_whole(path, limit_bytes=_LIMIT_BYTES)
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            return file.read(_LIMIT_BYTES)
    except FileNotFoundError:
        return None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return None


def _tokens(text: bytes) -> int:
    total = 0
    for line in text.splitlines():
        try:
            tokens = json.loads(line)["tokens"]
        except (ValueError, KeyError, TypeError):
            continue
        total += tokens if isinstance(tokens, int) else 0
    return total
