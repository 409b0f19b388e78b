"""`codemie-tray usage`: what was used, by day, agent, model or profile."""

from __future__ import annotations

import contextlib
import csv
import io
import sys
import time
from datetime import UTC

from codemie_core import ConfigError, ConfigLoader, Home, StoreError
from codemie_core.files.json_document import JsonValue
from codemie_core.secret_detection.classifier import shown
from codemie_core.sessions.jsonl.reader import line_number
from codemie_core.sessions.usage import (
    Calendar,
    Grouping,
    Progress,
    Question,
    SkippedLines,
    Totals,
    Usage,
    ask,
    days_back,
)
from codemie_core.sessions.usage.report import ALL_OF_TIME
from codemie_tray.commands.console.output import (
    Bold,
    print_error,
    print_json,
    print_line,
    print_table,
    print_text,
)
from codemie_tray.text.amounts import duration, short_count
from codemie_tray.text.exit_codes import ExitCode
from codemie_tray.text.plain_text import plain

_PROGRESS_SECONDS = 0.5
"""A reading that is done sooner shows no progress."""
_REDRAW_SECONDS = 0.1


def run(home: Home, *, since: str | None, by: str, as_json: bool, as_csv: bool, utc: bool) -> ExitCode:
    """Print the usage, and on standard error what could not be counted."""
    with contextlib.suppress(ConfigError):
        ConfigLoader(home).load_and_keep()
    calendar = Calendar(UTC if utc else None)
    period = ALL_OF_TIME
    if since is not None:
        try:
            period = days_back(since, calendar.day_at(time.time()))
        except (ValueError, OverflowError):
            print_error(f"codemie-tray: --since: {plain(since)!r} is neither days (30d) nor a date")
            return ExitCode.USAGE
    shown = _ProgressLine()
    try:
        usage = ask(
            home, Question(Grouping(by), period), calendar=calendar, progress=Progress(report=shown.report)
        )
    finally:
        shown.clear()
    if as_json:
        print_json(_as_json(usage, by, since))
    elif as_csv:
        print_text(_as_csv(usage, by))
    else:
        _print(usage, by)
    if not as_json:
        for trouble in usage.troubles:
            print_error(_told(trouble))
    return ExitCode.OK


def _print(usage: Usage, by: str) -> None:
    if not usage.lines:
        print_line("No usage.")
        return
    head = tuple(map(Bold, (by, "tokens", "sessions", "turns", "tool calls", "time")))
    rows = [(plain(_shown(line.name, by)) or "(none)", *_cells(line.totals)) for line in usage.lines]
    print_table([head, *rows, (Bold("total"), *_cells(usage.totals))])


def _cells(totals: Totals) -> tuple[str, ...]:
    counts = (totals.tokens, totals.sessions, totals.turns, totals.tool_calls)
    return (*map(short_count, counts), duration(totals.milliseconds))


def _as_json(usage: Usage, by: str, since: str | None) -> JsonValue:
    return {
        "by": by,
        "since": since,
        "lines": [{by: _shown(line.name, by), **_numbers(line.totals)} for line in usage.lines],
        "total": dict(_numbers(usage.totals)),
        "troubles": [
            {
                "path": trouble.path,
                "reason": trouble.reason or None,
                "bad": trouble.bad,
                "salvaged": trouble.salvaged,
                "overlong": trouble.overlong,
                "torn": trouble.torn,
                "places": [{"offset": offset, "reason": why} for offset, why in trouble.places],
            }
            for trouble in usage.troubles
        ],
    }


def _as_csv(usage: Usage, by: str) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((by, "tokens", "sessions", "turns", "toolCalls", "milliseconds"))
    writer.writerows((_shown(line.name, by), *_numbers(line.totals).values()) for line in usage.lines)
    return text.getvalue().removesuffix("\n")


def _shown(name: str, by: str) -> str:
    """Return what a line stands for as it may be shown: sessions have the profile's fields as they were."""
    return name if by == "day" else shown(("model",) if by == "model" else ("provider",), name)


def _numbers(totals: Totals) -> dict[str, int]:
    return {
        "tokens": totals.tokens,
        "sessions": totals.sessions,
        "turns": totals.turns,
        "toolCalls": totals.tool_calls,
        "milliseconds": totals.milliseconds,
    }


def _told(trouble: SkippedLines) -> str:
    if trouble.reason:
        return f"{trouble.path}: not counted: {trouble.reason}"
    parts = []
    if trouble.bad:
        offset, why = trouble.places[0]
        try:
            place = f"line {line_number(trouble.path, offset)}"
        except StoreError:  # gone meanwhile
            place = f"byte {offset}"
        lines = "1 line" if trouble.bad == 1 else f"{trouble.bad} lines"
        parts.append(f"{lines} passed over, the first at {place} ({why})")
    if trouble.salvaged:
        parts.append(f"{trouble.salvaged} damaged, and counted")
    if trouble.torn:
        parts.append("the last line is not finished")
    return f"{trouble.path}: {'; '.join(parts)}"


class _ProgressLine:
    """A line on a terminal that says how far a long reading is, and goes away."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._drawn = 0.0
        self._shown = sys.stderr is not None and sys.stderr.isatty()

    def report(self, progress: Progress) -> None:
        now = time.monotonic()
        if not self._shown or now - self._begun < _PROGRESS_SECONDS or now - self._drawn < _REDRAW_SECONDS:
            return
        self._drawn = now
        percent = min(100, 100 * progress.done_bytes // max(1, progress.total_bytes))
        sys.stderr.write(f"\rReading the sessions: {percent} % of {short_count(progress.total_bytes)}B ")
        sys.stderr.flush()

    def clear(self) -> None:
        if self._drawn:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
