"""Which files are new or changed, and reading those: whatever is not plainly new lines is read anew."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Mapping

from codemie_core.files.shared_open import open_shared
from codemie_core.sessions.usage.counting import parallel
from codemie_core.sessions.usage.counting.count import PartTally, scan
from codemie_core.sessions.usage.counting.quarter_hours import quarter_of
from codemie_core.sessions.usage.counting.totals import KeyedTotals, Names
from codemie_core.sessions.usage.index.file_state import FileState
from codemie_core.sessions.usage.index.index import UsageIndex
from codemie_core.sessions.usage.index.owner import LOG_PREFIX
from codemie_core.sessions.usage.index.responses import Responses
from codemie_core.sessions.usage.refresh.logs import ownership, read_log
from codemie_core.sessions.usage.refresh.progress import Progress, Refreshed
from codemie_core.sessions.usage.refresh.snapshot import Snapshot, add_tally, version_to_keep
from codemie_core.sessions.usage.sources.files import LogSource, Source, log_sources, log_versions, total_size
from codemie_core.sessions.usage.sources.metadata import metadata_of, read_metadata
from codemie_core.sessions.usage.sources.version import NO_VERSION, Version


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
    """
    return _Refresh(index, clock_ns, progress, two_processes=two_processes).run(*home_sources, now)


def current_versions(index: UsageIndex, now: Mapping[str, Version]) -> Mapping[str, Version]:
    """Return which version of each file and log there is; `index.versions()` if there is nothing to read.

    Args:
        index: what was read before.
        now: what `versions_now` found in the home.
    """
    owners = index.owners_with_logs()
    if not owners:
        return now
    logs = log_sources(owners, index.context_of)
    return {**now, **log_versions(logs)}


