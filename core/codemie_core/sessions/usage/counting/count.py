"""Counts one part of one metrics file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from codemie_core.sessions.jsonl.blocks import Source as Bytes
from codemie_core.sessions.jsonl.narrow import NarrowDecoder
from codemie_core.sessions.jsonl.reader import JSONLReader
from codemie_core.sessions.jsonl.tally import Tally
from codemie_core.sessions.usage.counting.collector import Collector
from codemie_core.sessions.usage.counting.rows import CliMetricRow, MetricRow, Names
from codemie_core.sessions.usage.counting.totals import Piece

_NARROW = NarrowDecoder(MetricRow, ("kind", "agent", "provider", "profile", "model"))
"""Of this process, since one home's records are much alike."""
PROGRESS_BYTES = 1 << 20
"""How often a read reports its progress."""


@dataclass(slots=True)
class PartTally(Tally):
    """Tally of a read, with a session's turns (cli layout)."""

    turns: int = 0
    last_ms: int | None = None
    """Time of the latest turn, in milliseconds since 1970."""


def scan(
    file: Bytes,
    start: int,
    end: int,
    *,
    names: Names,
    spill: Callable[[list[Piece]], object],
    advance: Callable[[int], object],
) -> PartTally:
    """Count the records in part of a file.

    Args:
        file: where to read.
        start: offset of a line's first byte.
        end: offset just past the last line.
        names: whose records they are, and which ones count.
        spill: called with the totals.
        advance: called with the number of bytes read.
    """
    tally = PartTally()

    collector = Collector(names, spill=spill)
    reported = start

    def report_progress() -> None:
        nonlocal reported
        if tally.end_offset - reported >= PROGRESS_BYTES:
            advance(tally.end_offset - reported)
            reported = tally.end_offset

    if names.cli:
        for turns in JSONLReader().scan(file, CliMetricRow, start=start, end=end, tally=tally):
            collector.add_cli(turns)
            del turns
            report_progress()
    else:
        for rows in JSONLReader().scan(file, MetricRow, start=start, end=end, tally=tally, narrow=_NARROW):
            collector.add(rows)
            del rows
            report_progress()
    collector.flush()
    advance(tally.end_offset - reported)
    tally.turns, tally.last_ms = collector.turns, collector.last_ms
    return tally
