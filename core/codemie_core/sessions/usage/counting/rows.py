"""The fields of metrics records that are counted, and whose records they are."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from codemie_core.sessions.jsonl.decoder import ABSENT, Amount, Count, Struct


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
    duration: Count | Amount | None = None
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
