"""Metrics records -> cells: what one session used of one model in one quarter of an hour."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from codemie_core.sessions.jsonl.decoder import Amount, Count, Struct
from codemie_core.sessions.usage.quarter_hours import QUARTERS, SLOTS_A_DAY, slot_of, slot_of_hour

Key = tuple[int, str, str, str, str]
"""Slot, session, agent, profile (where a record names none, its provider), model."""
Cells = dict[Key, list[int]]
"""Key -> turns, tokens, tool calls, milliseconds."""
Amounts = tuple[int, int, int, int, int]
"""Slot, turns, tokens, tool calls, milliseconds."""
Used = tuple[str, str, str, str, list[Amounts]]
"""What one session used of one model under one profile: session, agent, profile, model, and the amounts,
in which the same slot can come more than once."""

SPILL_CELLS = 8192
"""How many are gathered before they are handed on: keeps memory bounded whatever a file holds."""
_REMEMBERED_HOURS = 4096


class MetricRow(Struct, gc=False, rename={"session": "sessionId", "tokens": "tokensUsed"}):
    """The fields of a metrics record that are counted, in either layout."""

    timestamp: str | int | float | None = None
    session: str | None = None
    agent: str | None = None
    provider: str | None = None
    profile: str | None = None
    model: str | None = None
    models: list[str] | None = None
    """The cli layout's; the first one is taken for the turn's."""
    tokens: Count | None = None
    duration: Amount | None = None
    """Milliseconds."""
    tools: dict[str, Count] | None = None
    """How often each tool was called."""


class Collector:
    """Adds records up.

    Args:
        session: for records that name no session.
        agent: for records that name no agent.
        provider: for records that name neither profile nor provider.
        spill: is handed the cells when they have become many, and at the end.
    """

    def __init__(self, *, session: str, agent: str, provider: str, spill: Callable[[Cells], object]) -> None:
        self._defaults = (session, agent, provider)
        self._spill = spill
        self._raw: dict[tuple[int, str | None, str | None, str | None, str | None], list[int]] = {}
        self._hours: dict[str, int] = {}

    def add(self, rows: list[MetricRow]) -> None:
        """Add records; the inner loop of every reading, so it does as little as it can."""
        raw, hours, quarters = self._raw, self._hours, QUARTERS
        for row in rows:
            stamp = row.timestamp
            try:
                # In UTC, as all the records written so far: two look-ups. All else goes the long way.
                utc = stamp[-1] == "Z"  # type: ignore[index]
                slot = hours[stamp[:13]] + quarters[stamp[13:16]] if utc else slot_of(stamp)  # type: ignore[index]
            except (KeyError, TypeError, IndexError):
                slot = self._new_hour(stamp)
            model = row.model
            if model is None and row.models:
                model = row.models[0]
            key = (slot, row.session, row.agent, row.profile or row.provider, model)
            try:
                cell = raw[key]
            except KeyError:
                cell = raw[key] = [0, 0, 0, 0]
            cell[0] += 1
            if row.tokens:
                cell[1] += row.tokens
            if row.tools:
                cell[2] += sum(row.tools.values())
            if row.duration:
                cell[3] += int(row.duration)
        if len(raw) >= SPILL_CELLS:
            self.flush()

    def flush(self) -> None:
        """Hand on what was gathered."""
        session, agent, provider = self._defaults
        cells: Cells = {}
        for (slot, its_session, its_agent, its_provider, model), cell in self._raw.items():
            key = (slot, its_session or session, its_agent or agent, its_provider or provider, model or "")
            add_cell(cells, key, cell)
        self._raw.clear()
        if cells:
            self._spill(cells)

    def _new_hour(self, stamp: str | float | None) -> int:
        if isinstance(stamp, str):
            hour = slot_of_hour(stamp[:13])
            if hour is not None:
                if len(self._hours) >= _REMEMBERED_HOURS:
                    self._hours.clear()
                self._hours[stamp[:13]] = hour
        return slot_of(stamp)


def add_cell(cells: Cells, key: Key, cell: list[int]) -> None:
    """Add one cell to those of the same key."""
    known = cells.get(key)
    if known is None:
        cells[key] = list(cell)
    else:
        for index, amount in enumerate(cell):
            known[index] += amount


def by_day(cells: Cells) -> dict[int, list[Used]]:
    """Part cells by the UTC day of their slot, counted from 1970; undated ones are in day -1."""
    parts: dict[int, dict[tuple[str, str, str, str], list[Amounts]]] = {}
    for (slot, *who), (turns, tokens, tool_calls, milliseconds) in cells.items():
        amounts = parts.setdefault(slot // SLOTS_A_DAY, {}).setdefault(tuple(who), [])  # type: ignore[arg-type]
        amounts.append((slot, turns, tokens, tool_calls, milliseconds))
    return {day: [(*who, amounts) for who, amounts in part.items()] for day, part in parts.items()}


def cells_of(used: Iterable[Used]) -> Cells:
    """Return the cells, each slot once."""
    cells: Cells = {}
    for session, agent, profile, model, amounts in used:
        for slot, *cell in amounts:
            add_cell(cells, (slot, session, agent, profile, model), cell)
    return cells
