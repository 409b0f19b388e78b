"""`codemie-tray usage`: shows usage by day, hour, agent, model, profile, project or session."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import time
from datetime import UTC, date

from codemie_core import ConfigError, ConfigLoader, Home, StoreError
from codemie_core.config.secret_detection.classifier import shown
from codemie_core.config.settings import Settings, SettingsStore
from codemie_core.files.json.document import JsonValue
from codemie_core.sessions.jsonl.reader import line_number
from codemie_core.sessions.usage import (
    Calendar,
    Grouping,
    PriceTable,
    Progress,
    Question,
    SkippedLines,
    Totals,
    Usage,
    ask,
    price_table,
)
from codemie_core.sessions.usage.prices import PRICES_NAME
from codemie_core.sessions.usage.report.budget import Budget, BudgetPeriod
from codemie_tray.commands.console.output import (
    Bold,
    print_error,
    print_json,
    print_line,
    print_table,
    print_text,
)
from codemie_tray.commands.usage.period import read_period
from codemie_tray.commands.usage.progress_line import ProgressLine
from codemie_tray.text.amounts import duration, plural, short_count
from codemie_tray.text.exit_codes import ExitCode
from codemie_tray.text.plain_text import plain


def run(
    home: Home, *, since: str | None, until: str | None, by: str, as_json: bool, as_csv: bool, utc: bool
) -> ExitCode:
    """Print the usage, and on standard error what could not be counted."""
    with contextlib.suppress(ConfigError):
        ConfigLoader(home).load_and_keep()
    calendar = Calendar(UTC if utc else None)
    today = calendar.day_at(time.time())
    period = read_period(since, until, today)
    prices = price_table(home)
    line = ProgressLine()
    try:
        usage = ask(
            home,
            Question(Grouping(by), period),
            calendar=calendar,
            progress=Progress(report=line.report),
            prices=prices,
        )
        settings = SettingsStore(home).load()
        budgets = _budgets(home, settings.settings, today, calendar, prices)
    finally:
        line.clear()
    if as_json:
        print_json(_as_json(usage, by, since, until, prices, budgets))
    elif as_csv:
        print_text(_as_csv(usage, by))
    else:
        _print(usage, by, budgets)
    if not as_json:
        _print_notes(home, usage, prices)
        if settings.problem:
            print_error(settings.problem)
    return ExitCode.OK


def _budgets(
    home: Home, settings: Settings, today: date, calendar: Calendar, prices: PriceTable
) -> list[Budget]:
    limits = {BudgetPeriod.DAY: settings.daily_budget_usd, BudgetPeriod.MONTH: settings.monthly_budget_usd}
    budgets = []
    for period, limit in limits.items():
        if limit is not None:
            question = Question(period=period.days(today))
            spent = ask(home, question, calendar=calendar, prices=prices).totals.cost_usd
            budgets.append(Budget(period, period.key(today), limit, spent or 0.0))
    return budgets


def _print(usage: Usage, by: str, budgets: list[Budget]) -> None:
    if usage.lines:
        _print_lines(usage, by)
    else:
        print_line("No usage.")
    for budget in budgets:
        of = "Today's budget" if budget.period is BudgetPeriod.DAY else "This month's budget"
        spent = f"{_dollars(budget.spent_usd)} of {_dollars(budget.limit_usd)}"
        print_line(f"{of}: {spent} (estimate, {budget.percent}%)")


def _print_lines(usage: Usage, by: str) -> None:
    head = tuple(map(Bold, (by, "tokens", "cost (est.)", "sessions", "turns", "tool calls", "time")))
    rows = [(plain(_shown(line.name, by)) or "(none)", *_cells(line.totals, by)) for line in usage.lines]
    print_table([head, *rows, (Bold("total"), *_cells(usage.totals))])


def _cells(totals: Totals, by: str = "") -> tuple[str, ...]:
    tokens = "unknown" if totals.tokens is None else short_count(totals.tokens)
    counts = map(short_count, (totals.sessions, totals.turns, totals.tool_calls))
    milliseconds = totals.milliseconds_by(by)
    return (tokens, _cost(totals), *counts, "unknown" if milliseconds is None else duration(milliseconds))


def _cost(totals: Totals) -> str:
    if totals.cost_usd is not None:
        return _dollars(totals.cost_usd)
    return "unknown" if totals.input is None else "no price"


def _dollars(amount: float) -> str:
    return "<$0.01" if 0 < amount < 0.005 else f"${amount:,.2f}"


def _print_notes(home: Home, usage: Usage, prices: PriceTable) -> None:
    """Say what the numbers do not include."""
    unknown = usage.totals.unknown_sessions
    if unknown:
        sessions = plural(unknown, "session")
        print_error(
            f"The tokens of {sessions} are unknown: the agent's own log is missing, unreadable, or of an "
            "unknown format. `--by session` shows which."
        )
    if usage.unpriced_models:
        names = ", ".join(plain(shown(("model",), name)) or "(none)" for name in usage.unpriced_models)
        own = os.path.join(home.tray, PRICES_NAME)
        print_error(f"No price is known for {names}; the cost leaves it out. Set prices in {own}")
    if prices.problem:
        print_error(prices.problem)
    for trouble in usage.troubles:
        print_error(_described(trouble))


def _as_json(
    usage: Usage,
    by: str,
    since: str | None,
    until: str | None,
    prices: PriceTable,
    budgets: list[Budget],
) -> JsonValue:
    return {
        "by": by,
        "since": since,
        "until": until,
        "lines": [{by: _shown(line.name, by), **_numbers(line.totals, by)} for line in usage.lines],
        "total": dict(_numbers(usage.totals)),
        "unpricedModels": [shown(("model",), name) for name in usage.unpriced_models],
        "prices": {
            **{"date": prices.date, "source": prices.source, "own": prices.own, "problem": prices.problem},
        },
        "budgets": [
            {
                "period": str(budget.period),
                "of": budget.key,
                "limitUsd": budget.limit_usd,
                "spentUsd": budget.spent_usd,
                "percent": budget.percent,
            }
            for budget in budgets
        ],
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
    writer.writerow((by, *_numbers(usage.totals)))
    writer.writerows((_shown(line.name, by), *_numbers(line.totals, by).values()) for line in usage.lines)
    return text.getvalue().removesuffix("\n")


def _shown(name: str, by: str) -> str:
    """Return the name of a line as it may be shown: sessions contain the profile's fields as they were."""
    if by in ("model", "agent", "profile"):
        return shown(("model",) if by == "model" else ("provider",), name)
    return name


