"""Metrics records -> totals: what one session used of one model in one quarter of an hour."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar, NamedTuple

from codemie_core.sessions.jsonl.decoder import ABSENT, Amount, Count, Struct
from codemie_core.sessions.usage.counting.quarter_hours import (
    QUARTER_OF_MINUTE,
    QUARTERS_PER_DAY,
    first_quarter_of_hour,
    milliseconds_of,
    quarter_of,
)

Key = tuple[int, str, str, str, str]
"""Quarter, session, agent, profile (where a record names none, its provider), model."""
KeyedTotals = dict[Key, list[int]]
"""Key -> turns, tokens, tool calls, milliseconds, turns whose tokens are not known. Of agents' logs: input,
output, read from the cache, written to it for five minutes, written to it for an hour."""
Amounts = tuple[int, int, int, int, int, int]
"""Quarter, and the five numbers of a total."""
Used = tuple[str, str, str, str, list[Amounts]]
"""What one session used of one model under one profile: session, agent, profile, model, and the amounts,
in which the same quarter can come more than once."""

MODELS_APART = "\x1f"
"""Stands between the models of a turn that names more than one."""
SPILL_TOTALS = 8192
"""How many are gathered before they are handed on: keeps memory bounded whatever a file holds."""
_REMEMBERED_HOURS = 4096


class Names(NamedTuple):
    """Whose records a file holds, and which of its lines are records that count."""

    session: str = ""
    """Of records that name none; in the cli layout of all."""
    agent: str = ""
    """Of records that name none."""
    provider: str = ""
    """Of records that name neither profile nor provider."""
    cli: bool = False
    """Whether the file is of the cli layout, where a line counts that the CLI's own analytics would count."""
    others: tuple[str, ...] = ()
    """Classic layout: the agents with a folder of their own. A record of theirs in this one is a copy."""


class _Row(Struct, gc=False):
    """The fields that records of both layouts have."""

    timestamp: str | int | float | None = None
    agent: str | None = None
    provider: str | None = None
    profile: str | None = None
    model: str | None = None
    models: list[str] | None = None
    """The cli layout's: a turn can use more than one."""
    duration: Amount | None = None
    """Milliseconds."""
    tools: dict[str, Count] | None = None
    """How often each tool was called."""
    tokens: ClassVar[int | None] = None


class MetricRow(_Row, gc=False, rename={"session": "sessionId", "tokens": "tokensUsed", "kind": "type"}):
    """The fields of a metrics record of the classic layout that are counted."""

    kind: str | None = None
    """`metric`; other kinds are events."""
    session: str | None = None
    tokens: Count | None = None  # type: ignore[misc]  # a field here, and never a number in the other layout


class CliMetricRow(
    _Row,
    gc=False,
    rename={"session": "sessionId", "record": "recordId", "sync": "syncStatus", "kind": "type"},
):
    """A record of the cli layout: what is counted, and what tells a turn from an event. It has no tokens."""

    session: Any = ABSENT
    record: Any = ABSENT
    sync: Any = ABSENT
    kind: Any = ABSENT


