"""The table of the Usage window, its summary and its notes. What is unknown is never shown as 0."""

from __future__ import annotations

from codemie_core.config.secret_detection.classifier import shown
from codemie_core.sessions.usage import Grouping, Totals, Usage
from codemie_tray.text.amounts import duration, sessions, short_count, tokens
from codemie_tray.text.language import _, ngettext, pgettext
from codemie_tray.text.language.formats import dollars, number
from codemie_tray.text.plain_text import plain

NO_USAGE = _("No usage in this period. The numbers come from the session files of the CLI.")


def groupings() -> tuple[tuple[str, str], ...]:
    """Return what the table can be grouped by, and the window's words for it."""
    return (
        (Grouping.DAY.value, _("By day")),
        (Grouping.MODEL.value, _("By model")),
        (Grouping.PROJECT.value, _("By project")),
        (Grouping.AGENT.value, _("By agent")),
        (Grouping.PROFILE.value, _("By profile")),
    )


def periods() -> tuple[tuple[int, str], ...]:
    """Return numbers of days, 0 for all time, and the window's words for the period."""
    days = [
        (count, ngettext("Last {count} day", "Last {count} days", count).format(count=count))
        for count in (7, 30, 90)
    ]
    return (*days, (0, _("All time")))


TOKENS, SESSIONS = "tokens", "sessions"
"""What the chart can show."""


def measures() -> tuple[tuple[str, str], ...]:
    """Return what the chart can show, and the window's words for it."""
    return ((TOKENS, pgettext("usage", "Tokens")), (SESSIONS, _("Sessions")))


def headings(grouping: Grouping) -> tuple[str, ...]:
    """Return the headings of the table's columns."""
    first = {
        Grouping.DAY: _("Day"),
        Grouping.MODEL: _("Model"),
        Grouping.PROJECT: _("Project"),
        Grouping.AGENT: _("Agent"),
        Grouping.PROFILE: _("Profile"),
    }[grouping]
    numbers = (
        pgettext("usage", "Tokens"),
        _("Cost (estimate)"),
        _("Sessions"),
        _("Turns"),
        _("Tool calls"),
        _("Time"),
    )
    return (first, *numbers)


def table_rows(usage: Usage, grouping: Grouping) -> tuple[tuple[str, ...], ...]:
    """Return the rows of the table: newest day first, everything else by tokens."""
    lines = reversed(usage.lines) if grouping is Grouping.DAY else usage.lines
    return tuple((name_of(line.name, grouping), *_cells(line.totals, grouping)) for line in lines)


def name_of(name: str, grouping: Grouping) -> str:
    """Return the name of a line as it may be shown: a session holds the profile's fields as they were."""
    if grouping in (Grouping.MODEL, Grouping.AGENT, Grouping.PROFILE):
        name = shown(("model",) if grouping is Grouping.MODEL else ("provider",), name)
    return plain(name) or pgettext("a row of the usage without a name", "(none)")


def tokens_of(totals: Totals) -> str:
    """Return the tokens, or that they are unknown."""
    return pgettext("tokens or cost", "unknown") if totals.tokens is None else short_count(totals.tokens)


def cost_of(totals: Totals) -> str:
    """Return the estimated cost, or why there is none."""
    if totals.cost_usd is not None:
        return dollars(totals.cost_usd)
    return pgettext("tokens or cost", "unknown") if totals.input is None else _("no price")


def _cells(totals: Totals, grouping: Grouping) -> tuple[str, ...]:
    counts = map(short_count, (totals.sessions, totals.turns, totals.tool_calls))
    milliseconds = totals.milliseconds_by(grouping)
    time = pgettext("time", "unknown") if milliseconds is None else duration(milliseconds)
    return (tokens_of(totals), cost_of(totals), *counts, time)


def summary(usage: Usage) -> str:
    """Return the sums in one line."""
    totals = usage.totals
    if not usage.lines:
        return NO_USAGE.now
    parts = [
        _("tokens unknown") if totals.tokens is None else tokens(totals.tokens),
        "" if totals.cost_usd is None else _("{cost} (estimate)").format(cost=cost_of(totals)),
        sessions(totals.sessions),
        duration(totals.milliseconds),
    ]
    return " · ".join(part for part in parts if part)


def notes(usage: Usage) -> str:
    """Return what the numbers do not include, as sentences; empty if nothing is missing."""
    found = []
    if unknown := usage.totals.unknown_sessions:
        text = ngettext(
            "The tokens of {count} session are unknown: the agent's own log is missing or can't be read.",
            "The tokens of {count} sessions are unknown: the agent's own log is missing or can't be read.",
            unknown,
        )
        found.append(text.format(count=number(unknown)))
    if usage.unpriced_models:
        names = ", ".join(name_of(name, Grouping.MODEL) for name in usage.unpriced_models)
        found.append(_("No price is known for {names}; the cost leaves it out.").format(names=names))
    if usage.troubles:
        count = len(usage.troubles)
        text = ngettext(
            "{count} file could not be counted completely. To see which, run: {command}",
            "{count} files could not be counted completely. To see which, run: {command}",
            count,
        )
        found.append(text.format(count=number(count), command="codemie-tray usage"))
    return " ".join(found)
