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
from codemie_core.sessions.usage.counting.totals import (
    MODELS_APART,
    Piece,
    Quarters,
    User,
    piece_of,
    split_by_day,
)

SPILL_TOTALS = 8192
"""How many totals are collected before they are passed on, which bounds the memory."""
_REMEMBERED_HOURS = 4096

_Span = tuple[str, str, int]
"""All UTC times, spelled one way, from one text up to but excluding another; and their quarter."""
_NO_SPAN: _Span = ("", "", UNDATED)

_Who = tuple[Quarters, str | None, str | None, str | None, str | None, Any]
"""The totals of some records by quarter; and the model, agent, profile, provider and kind they all name."""


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

    def __init__(self, names: Names, *, spill: Callable[[list[Piece]], object]) -> None:
        self._names = names
        self._spill = spill
        self._used: dict[User, Quarters] = {}
        self._latest: dict[str | None, _Who] = {}
        """Session -> what its latest record named. Few sessions change, for example to a second model."""
        self._others: dict[tuple[object, ...], _Who] = {}
        """What records named that differed from the one before."""
        self._held = 0
        """How many totals there are."""
        self._hours: dict[str, int] = {}
        """`2026-01-16T10` -> its first quarter."""
        self._span = _NO_SPAN

    def add(self, rows: Sequence[MetricRow | CliMetricRow]) -> None:
        """Add records. This is the inner loop of every reading, so it does as little as possible.

        Decoding a record costs about as much. A pipeline in C (`map`, `attrgetter`, sums of columns) is no
        faster: each of its steps costs as much as three bytecodes here.
        """
        low, high, quarter = self._span
        latest = self._latest.get
        for row in rows:
            stamp = row.timestamp
            try:
                # UTC, as in all records so far, and mostly in chronological order.
                same_span = low <= stamp < high and stamp[-1] == "Z"  # type: ignore[operator, index]
            except TypeError:
                same_span = False
            if not same_span:
                low, high, quarter = self._span = self._span_of(stamp)
            model = row.model
            if model is None and row.models:
                models = row.models
                model = models[0] if len(models) == 1 else MODELS_APART.join(dict.fromkeys(models))
            who = latest(row.session)
            if who is None:
                who = self._who(row, model)
            quarters, its_model, its_agent, its_profile, its_provider, its_kind = who
            if (
                its_model != model
                or its_provider != row.provider
                or its_agent != row.agent
                or its_profile != row.profile
                or its_kind != row.kind
            ):
                quarters = self._who(row, model)[0]
            total = quarters.get(quarter)
            if total is None:
                total = quarters[quarter] = [quarter, 0, 0, 0, 0, 0]
                self._held += 1
            total[1] += 1
            tokens = row.tokens
            if tokens is None:
                total[5] += 1
            else:
                total[2] += tokens
            if row.tools:
                total[3] += sum(row.tools.values())
            duration = row.duration
            if duration:
                total[4] += duration if type(duration) is int else int(duration)
        if self._held >= SPILL_TOTALS:
            self.flush()

    def _who(self, row: MetricRow | CliMetricRow, model: str | None) -> _Who:
        """Return the totals that such records are added to: of `self._used`, unless they don't count."""
        key = (row.session, model, row.agent, row.profile, row.provider, row.kind)
        who = self._others.get(key)
        if who is None:
            session, agent, provider, _, others = self._names
            quarters: Quarters = {}
            if row.kind in (None, "metric") and (row.agent == agent or row.agent not in others):
                profile = row.profile or row.provider or provider
                user = (row.session or session, row.agent or agent, profile, model or "")
                quarters = self._used.setdefault(user, quarters)
            who = self._others[key] = (quarters, *key[1:])
        self._latest[row.session] = who
        return who

    def flush(self) -> None:
        """Pass on what has been collected."""
        used, self._used, self._held = self._used, {}, 0
        self._latest.clear()
        self._others.clear()
        pieces = [piece_of(day, of_day) for day, of_day in split_by_day(used).items()]
        if pieces:
            self._spill(pieces)

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
