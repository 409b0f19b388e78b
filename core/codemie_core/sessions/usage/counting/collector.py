"""Adds up metrics records per session, model and quarter of an hour."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from types import NoneType
from typing import Any

from codemie_core.sessions.jsonl.decoder import ABSENT
from codemie_core.sessions.jsonl.narrow import allowed_in
from codemie_core.sessions.usage.counting.quarter_hours import (
    QUARTER_OF_MINUTE,
    QUARTERS_PER_DAY,
    UNDATED,
    first_quarter_of_hour,
    milliseconds_of,
    quarter_of,
)
from codemie_core.sessions.usage.counting.rows import CliMetricRow, MetricRow, Names
from codemie_core.sessions.usage.counting.totals import (
    MODELS_APART,
    Piece,
    Used,
    piece_of,
)

SPILL_TOTALS = 8192
"""How many totals are collected before they are passed on, which bounds the memory."""
_REMEMBERED_HOURS = 4096

_Span = tuple[str, str, int]
"""All UTC times, spelled one way, from one text up to but excluding another; and their quarter."""
_NO_SPAN: _Span = ("", "", UNDATED)

_User = list[Any]
"""Who used what on one day: model, profile, provider, agent, kind and session as the records name them; the
`Amounts` of the latest quarter, as a list; and those before it."""


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


def is_plain(row: object) -> bool:
    """Whether records of this class all have the same agent and kind, tokens and a whole duration.

    And none has tools, or further models.
    """
    types, constant = allowed_in(row)
    return {"agent", "kind"} <= constant and all(
        types[name] <= allowed
        for name, allowed in (
            ("timestamp", {str}),
            ("tokens", {int}),
            ("duration", {int}),
            ("tools", {NoneType}),
            ("models", {NoneType}),
        )
    )


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
        self._days: dict[int, dict[str | tuple[Any, ...] | None, _User]] = {}
        """Day, counted from 1970 -> session -> the user of its first record; and, by all their names, those
        of the few sessions that change within a day, for example to a second model."""
        self._held = 0
        """How many amounts there are."""
        self._hours: dict[str, int] = {}
        """`2026-01-16T10` -> its first quarter."""
        self._span = _NO_SPAN
        self._now: dict[str | tuple[Any, ...] | None, _User] = {}
        """The day of `self._span`."""
        self._kind: type | None = None
        self._is_plain = False

    def add(self, rows: Sequence[MetricRow | CliMetricRow]) -> None:
        """Add records, which are all of one class."""
        if rows and type(rows[0]) is not self._kind:
            self._kind = type(rows[0])
            self._is_plain = is_plain(rows[0])
            if self._is_plain:  # the totals so far may be of another agent or kind
                self.flush()
        if self._is_plain:
            self._add_plain(rows)
        else:
            self._add_any(rows)
        if self._held >= SPILL_TOTALS:
            self.flush()

    def _add_plain(self, rows: Sequence[Any]) -> None:
        """Add plain records, by the steps of `_add_any` that are left.

        This is the inner loop of every large reading, so it does as little as possible. Decoding a record
        costs more. A pipeline in C (`map`, `attrgetter`, sums of columns) is no faster: each of its steps
        costs as much as three bytecodes here.
        """
        low, high, quarter = self._span
        now = self._now
        user_of = now.get
        held = 0
        for row in rows:
            stamp = row.timestamp
            if not (low <= stamp < high and stamp[-1] == "Z"):
                low, high, quarter = self._turn_to(stamp)
                now = self._now
                user_of = now.get
            user = user_of(row.session)
            if user is None:
                names = row.model, row.profile, row.provider, row.agent, row.kind, row.session
                now[row.session] = [*names, [quarter, 1, row.tokens, 0, row.duration, 0]]
                held += 1
                continue
            if user[0] != row.model or user[1] != row.profile or user[2] != row.provider:
                user = self._other(row, row.model)
            amounts = user[6]
            if amounts[0] == quarter:
                amounts[1] += 1
                amounts[2] += row.tokens
                amounts[4] += row.duration
            else:
                user.append(amounts)
                user[6] = [quarter, 1, row.tokens, 0, row.duration, 0]
                held += 1
        self._held += held

    def _add_any(self, rows: Sequence[MetricRow | CliMetricRow]) -> None:
        low, high, quarter = self._span
        for row in rows:
            stamp = row.timestamp
            try:
                # UTC, as in all records so far, and mostly in chronological order.
                same_span = low <= stamp < high and stamp[-1] == "Z"  # type: ignore[operator, index]
            except TypeError:
                same_span = False
            if not same_span:
                low, high, quarter = self._turn_to(stamp)
            model = row.model
            if model is None and row.models:
                models = row.models
                model = models[0] if len(models) == 1 else MODELS_APART.join(dict.fromkeys(models))
            user = self._now.get(row.session)
            if user is None:
                names = model, row.profile, row.provider, row.agent, row.kind, row.session
                user = self._now[row.session] = [*names, [quarter, 0, 0, 0, 0, 0]]
                self._held += 1
            elif (
                user[0] != model
                or user[1] != row.profile
                or user[2] != row.provider
                or user[3] != row.agent
                or user[4] != row.kind
            ):
                user = self._other(row, model)
            amounts = user[6]
            if amounts[0] != quarter:
                user.append(amounts)
                amounts = user[6] = [quarter, 0, 0, 0, 0, 0]
                self._held += 1
            amounts[1] += 1
            tokens = row.tokens
            if tokens is None:
                amounts[5] += 1
            else:
                amounts[2] += tokens
            if row.tools:
                amounts[3] += sum(row.tools.values())
            duration = row.duration
            if duration:
                amounts[4] += duration if type(duration) is int else int(duration)

    def _other(self, row: MetricRow | CliMetricRow, model: str | None) -> _User:
        """Return the user of a record that differs from its session's first one on a day."""
        names = model, row.profile, row.provider, row.agent, row.kind, row.session
        user = self._now.get(names)
        if user is None:
            user = self._now[names] = [*names, [self._span[2], 0, 0, 0, 0, 0]]
            self._held += 1
        return user

    def flush(self) -> None:
        """Pass on what has been collected."""
        days, self._days = self._days, {}
        self._now, self._span, self._held = {}, _NO_SPAN, 0
        pieces = [piece_of(day, used) for day, users in days.items() if (used := self._used(users.values()))]
        if pieces:
            self._spill(pieces)

    def _used(self, users: Iterable[_User]) -> list[Used]:
        """Return what counts, with the names that records lack."""
        of_file = self._names
        used: list[Used] = []
        for user in users:
            model, profile, provider, agent, kind, session, latest, *amounts = user
            if kind in (None, "metric") and (agent == of_file.agent or agent not in of_file.others):
                amounts.append(latest)
                used.append(
                    (
                        session or of_file.session,
                        agent or of_file.agent,
                        profile or provider or of_file.provider,
                        model or "",
                        amounts,
                    )
                )
        return used

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

    def _turn_to(self, stamp: str | float | None) -> _Span:
        """Make the span of a time the current one, and return it."""
        self._span = self._span_of(stamp)
        day = self._span[2] // QUARTERS_PER_DAY
        now = self._days.get(day)
        if now is None:
            now = self._days[day] = {}
        self._now = now
        return self._span

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
