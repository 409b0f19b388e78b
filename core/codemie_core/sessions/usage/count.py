"""One way through one part of one metrics file."""

from __future__ import annotations

from collections.abc import Callable

from codemie_core.sessions.jsonl.blocks import Source as Bytes
from codemie_core.sessions.jsonl.reader import JSONLReader
from codemie_core.sessions.jsonl.tally import Tally
from codemie_core.sessions.usage.totals import Cells, Collector, MetricRow

TOLD_BYTES = 1 << 20
"""How often a reading says how far it is."""


def scan(
    file: Bytes,
    start: int,
    end: int,
    *,
    names: tuple[str, str, str],
    spill: Callable[[Cells], object],
    advance: Callable[[int], object],
) -> Tally:
    """Count the records of a part of a file.

    Args:
        file: where to read.
        start: offset of a line's first byte.
        end: offset behind the last line.
        names: session, agent and provider of records that name none.
        spill: is handed the cells.
        advance: is told how many bytes were read.
    """
    tally = Tally()
    session, agent, provider = names
    collector = Collector(session=session, agent=agent, provider=provider, spill=spill)
    told = start
    for rows in JSONLReader().scan(file, MetricRow, start=start, end=end, tally=tally):
        collector.add(rows)
        if tally.end_offset - told >= TOLD_BYTES:
            advance(tally.end_offset - told)
            told = tally.end_offset
    collector.flush()
    advance(tally.end_offset - told)
    return tally
