"""Adds up metrics records per session, model and quarter of an hour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from codemie_core.sessions.jsonl.decoder import ABSENT
from codemie_core.sessions.usage.counting.quarter_hours import (
    QUARTER_OF_MINUTE,
    UNDATED,
    first_quarter_of_hour,
    milliseconds_of,
    quarter_of,
)
from codemie_core.sessions.usage.counting.rows import CliMetricRow, MetricRow, Names
from codemie_core.sessions.usage.counting.totals import MODELS_APART, KeyedTotals, add_total

SPILL_TOTALS = 8192
"""How many totals are collected before they are passed on, which bounds the memory."""
_REMEMBERED_HOURS = 4096

_Span = tuple[str, str, int]
"""All UTC times, spelled one way, from one text up to but excluding another; and their quarter."""
_NO_SPAN: _Span = ("", "", UNDATED)


def _spans() -> dict[str, tuple[str, str]]:
    """Return the span `:00` to `:0:` for `:07` (`:` follows `9`).

    No span extends from one tens digit to the next: it would include `:0x`, which is not a minute.
    """
    spans = {}
    for ten in range(6):
        middle = f":{ten}5" if ten in (1, 4) else None  # where a quarter ends
        for minute in range(10):
            low, high = f":{ten}0", f":{ten}:"
            if middle is not None:
                low, high = (low, middle) if minute < 5 else (middle, high)
            spans[f":{ten}{minute}"] = low, high
    return spans


_SPANS = _spans()


class Collector:
    """Adds up records.

    Args:
        names: whose records they are, and which ones count.
        spill: called with the totals when there are many of them, and at the end.
    """

    turns = 0
    """Records of the cli layout that were counted."""
    last_ms: int | None = None
    """Cli layout: time of the latest of them, in milliseconds since 1970."""

    def __init__(self, names: Names, *, spill: Callable[[KeyedTotals], object]) -> None:
        self._names = names
        self._spill = spill
        self._totals: list[list[Any]] = []
        """Each: the five numbers of `KeyedTotals`, then model, agent, profile, kind, quarter, session."""
        self._first: dict[int, dict[str | None, list[Any]]] = {}
        """Quarter -> session -> its first total. Few sessions have more, for example of a second model."""
        self._more: dict[tuple[object, ...], list[Any]] = {}
        """The other totals."""
        self._hours: dict[str, int] = {}
        """`2026-01-16T10` -> its first quarter."""

    def add(self, rows: Sequence[MetricRow | CliMetricRow]) -> None:
        """Add records. This is the inner loop of every reading, so it does as little as possible."""
        low, high, quarter = _NO_SPAN
        first: dict[str | None, list[Any]] = {}
        for row in rows:
            stamp = row.timestamp
            try:
                # UTC, as in all records so far, and mostly in chronological order.
                same_span = low <= stamp < high and stamp[-1] == "Z"  # type: ignore[operator, index]
            except TypeError:
                same_span = False
            if not same_span:
                low, high, quarter = self._span_of(stamp)
                first = self._first.setdefault(quarter, {})
            profile = row.profile or row.provider
            model = row.model
            if model is None and row.models:
                models = row.models
                model = models[0] if len(models) == 1 else MODELS_APART.join(dict.fromkeys(models))
            total = first.get(row.session)
            if total is None:
                total = first[row.session] = self._new(row, model, profile, quarter)
            elif total[5] != model or total[6] != row.agent or total[7] != profile or total[8] != row.kind:
                who = (model, row.agent, profile, row.kind, quarter, row.session)
                total = self._more.get(who)
                if total is None:
                    total = self._more[who] = self._new(row, model, profile, quarter)
            total[0] += 1
            tokens = row.tokens
            if tokens is None:
                total[4] += 1
            else:
                total[1] += tokens
            if row.tools:
                total[2] += sum(row.tools.values())
            duration = row.duration
            if duration:
                total[3] += int(duration)
        if len(self._totals) >= SPILL_TOTALS:
            self.flush()

    def _new(
        self, row: MetricRow | CliMetricRow, model: str | None, profile: str | None, quarter: int
    ) -> list[Any]:
        total = [0, 0, 0, 0, 0, model, row.agent, profile, row.kind, quarter, row.session]
        self._totals.append(total)
        return total

    def flush(self) -> None:
        """Pass on what has been collected."""
        session, agent, provider, _, others = self._names
        totals: KeyedTotals = {}
        for *numbers, model, its_agent, its_provider, kind, quarter, its_session in self._totals:
            if kind not in (None, "metric") or (its_agent != agent and its_agent in others):
                continue
            key = (quarter, its_session or session, its_agent or agent, its_provider or provider, model or "")
            if key in totals:
                add_total(totals, key, numbers)
            else:
                totals[key] = numbers
        self._totals.clear()
        self._first.clear()
        self._more.clear()
        if totals:
            self._spill(totals)

    def add_cli(self, rows: list[CliMetricRow]) -> None:
        """Add records of the cli layout if they are turns of the session.

        The CLI's analytics counts a line as one if it has three fields, whatever their values and types.
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
        # Texts by one writer have the same format, so the greatest one is the latest.
        for stamp in (max(texts, default=None), max(numbers, default=None)):
            at = milliseconds_of(stamp)
            if at is not None and (self.last_ms is None or at > self.last_ms):
                self.last_ms = at
        for row in turns:
            row.session, row.kind = session, None
        self.add(turns)

    def _span_of(self, stamp: str | float | None) -> _Span:
        """Return the span of a time; for a time that is not in UTC, it contains no other time."""
        if not isinstance(stamp, str) or stamp[-1:] != "Z":
            return (*_NO_SPAN[:2], quarter_of(stamp))
        hour, minute = stamp[:13], stamp[13:16]
        first = self._hours.get(hour)
        if first is None:
            first = first_quarter_of_hour(hour)
            if first is None:
                return (*_NO_SPAN[:2], quarter_of(stamp))
            if len(self._hours) >= _REMEMBERED_HOURS:
                self._hours.clear()
            self._hours[hour] = first
        low, high = _SPANS.get(minute, ("", ""))
        if not high:
            return (*_NO_SPAN[:2], quarter_of(stamp))
        return hour + low, hour + high, first + QUARTER_OF_MINUTE[minute]
