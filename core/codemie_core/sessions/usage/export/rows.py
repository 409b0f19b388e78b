"""Turns the totals of a day into the exported rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

from codemie_core.sessions.usage.counting.quarter_hours import QUARTER_SECONDS
from codemie_core.sessions.usage.counting.totals import MODELS_APART, Used
from codemie_core.sessions.usage.prices.table import PriceTable, model_name, priced_name
from codemie_core.sessions.usage.report.sums import net
from codemie_core.sessions.usage.sources.cli_folder import SESSION_ID
from codemie_core.sessions.usage.sources.digest import digest_of_names

SCHEMA_VERSION = 1
"""In each row. Raised when a field changes its meaning; new fields do not raise it."""
_PARTS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens")
_QUARTERS_PER_HOUR = 3600 // QUARTER_SECONDS

Row = dict[str, object]
Who = tuple[int, str, str, str, str]
"""Hour since 1970, session, agent, profile, models."""


class _RowTotals:
    __slots__ = ("milliseconds", "priced", "spent", "tool_calls", "turns", "undivided", "unknown")

    def __init__(self) -> None:
        self.turns = self.undivided = self.tool_calls = self.milliseconds = self.unknown = 0
        self.spent = [0, 0, 0, 0, 0]
        self.priced: dict[str, list[int]] = {}
        """The same, split by `priced_name`."""


def rows_of_day(
    turns: Iterable[Iterable[Used]],
    tokens: Iterable[Iterable[Used]],
    known: set[str],
    prices: PriceTable,
) -> list[tuple[Who, Row]]:
    """Return the rows of a day, sorted by hour, session, agent, profile and models."""
    totals: dict[Who, _RowTotals] = {}

    def total_of(quarter: int, session: str, agent: str, profile: str, model: str) -> _RowTotals:
        models = ",".join(dict.fromkeys(map(model_name, model.split(MODELS_APART))))
        return totals.setdefault(
            (quarter // _QUARTERS_PER_HOUR, session, agent, profile, models), _RowTotals()
        )

    for part in turns:
        for *who, amounts in part:
            for quarter, its_turns, undivided, tool_calls, milliseconds, unknown in amounts:
                total = total_of(quarter, *who)
                total.turns += its_turns
                total.undivided += undivided
                total.tool_calls += tool_calls
                total.milliseconds += milliseconds
                total.unknown += 0 if who[0] in known else unknown
    for key, spent in net(tokens):
        total = total_of(*key)
        priced = total.priced.setdefault(priced_name(key[4]), [0, 0, 0, 0, 0])
        for number, count in enumerate(spent):
            total.spent[number] += count
            priced[number] += count
    return [(who, _numbers(totals[who], prices)) for who in sorted(totals)]


def _numbers(total: _RowTotals, prices: PriceTable) -> Row:
    divided = sum(total.spent)
    parts: list[int | None] = [*total.spent[:3], total.spent[3] + total.spent[4]]
    tokens: int | None = divided + total.undivided
    cost: float | None = 0.0
    if not divided and (total.unknown or total.undivided):
        parts, cost = [None] * 4, None
        tokens = total.undivided or None
    elif divided:
        cost = _cost(total.priced, prices)
    return {
        "turns": total.turns,
        "tool_calls": total.tool_calls,
        "milliseconds": total.milliseconds,
        "tokens": tokens,
        **dict(zip(_PARTS, parts, strict=True)),
        "cost_usd_estimate": cost,
    }


def _cost(priced: Mapping[str, list[int]], prices: PriceTable) -> float | None:
    cost = 0.0
    for model, spent in sorted(priced.items()):  # a fixed order, see `report.sums`
        price = prices.price_of(model)
        if price is None:
            return None
        cost += price.cost(tuple(spent))  # type: ignore[arg-type]
    return round(cost, 9)


def line_of(
    row: tuple[Who, Row],
    source: str,
    projects: Mapping[str, str],
    prices: PriceTable,
    *,
    names: bool,
    clean: Callable[[str], str],
) -> Row:
    """Return a row with its names.

    Args:
        row: one of `rows_of_day`.
        source: the random name of the home it comes from.
        projects: session -> the folder it worked in.
        prices: for its cost.
        names: whether to include profile and folder.
        clean: applied to text from a session.
    """
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