def _numbers(totals: Totals, by: str = "") -> dict[str, JsonValue]:
    return {
        "tokens": totals.tokens,
        "sessions": totals.sessions,
        "turns": totals.turns,
        "toolCalls": totals.tool_calls,
        "milliseconds": totals.milliseconds_by(by),
        "input": totals.input,
        "output": totals.output,
        "cacheRead": totals.cache_read,
        "cacheWrite": totals.cache_write,
        "costUsd": None if totals.cost_usd is None else round(totals.cost_usd, 6),
        "sessionsWithoutTokens": totals.unknown_sessions,
        "tokensWithoutPrice": totals.unpriced_tokens,
    }


def _described(trouble: SkippedLines) -> str:
    if trouble.reason:
        return f"{trouble.path}: not counted: {trouble.reason}"
    parts = []
    if trouble.bad:
        offset, why = trouble.places[0]
        try:
            place = f"line {line_number(trouble.path, offset)}"
        except StoreError:  # gone in the meantime
            place = f"byte {offset}"
        lines = "1 line" if trouble.bad == 1 else f"{trouble.bad} lines"
        parts.append(f"{lines} skipped, the first at {place} ({why})")
    if trouble.salvaged:
        parts.append(f"{trouble.salvaged} damaged but counted")
    if trouble.torn:
        parts.append("the last line is incomplete")
    return f"{trouble.path}: {'; '.join(parts)}"
