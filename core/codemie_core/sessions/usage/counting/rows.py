"""The fields of metrics records that are counted, and who the records belong to."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple

from codemie_core.sessions.jsonl.decoder import ABSENT, Amount, Count, Struct


class Names(NamedTuple):
    """Who a file's records belong to, and which of its lines are records that count."""

    session: str = ""
    """For records that name none; in the cli layout, for all."""
    agent: str = ""
    """For records that name none."""
    provider: str = ""
    """For records that name neither profile nor provider."""
    cli: bool = False
    """Whether the file is of the cli layout, where a line counts if it does in the CLI's own analytics."""
    others: tuple[str, ...] = ()
    """Classic layout: the agents that have their own folder. Their records in this folder are copies."""


class MetricRow(Struct, gc=False, rename={"session": "sessionId", "tokens": "tokensUsed", "kind": "type"}):
    """The fields of a metrics record in the classic layout that are counted."""

    # In the order of the files, in which msgspec looks for them.
    kind: str | None = None
    """`metric`; other kinds are events."""
    timestamp: str | int | float | None = None
    session: str | None = None
    agent: str | None = None
    provider: str | None = None
    profile: str | None = None
    model: str | None = None
    tokens: Count | None = None
    duration: Count | Amount | None = None
    """Milliseconds."""
    tools: dict[str, Count] | None = None
    """How often each tool was called."""
    models: list[str] | None = None
    """In the cli layout, a turn can use more than one."""


class CliMetricRow(
    Struct,
    gc=False,
    rename={"session": "sessionId", "record": "recordId", "sync": "syncStatus", "kind": "type"},
):
    """A record of the cli layout: what is counted, and what tells a turn from an event. It has no tokens."""

    tokens: ClassVar[int | None] = None
    kind: Any = ABSENT
    record: Any = ABSENT
    session: Any = ABSENT
    timestamp: str | int | float | None = None
    agent: str | None = None
    provider: str | None = None
    profile: str | None = None
    model: str | None = None
    duration: Count | Amount | None = None
    tools: dict[str, Count] | None = None
    models: list[str] | None = None
    sync: Any = ABSENT
