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
from codemie_core.sessions.usage.counting.totals import MODELS_APART, KeyedTotals

SPILL_TOTALS = 8192
"""How many totals are collected before they are passed on, which bounds the memory."""
_REMEMBERED_HOURS = 4096

_Span = tuple[str, str, int]
"""All UTC times, spelled one way, from one text up to but excluding another; and their quarter."""
_NO_SPAN: _Span = ("", "", UNDATED)

_Who = tuple[list[int], str | None, str | None, str | None, Any]
"""A total, and the model, agent, profile and kind of the records it consists of."""


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
        self._totals: KeyedTotals = {}
        self._first: dict[int, dict[str | None, _Who]] = {}
        """Quarter -> session -> its first total. Few sessions have more, for example of a second model."""
        self._more: dict[tuple[object, ...], _Who] = {}
        """The other totals."""
        self._held = 0
        """How many there are of both."""
        self._hours: dict[str, int] = {}
        """`2026-01-16T10` -> its first quarter."""

    def add(self, rows: Sequence[MetricRow | CliMetricRow]) -> None:
        """Add records. This is the inner loop of every reading, so it does as little as possible."""
        low, high, quarter = _NO_SPAN
        first: dict[str | None, _Who] = {}
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
            known = first.get(row.session)
            if known is None:
                known = first[row.session] = self._who(row, model, profile, quarter)
            total, its_model, its_agent, its_profile, its_kind = known
            if its_model != model or its_agent != row.agent or its_profile != profile or its_kind != row.kind:
                who = (model, row.agent, profile, row.kind, quarter, row.session)
                known = self._more.get(who)
                if known is None:
                    known = self._more[who] = self._who(row, model, profile, quarter)
                total = known[0]
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
                total[3] += duration if type(duration) is int else int(duration)
        if self._held >= SPILL_TOTALS:
            self.flush()

    def _who(
        self, row: MetricRow | CliMetricRow, model: str | None, profile: str | None, quarter: int
    ) -> _Who:
        """Return the total that such records are added to: one of `self._totals`, unless they don't count."""
        session, agent, provider, _, others = self._names
        kind, its_agent = row.kind, row.agent
        self._held += 1
        if kind not in (None, "metric") or (its_agent != agent and its_agent in others):
            return [0, 0, 0, 0, 0], model, its_agent, profile, kind
        key = (quarter, row.session or session, its_agent or agent, profile or provider, model or "")
        total = self._totals.get(key)
        if total is None:
            total = self._totals[key] = [0, 0, 0, 0, 0]
        return total, model, its_agent, profile, kind

    def flush(self) -> None:
        """Pass on what has been collected."""
        totals, self._totals, self._held = self._totals, {}, 0
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
