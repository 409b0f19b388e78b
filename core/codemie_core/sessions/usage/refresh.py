"""Bringing the index up to date: only what is new is read, and whatever is not plainly new is read anew."""

from __future__ import annotations

import functools
import io
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from codemie_core.errors import CodeMieError
from codemie_core.files.shared_open import open_shared
from codemie_core.sessions.jsonl.blocks import Source as Bytes
from codemie_core.sessions.jsonl.tally import KEPT_PLACES
from codemie_core.sessions.usage.counting import parallel
from codemie_core.sessions.usage.counting.count import PartTally, scan
from codemie_core.sessions.usage.counting.quarter_hours import slot_of
from codemie_core.sessions.usage.counting.totals import Cells, Names
from codemie_core.sessions.usage.index.index import FileState, UsageIndex
from codemie_core.sessions.usage.sources.files import (
    Source,
    about_of,
    read_metadata,
    total_size,
    version_of_status,
)
from codemie_core.sessions.usage.sources.fingerprint import WHOLE_BYTES, fingerprint_of, reading_at
from codemie_core.sessions.usage.sources.version import Version

SETTLED_NS = 2_500_000_000
"""A file written to more recently is looked into again even if its time is the same: within one tick of the
file system's clock (2 s on FAT) a second edit leaves no other trace. git does the same with its index."""


class Cancelled(CodeMieError):
    """The person did not want to wait. The index is as it was before."""


@dataclass(slots=True)
class Progress:
    """Told as the reading goes on; the one who asked can stop it."""

    total_bytes: int = 0
    """At most so much will be read."""
    done_bytes: int = 0
    report: Callable[[Progress], object] | None = None
    cancelled: Callable[[], bool] = lambda: False

    def advance(self, count: int) -> None:
        """Say that more was read.

        Raises:
            Cancelled: it is enough.
        """
        self.done_bytes += count
        if self.cancelled():
            raise Cancelled("stopped")
        if self.report is not None:
            self.report(self)


@dataclass(slots=True)
class Refreshed:
    """What a look at the files came to."""

    read_files: int = 0
    read_bytes: int = 0
    unreadable: dict[str, str] = field(default_factory=dict)
    """Path -> why; such a file counts nothing."""


def refresh(
    index: UsageIndex,
    home_sources: tuple[list[Source], dict[str, Source]],
    now: Mapping[str, Version],
    *,
    clock_ns: Callable[[], int],
    progress: Progress,
    two_processes: bool = True,
) -> Refreshed:
    """Bring the index up to date with the files; within `index.writing()`.

    Args:
        index: to be brought up to date.
        home_sources: what `sources` found.
        now: what `versions_now` found of them.
        clock_ns: the wall clock.
        progress: told of each block.
        two_processes: whether a large part may be read by two at once.

    Raises:
        IndexCorrupt: throw it away and try again.
        Cancelled: `progress` said so.
    """
    return _Refresh(index, clock_ns, progress, two_processes=two_processes).run(*home_sources, now)


def is_current(index: UsageIndex, now: Mapping[str, Version]) -> bool:
    """Whether the index answers for the files as they are; within `index.reading()`.

    Args:
        index: what was read before.
        now: what `versions_now` found.
    """
    return index.versions() == now


