"""The table as comma-separated values, for a spreadsheet."""

from __future__ import annotations

import csv
import io

from codemie_core.sessions.usage import Grouping, Usage
from codemie_tray.text.language import english
from codemie_tray.windows.pure.usage.rows import name_of

_COLUMNS = (
    *("tokens", "sessions", "turns", "toolCalls", "milliseconds", "input", "output", "cacheRead"),
    *("cacheWrite", "costUsd", "sessionsWithoutTokens", "tokensWithoutPrice"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula (OWASP, CSV injection)."""


def csv_text(usage: Usage, grouping: Grouping) -> str:
    """Return the numbers with the columns of `codemie-tray usage --csv`; what is unknown is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow((grouping.value, *_COLUMNS))
    for line in usage.lines:
        t = line.totals
        cost = None if t.cost_usd is None else round(t.cost_usd, 6)
        used = (t.tokens, t.sessions, t.turns, t.tool_calls, t.milliseconds_by(grouping))
        tokens = (t.input, t.output, t.cache_read, t.cache_write)
        name = _cell(english(name_of(line.name, grouping)))
        writer.writerow((name, *used, *tokens, cost, t.unknown_sessions, t.unpriced_tokens))
    return text.getvalue()


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
