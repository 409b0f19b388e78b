"""Reads one metrics file, or what was appended to it."""

from __future__ import annotations

import io
import os
from collections.abc import Callable

from codemie_core.files.shared_open import open_shared
from codemie_core.sessions.usage.counting import parallel
from codemie_core.sessions.usage.counting.count import PartTally, scan
from codemie_core.sessions.usage.counting.quarter_hours import quarter_of
from codemie_core.sessions.usage.counting.rows import Names
from codemie_core.sessions.usage.counting.totals import Piece, pieces_of
from codemie_core.sessions.usage.index.file_state import FileState
from codemie_core.sessions.usage.index.index import UsageIndex
from codemie_core.sessions.usage.refresh.progress import Progress, Refreshed
from codemie_core.sessions.usage.refresh.snapshot import Snapshot, add_tally, version_to_keep
from codemie_core.sessions.usage.sources.files import Source
from codemie_core.sessions.usage.sources.metadata import metadata_of
from codemie_core.sessions.usage.sources.version import NO_VERSION


class MetricsReader:
    """Reads metrics files into the index; within `index.writing()`.

    Args:
        index: the index to update.
        clock_ns: the wall clock.
        progress: called for each block.
        in_parallel: whether several processes may read a large part.
        done: updated with what was read.
    """

    def __init__(
        self,
        index: UsageIndex,
        clock_ns: Callable[[], int],
        progress: Progress,
        *,
        in_parallel: bool,
        done: Refreshed,
    ) -> None:
        self._index = index
        self._clock_ns = clock_ns
        self._progress = progress
        self._in_parallel = in_parallel
        self._done = done

    def read(self, source: Source, text: str) -> None:
        """Update the index from one file.

        Args:
            source: which one.
            text: who it is counted for, see `FileState.metadata`; empty if it is not counted.
        """
        try:
            with open_shared(source.path) as file:
                if text:
                    self._metrics_of(source, text, file)
                else:
                    self._not_counted(source, os.fstat(file.fileno()))
        except FileNotFoundError:
            self._index.forget(source.key)
        except OSError as error:
            self._index.forget(source.key)
            self._done.unreadable[source.path] = error.strerror or str(error)

    def _not_counted(self, source: Source, status: os.stat_result) -> None:
        self._index.forget(source.key)
        version = version_to_keep(status, self._clock_ns())
        self._index.put(source.key, version, FileState(source.session_id))

    def _metrics_of(self, source: Source, text: str, file: io.FileIO) -> None:
        snapshot = Snapshot(file)
        version = version_to_keep(snapshot.status, self._clock_ns())
        known = self._index.row_of(source.key)
        if known is not None and known[2].metadata == text and snapshot.continues(*known[1:]):
            number, _, state = known
        else:
            self._index.forget(source.key)
            state = FileState(source.session_id, text)
            number = self._index.put(source.key, version, state)
        state.torn = False
        number = self._read(source, state, snapshot, number)
        if state.turns:
            self._add_time(number, state)
        state.fingerprint = snapshot.fingerprint(state.offset)
        self._index.put(source.key, version, state)
        self._done.read_files += 1

    def _read(self, source: Source, state: FileState, snapshot: Snapshot, number: int) -> int:
        """Count what is new; return the file's number, a new one if counting had to start over."""
        begun, size = state.offset, snapshot.size

        def spill(pieces: list[Piece]) -> None:
            self._index.add(number, pieces)

        names = _names(source, state)
        advance = self._progress.advance
        processes = parallel.processes_for(size - begun) if self._in_parallel else 1
        tallies: list[PartTally] = []
        if processes > 1:
            try:
                tallies = parallel.scan(
                    *(source.path, begun, size),
                    processes=processes,
                    names=names,
                    spill=spill,
                    advance=advance,
                )
            except parallel.WorkerLost:
                self._index.forget(source.key)
                begun = 0
                state.__init__(state.session, state.metadata)  # type: ignore[misc]
                number = self._index.put(source.key, NO_VERSION, state)
        if not tallies:
            tallies = [scan(snapshot.source, begun, size, names=names, spill=spill, advance=advance)]
        for tally in tallies:
            add_tally(state, tally, begun)
            state.turns += tally.turns
            state.last_ms = max((at for at in (state.last_ms, tally.last_ms) if at is not None), default=None)
        self._done.read_bytes += size - begun
        return number

    def _add_time(self, number: int, state: FileState) -> None:
        """Add the time by which the session grew, under no model, on the day it began."""
        metadata = metadata_of(state.metadata)
        time_ms = metadata.time_ms
        if time_ms is None:
            time_ms = max(0, (state.last_ms or 0) - (metadata.start_ms or state.last_ms or 0))
        if time_ms == state.time_ms or (metadata.start_ms is None and not time_ms):
            return
        key = (quarter_of(metadata.start_ms), state.session, metadata.agent, metadata.provider, "")
        self._index.add(number, pieces_of({key: [0, 0, 0, time_ms - (state.time_ms or 0), 0]}))
        state.time_ms = time_ms


def _names(source: Source, state: FileState) -> Names:
    if not source.session_id:
        return Names(agent=source.agent, others=tuple(state.metadata.removeprefix("/").split("/")))
    metadata = metadata_of(state.metadata)
    return Names(source.session_id, metadata.agent, metadata.provider, cli=True)