class _Refresh:
    def __init__(
        self, index: UsageIndex, clock_ns: Callable[[], int], progress: Progress, *, two_processes: bool
    ) -> None:
        self._index = index
        self._clock_ns = clock_ns
        self._progress = progress
        self._two_processes = two_processes
        self._done = Refreshed()

    def run(self, metrics: list[Source], abouts: dict[str, Source], now: Mapping[str, Version]) -> Refreshed:
        known = dict(self._index.versions())
        wanted = {source.key for source in (*metrics, *abouts.values())}
        changed_abouts: dict[str, str] = {}
        for path in known:
            if path not in wanted:
                gone = self._index.state(path)
                if gone is not None and gone.session:
                    changed_abouts[gone.session] = ""  # until another file says who it was
                self._index.forget(path)
        for session, source in abouts.items():
            if session in changed_abouts or now[source.key] != known.get(source.key):
                changed_abouts[session] = self._about(source)
        changed: list[tuple[Source, str]] = []
        for source in metrics:
            session = source.file.session_id
            about = changed_abouts.get(session)
            if not session:
                about = _about_of_classic(source, metrics)
            if now[source.key] == known.get(source.key):
                if about is None:
                    continue
                state = self._index.state(source.key)
                if state is not None and state.about == about:
                    continue
            if about is None and session in abouts:
                state = self._index.state(abouts[session].key)
                about = None if state is None else state.about
            changed.append((source, about or ""))
        self._progress.total_bytes = total_size(source for source, about in changed if about)
        for source, about in changed:
            self._metrics(source, about)
        self._index.close_seals()
        return self._done

    def _about(self, source: Source) -> str:
        self._index.forget(source.key)
        try:
            about, status = read_metadata(source.file.path)
        except FileNotFoundError:
            return ""
        except OSError as error:
            self._done.unreadable[source.file.path] = error.strerror or str(error)
            return ""
        self._done.read_files += 1
        self._done.read_bytes += status.st_size
        text = "" if about is None else about.text()
        state = FileState(source.file.session_id, text, offset=status.st_size)
        self._index.put(source.key, self._version(status), state)
        return text

    def _metrics(self, source: Source, about: str) -> None:
        try:
            with open_shared(source.file.path) as file:
                if about:
                    self._metrics_of(source, about, file)
                else:
                    self._not_counted(source, os.fstat(file.fileno()))
        except FileNotFoundError:
            self._index.forget(source.key)
        except OSError as error:
            self._index.forget(source.key)
            self._done.unreadable[source.file.path] = error.strerror or str(error)

    def _not_counted(self, source: Source, status: os.stat_result) -> None:
        self._index.forget(source.key)
        self._index.put(source.key, self._version(status), FileState(source.file.session_id))

    def _metrics_of(self, source: Source, about: str, file: io.FileIO) -> None:
        status = os.fstat(file.fileno())
        size = status.st_size
        read_at = reading_at(file.fileno())
        small: bytes | None = None
        if size <= WHOLE_BYTES:
            # One look at all of it: what is fingerprinted is what was counted, whoever writes meanwhile.
            small = read_at(size, 0)
            size = len(small)

            def read_at(count: int, offset: int, data: bytes = small) -> bytes:
                return data[offset : offset + count]

        else:
            # The same pages are looked at before the new lines are read and after.
            read_at = functools.cache(read_at)

        known = self._index.version_of(source.key)
        state = self._index.state(source.key)
        if state is None or known is None or not _only_appended(known, status, state, about, read_at):
            self._index.forget(source.key)
            state = FileState(source.file.session_id, about)
        state.torn = False
        self._read(source, state, file, small, size)
        if state.turns:
            self._add_time(source, state)
        state.fingerprint = fingerprint_of(read_at, state.offset)
        self._index.put(source.key, self._version(status), state)
        self._done.read_files += 1

    def _read(
        self, source: Source, state: FileState, file: io.FileIO, small: bytes | None, size: int
    ) -> None:
        begun = state.offset

        def spill(cells: Cells) -> None:
            self._index.add(source.key, state, cells)

        names = _names(source, state)
        advance = self._progress.advance
        tallies: list[PartTally] = []
        if self._two_processes and small is None and parallel.worth_two_processes(size - begun):
            try:
                tallies = parallel.scan(
                    source.file.path, begun, size, names=names, spill=spill, advance=advance
                )
            except parallel.WorkerLost:
                self._index.forget(source.key, state)
                begun = 0
                state.__init__(state.session, state.about)  # type: ignore[misc]
        if not tallies:
            source_bytes: Bytes = file if small is None else io.BytesIO(small)
            tallies = [scan(source_bytes, begun, size, names=names, spill=spill, advance=advance)]
        for tally in tallies:
            state.good += tally.good
            state.salvaged += tally.salvaged
            # A torn line may yet become a record: it is said, and not remembered.
            state.bad += tally.bad - tally.torn
            state.overlong += tally.overlong
            state.torn = tally.torn
            state.turns += tally.turns
            state.last_ms = max((at for at in (state.last_ms, tally.last_ms) if at is not None), default=None)
            state.open_end = tally.open_end if tally.end_offset > begun else state.open_end
            state.offset = tally.end_offset
            state.places += [
                (bad.offset, bad.reason) for bad in tally.places if bad.offset < tally.end_offset
            ]
        del state.places[KEPT_PLACES:]
        self._done.read_bytes += size - begun

    def _add_time(self, source: Source, state: FileState) -> None:
        """Add what the session's time grew by: to no model's, on the day it began."""
        about = about_of(state.about)
        time_ms = about.time_ms
        if time_ms is None:
            time_ms = max(0, (state.last_ms or 0) - (about.start_ms or state.last_ms or 0))
        if time_ms == state.time_ms or (about.start_ms is None and not time_ms):
            return
        key = (slot_of(about.start_ms), state.session, about.agent, about.provider, "")
        self._index.add(source.key, state, {key: [0, 0, 0, time_ms - (state.time_ms or 0)]})
        state.time_ms = time_ms

    def _version(self, status: os.stat_result) -> Version:
        version = version_of_status(status)
        if self._clock_ns() - status.st_mtime_ns < SETTLED_NS:
            return (*version[:3], -version[3], version[4])
        return version


def _about_of_classic(source: Source, metrics: list[Source]) -> str:
    """Return the agents of the other folders, as one text that is never empty."""
    others = {other.file.agent for other in metrics if other.file.agent} - {source.file.agent}
    return "/" + "/".join(sorted(others))


def _names(source: Source, state: FileState) -> Names:
    file = source.file
    if not file.session_id:
        return Names(agent=file.agent, others=tuple(state.about.removeprefix("/").split("/")))
    about = about_of(state.about)
    return Names(file.session_id, about.agent, about.provider, cli=True)


def _only_appended(
    known: Version,
    status: os.stat_result,
    state: FileState,
    about: str,
    read_at: Callable[[int, int], bytes],
) -> bool:
    """Whether a file is what was read before, with nothing but new lines behind it."""
    now = version_of_status(status)
    if now[:2] != known[:2] or now[2] < known[2] or about != state.about:
        return False
    if now[2] == known[2] and (now[3] != abs(known[3]) or now[4] != known[4]):
        return False
    if fingerprint_of(read_at, state.offset) != state.fingerprint:
        return False
    # Without its newline the last record counted may turn out to be the beginning of something else.
    return not state.open_end or read_at(1, state.offset) in (b"", b"\n")