class _Refresh:
    def __init__(
        self, index: UsageIndex, clock_ns: Callable[[], int], progress: Progress, *, two_processes: bool
    ) -> None:
        self._index = index
        self._responses = Responses(index)
        self._clock_ns = clock_ns
        self._progress = progress
        self._two_processes = two_processes
        self._done = Refreshed()

    def run(
        self, metrics: list[Source], metadata: dict[str, Source], now: Mapping[str, Version]
    ) -> Refreshed:
        known = dict(self._index.versions())
        changed_metadata = self._forget_gone({source.key for source in (*metrics, *metadata.values())}, known)
        for session, source in metadata.items():
            if session in changed_metadata or now[source.key] != known.get(source.key):
                changed_metadata[session] = self._metadata(source)
        changed = self._changed_metrics(metrics, metadata, changed_metadata, now)
        logs = self._changed_logs(known)
        paths = [*(source.file.path for source, text in changed if text), *(log.path for log in logs)]
        self._progress.total_bytes = total_size(paths)
        for source, text in changed:
            self._metrics(source, text)
        # Reading a log may show that its agent has started another one.
        done: set[str] = set()
        while logs:
            for log in logs:
                self._log(log)
                done.add(log.key)
            logs = [log for log in self._changed_logs(self._index.versions()) if log.key not in done]
        return self._done

    def _forget_gone(self, wanted: set[str], known: Mapping[str, Version]) -> dict[str, str]:
        """Drop the files that are gone; return the sessions that no metadata describes for now."""
        undescribed = {}
        for path in known:
            if path not in wanted and not path.startswith(LOG_PREFIX):
                gone = self._index.state(path)
                if gone is not None and gone.session:
                    undescribed[gone.session] = ""
                self._index.forget(path)
        return undescribed

    def _changed_metrics(
        self,
        metrics: list[Source],
        metadata: dict[str, Source],
        changed_metadata: Mapping[str, str],
        now: Mapping[str, Version],
    ) -> list[tuple[Source, str]]:
        """Return the metrics files to be read, each with the text that says for whom it is counted."""
        known = self._index.versions()
        changed: list[tuple[Source, str]] = []
        for source in metrics:
            session = source.file.session_id
            text = changed_metadata.get(session) if session else _other_agents(source, metrics)
            if now[source.key] == known.get(source.key):
                if text is None:
                    continue
                state = self._index.state(source.key)
                if state is not None and state.metadata == text:
                    continue
            if text is None and session in metadata:
                state = self._index.state(metadata[session].key)
                text = None if state is None else state.metadata
            changed.append((source, text or ""))
        return changed

    def _changed_logs(self, known: Mapping[str, Version]) -> list[LogSource]:
        """Drop the logs that are no session's any more, and return those that are to be read."""
        logs = log_sources(self._index.owners_with_logs(), self._index.context_of)
        now = log_versions(logs)
        for path in known:
            if path.startswith(LOG_PREFIX) and path not in now:
                self._responses.forget(path)
        changed = []
        for log in logs:
            if log.key not in now:
                continue
            state = self._index.state(log.key)
            if now[log.key] != known.get(log.key) or state is None or state.metadata != ownership(log.owner):
                changed.append(log)
        return changed

    def _log(self, log: LogSource) -> None:
        try:
            with open_shared(log.path) as file:
                self._done.read_bytes += read_log(
                    self._index, log, file, now_ns=self._clock_ns(), progress=self._progress
                )
                self._done.read_files += 1
        except FileNotFoundError:
            self._responses.forget(log.key)
        except (OSError, ValueError) as error:  # ValueError: a name with a NUL
            self._responses.forget(log.key)
            reason = getattr(error, "strerror", None) or str(error)
            self._done.unreadable[log.path] = reason

    def _metadata(self, source: Source) -> str:
        self._index.forget(source.key)
        try:
            metadata, status = read_metadata(source.file.path)
        except FileNotFoundError:
            return ""
        except OSError as error:
            self._done.unreadable[source.file.path] = error.strerror or str(error)
            return ""
        self._done.read_files += 1
        self._done.read_bytes += status.st_size
        session = source.file.session_id
        text = "" if metadata is None else metadata.text()
        owner = None if metadata is None else metadata.owner(session)
        state = FileState(session, text, offset=status.st_size)
        self._index.put(source.key, version_to_keep(status, self._clock_ns()), state, owner)
        return text

    def _metrics(self, source: Source, text: str) -> None:
        try:
            with open_shared(source.file.path) as file:
                if text:
                    self._metrics_of(source, text, file)
                else:
                    self._not_counted(source, os.fstat(file.fileno()))
        except FileNotFoundError:
            self._index.forget(source.key)
        except OSError as error:
            self._index.forget(source.key)
            self._done.unreadable[source.file.path] = error.strerror or str(error)

    def _not_counted(self, source: Source, status: os.stat_result) -> None:
        self._index.forget(source.key)
        version = version_to_keep(status, self._clock_ns())
        self._index.put(source.key, version, FileState(source.file.session_id))

    def _metrics_of(self, source: Source, text: str, file: io.FileIO) -> None:
        snapshot = Snapshot(file)
        version = version_to_keep(snapshot.status, self._clock_ns())
        known, state = self._index.version_of(source.key), self._index.state(source.key)
        if state is None or known is None or state.metadata != text or not snapshot.continues(known, state):
            self._index.forget(source.key)
            state = FileState(source.file.session_id, text)
            self._index.put(source.key, version, state)
        state.torn = False
        number = self._index.id_of(source.key)
        assert number is not None  # noqa: S101 - for the type checker: it was put there
        number = self._read(source, state, snapshot, number)
        if state.turns:
            self._add_time(number, state)
        state.fingerprint = snapshot.fingerprint(state.offset)
        self._index.put(source.key, version, state)
        self._done.read_files += 1

    def _read(self, source: Source, state: FileState, snapshot: Snapshot, number: int) -> int:
        """Count what is new, and return the file's number, which is another one if it had to begin again."""
        begun, size = state.offset, snapshot.size

        def spill(totals: KeyedTotals) -> None:
            self._index.add(number, totals)

        names = _names(source, state)
        advance = self._progress.advance
        tallies: list[PartTally] = []
        if self._two_processes and snapshot.small is None and parallel.worth_two_processes(size - begun):
            try:
                tallies = parallel.scan(
                    source.file.path, begun, size, names=names, spill=spill, advance=advance
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
        """Add what the session's time grew by: to no model's, on the day it began."""
        metadata = metadata_of(state.metadata)
        time_ms = metadata.time_ms
        if time_ms is None:
            time_ms = max(0, (state.last_ms or 0) - (metadata.start_ms or state.last_ms or 0))
        if time_ms == state.time_ms or (metadata.start_ms is None and not time_ms):
            return
        key = (quarter_of(metadata.start_ms), state.session, metadata.agent, metadata.provider, "")
        self._index.add(number, {key: [0, 0, 0, time_ms - (state.time_ms or 0), 0]})
        state.time_ms = time_ms


def _other_agents(source: Source, metrics: list[Source]) -> str:
    """Return the agents of the other folders of the classic layout, as one text that is never empty."""
    others = {other.file.agent for other in metrics if other.file.agent} - {source.file.agent}
    return "/" + "/".join(sorted(others))


def _names(source: Source, state: FileState) -> Names:
    file = source.file
    if not file.session_id:
        return Names(agent=file.agent, others=tuple(state.metadata.removeprefix("/").split("/")))
    metadata = metadata_of(state.metadata)
    return Names(file.session_id, metadata.agent, metadata.provider, cli=True)