class Collector:
    """Adds records up.

    Args:
        names: whose they are, and which count.
        spill: is handed the totals when they have become many, and at the end.
    """

    turns = 0
    """Records of the cli layout that counted."""
    last_ms: int | None = None
    """Cli layout: milliseconds since 1970 of the latest of them."""

    def __init__(self, names: Names, *, spill: Callable[[KeyedTotals], object]) -> None:
        self._names = names
        self._spill = spill
        self._raw: dict[
            tuple[int, str | None, str | None, str | None, str | None, str | None], list[int]
        ] = {}
        self._hours: dict[str, int] = {}

    def add(self, rows: Sequence[MetricRow | CliMetricRow]) -> None:
        """Add records; the inner loop of every reading, so it does as little as it can."""
        raw, hours, quarters = self._raw, self._hours, QUARTER_OF_MINUTE
        for row in rows:
            stamp = row.timestamp
            try:
                # In UTC, as all the records written so far: two look-ups. All else goes the long way.
                utc = stamp[-1] == "Z"  # type: ignore[index]
                quarter = hours[stamp[:13]] + quarters[stamp[13:16]] if utc else quarter_of(stamp)  # type: ignore[index]
            except (KeyError, TypeError, IndexError):
                quarter = self._new_hour(stamp)
            model = row.model
            if model is None and row.models:
                models = row.models
                model = models[0] if len(models) == 1 else MODELS_APART.join(dict.fromkeys(models))
            key = (quarter, row.session, row.agent, row.profile or row.provider, model, row.kind)
            try:
                total = raw[key]
            except KeyError:
                total = raw[key] = [0, 0, 0, 0, 0]
            total[0] += 1
            tokens = row.tokens
            if tokens is None:
                total[4] += 1
            else:
                total[1] += tokens
            if row.tools:
                total[2] += sum(row.tools.values())
            if row.duration:
                total[3] += int(row.duration)
        if len(raw) >= SPILL_TOTALS:
            self.flush()

    def flush(self) -> None:
        """Hand on what was gathered."""
        session, agent, provider, _, others = self._names
        totals: KeyedTotals = {}
        for (quarter, its_session, its_agent, its_provider, model, kind), total in self._raw.items():
            if kind not in (None, "metric") or (its_agent != agent and its_agent in others):
                continue
            key = (quarter, its_session or session, its_agent or agent, its_provider or provider, model or "")
            add_total(totals, key, total)
        self._raw.clear()
        if totals:
            self._spill(totals)

    def add_cli(self, rows: list[CliMetricRow]) -> None:
        """Add records of the cli layout, as far as they are turns of the session.

        The CLI's analytics takes a line for one that has three fields, whatever is in them, and no type.
        """
        session = self._names.session
        turns = [
            row
            for row in rows
            if row.kind is ABSENT
            and row.record is not ABSENT
            and row.sync is not ABSENT
            and row.session is not ABSENT
        ]
        if not turns:
            return
        self.turns += len(turns)
        texts = [row.timestamp for row in turns if isinstance(row.timestamp, str)]
        numbers = [row.timestamp for row in turns if isinstance(row.timestamp, int | float)]
        # Texts of one writer have one shape, so that the last is the greatest.
        for stamp in (max(texts, default=None), max(numbers, default=None)):
            at = milliseconds_of(stamp)
            if at is not None and (self.last_ms is None or at > self.last_ms):
                self.last_ms = at
        for row in turns:
            row.session, row.kind = session, None
        self.add(turns)

    def _new_hour(self, stamp: str | float | None) -> int:
        if isinstance(stamp, str):
            hour = first_quarter_of_hour(stamp[:13])
            if hour is not None:
                if len(self._hours) >= _REMEMBERED_HOURS:
                    self._hours.clear()
                self._hours[stamp[:13]] = hour
        return quarter_of(stamp)


def add_total(totals: KeyedTotals, key: Key, total: list[int]) -> None:
    """Add one total to those of the same key."""
    known = totals.get(key)
    if known is None:
        totals[key] = list(total)
    else:
        for index, amount in enumerate(total):
            known[index] += amount


def by_day(totals: KeyedTotals) -> dict[int, list[Used]]:
    """Part totals by the UTC day of their quarter, counted from 1970; undated ones are in day -1."""
    parts: dict[int, dict[tuple[str, str, str, str], list[Amounts]]] = {}
    for (quarter, *who), total in totals.items():
        amounts = parts.setdefault(quarter // QUARTERS_PER_DAY, {}).setdefault(tuple(who), [])  # type: ignore[arg-type]
        amounts.append((quarter, *total))  # type: ignore[arg-type]
    return {day: [(*who, amounts) for who, amounts in part.items()] for day, part in parts.items()}


def totals_of(used: Iterable[Used]) -> KeyedTotals:
    """Return the totals, each quarter once."""
    totals: KeyedTotals = {}
    for session, agent, profile, model, amounts in used:
        for quarter, *total in amounts:
            add_total(totals, (quarter, session, agent, profile, model), total)
    return totals
