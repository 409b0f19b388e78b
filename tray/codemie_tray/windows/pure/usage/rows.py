"""The table of the Usage window, its summary and its notes. What is unknown is never shown as 0."""

from __future__ import annotations

from codemie_core.config.secret_detection.classifier import shown
from codemie_core.sessions.usage import Grouping, Totals, Usage
from codemie_tray.text.amounts import duration, plural, short_count
from codemie_tray.text.plain_text import plain

GROUPINGS = (
    (Grouping.DAY, "Day"),
    (Grouping.MODEL, "Model"),
    (Grouping.PROJECT, "Project"),
    (Grouping.AGENT, "Agent"),
    (Grouping.PROFILE, "Profile"),
)
"""What the table can be grouped by, and the heading of its first column."""
COLUMNS = ("Tokens", "Cost (estimate)", "Sessions", "Turns", "Tool calls", "Time")
PERIODS = ((7, "Last 7 days"), (30, "Last 30 days"), (90, "Last 90 days"), (0, "All time"))
"""Days, 0 for all time, and the window's name for the period."""
UNKNOWN = "unknown"
NO_USAGE = "No usage in this period. The numbers come from the session files of the CLI."


def table_rows(usage: Usage, grouping: Grouping) -> tuple[tuple[str, ...], ...]:
    """Return the rows of the table: newest day first, everything else by tokens."""
    lines = reversed(usage.lines) if grouping is Grouping.DAY else usage.lines
    return tuple((name_of(line.name, grouping), *_cells(line.totals)) for line in lines)


def name_of(name: str, grouping: Grouping) -> str:
    """Return the name of a line as it may be shown: a session holds the profile's fields as they were."""
    if grouping in (Grouping.MODEL, Grouping.AGENT, Grouping.PROFILE):
        name = shown(("model",) if grouping is Grouping.MODEL else ("provider",), name)
    return plain(name) or "(none)"


def tokens_of(totals: Totals) -> str:
    """Return the tokens, or that they are unknown."""
    return UNKNOWN if totals.tokens is None else short_count(totals.tokens)


def cost_of(totals: Totals) -> str:
    """Return the estimated cost, or why there is none."""
    if totals.cost_usd is not None:
        return f"${totals.cost_usd:,.2f}"
    return UNKNOWN if totals.input is None else "no price"


def _cells(totals: Totals) -> tuple[str, ...]:
    counts = map(short_count, (totals.sessions, totals.turns, totals.tool_calls))
    return (tokens_of(totals), cost_of(totals), *counts, duration(totals.milliseconds))


def summary(usage: Usage) -> str:
    """Return the sums in one line."""
    totals = usage.totals
    if not usage.lines:
        return NO_USAGE
    tokens = "tokens unknown" if totals.tokens is None else plural(totals.tokens, "token")
    cost = "" if totals.cost_usd is None else f" · {cost_of(totals)} (estimate)"
    return f"{tokens}{cost} · {plural(totals.sessions, 'session')} · {duration(totals.milliseconds)}"


def notes(usage: Usage) -> str:
    """Return what the numbers do not include, as sentences; empty if nothing is missing."""
    found = []
    if unknown := usage.totals.unknown_sessions:
        count = plural(unknown, "session")
        found.append(f"The tokens of {count} are unknown: the agent's own log is missing or can't be read.")
    if usage.unpriced_models:
        names = ", ".join(name_of(name, Grouping.MODEL) for name in usage.unpriced_models)
        found.append(f"No price is known for {names}; the cost leaves it out.")
    if usage.troubles:
        files = plural(len(usage.troubles), "file")
        found.append(f"{files} could not be counted completely. To see which, run: codemie-tray usage")
    return " ".join(found)
