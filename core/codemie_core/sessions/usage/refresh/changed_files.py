"""Finds files that are new or changed, and reads them; after any change but new lines, the whole file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from codemie_core.files.shared_open import open_shared
from codemie_core.sessions.usage.index.file_state import FileState
from codemie_core.sessions.usage.index.index import UsageIndex
from codemie_core.sessions.usage.index.owner import LOG_PREFIX
from codemie_core.sessions.usage.index.responses import Responses
from codemie_core.sessions.usage.refresh.logs import ownership, read_log
from codemie_core.sessions.usage.refresh.metrics import MetricsReader
from codemie_core.sessions.usage.refresh.progress import Progress, Refreshed
from codemie_core.sessions.usage.refresh.snapshot import version_to_keep
from codemie_core.sessions.usage.sources.files import (
    HomeFiles,
    LogSource,
    Source,
    log_sources,
    log_versions,
    total_size,
)
from codemie_core.sessions.usage.sources.metadata import read_metadata
from codemie_core.sessions.usage.sources.version import Version


def refresh(
    index: UsageIndex,
    files: HomeFiles,
    *,
    clock_ns: Callable[[], int],
    progress: Progress,
    in_parallel: bool = True,
) -> Refreshed:
    """Update the index from the files; within `index.writing()`.

    Args:
        index: the index to update.
        files: the files, from `home_files`.
        clock_ns: the wall clock.
        progress: called for each block.
        in_parallel: whether several processes may read a large part.

    Raises:
        IndexCorrupt: delete it and try again.
    """
    return _Refresh(index, clock_ns, progress, in_parallel=in_parallel).run(files)


def current_versions(index: UsageIndex, now: Mapping[str, Version]) -> Mapping[str, Version]:
    """Return the current version of each file and log; equal to `index.versions()` if nothing is new.

    Args:
        index: what was read before.
        now: `HomeFiles.versions`.
    """
    owners = index.owners_with_logs()
    if not owners:
        return now
    logs = log_sources(owners, index.context_of)
    return {**now, **log_versions(logs)}


class _Refresh:
    def __init__(
        self, index: UsageIndex, clock_ns: Callable[[], int], progress: Progress, *, in_parallel: bool
    ) -> None:
        self._index = index
        self._responses = Responses(index)
        self._clock_ns = clock_ns
        self._progress = progress
        self._done = Refreshed()
        self._metrics = MetricsReader(index, clock_ns, progress, in_parallel=in_parallel, done=self._done)

    def run(self, files: HomeFiles) -> Refreshed:
        known = dict(self._index.versions())
        changed_keys = {key for key, version in files.versions.items() if known.get(key) != version}
        changed_metadata = self._forget_gone(known.keys() - files.versions.keys())
        for session, key in files.metadata.items():
            if key in changed_keys or session in changed_metadata:
                changed_metadata[session] = self._metadata(files.metadata_of(session))
        changed = self._changed_classic(files.classic, changed_keys)
        changed += self._changed_metrics(files, changed_keys, changed_metadata)
        logs = self._changed_logs(known)
        paths = [*(source.path for source, text in changed if text), *(log.path for log in logs)]
        self._progress.total_bytes = total_size(paths)
        for source, text in changed:
            self._metrics.read(source, text)
        # Reading a log may reveal that its agent started another one.
        done: set[str] = set()
        while logs:
            for log in logs:
                self._log(log)
                done.add(log.key)
            logs = [log for log in self._changed_logs(self._index.versions()) if log.key not in done]
        return self._done

    def _forget_gone(self, gone: Iterable[str]) -> dict[str, str]:
        """Drop files that no longer exist; return the sessions that have lost their metadata."""
        undescribed = {}
        for key in gone:
            if not key.startswith(LOG_PREFIX):
                state = self._index.state(key)
                if state is not None and state.session:
                    undescribed[state.session] = ""
                self._index.forget(key)
        return undescribed

    def _changed_classic(self, classic: list[Source], changed_keys: set[str]) -> list[tuple[Source, str]]:
        """Return the metrics files of the classic layout to read, each with the text that says who it is for.

        That depends on which other agents have a folder.
        """
        changed = []
        for source in classic:
            text = _other_agents(source, classic)
            if source.key not in changed_keys:
                state = self._index.state(source.key)
                if state is not None and state.metadata == text:
                    continue
            changed.append((source, text))
        return changed

    def _changed_metrics(
        self, files: HomeFiles, changed_keys: set[str], changed_metadata: Mapping[str, str]
    ) -> list[tuple[Source, str]]:
        """Return the metrics files of the cli layout to read, like `_changed_classic`."""
        changed = []
        for session, key in files.metrics.items():
            text = changed_metadata.get(session)
            if key not in changed_keys:
                if text is None:
                    continue
                state = self._index.state(key)
                if state is not None and state.metadata == text:
                    continue
            if text is None and session in files.metadata:
                state = self._index.state(files.metadata[session])
                text = None if state is None else state.metadata
            changed.append((files.metrics_of(session), text or ""))
        return changed

    def _changed_logs(self, known: Mapping[str, Version]) -> list[LogSource]:
        """Drop logs that no longer belong to a session, and return those to read."""
        logs = log_sources(self._index.owners_with_logs(), self._index.context_of)
        now = log_versions(logs)
        for path in list(known):
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
            metadata, status = read_metadata(source.path)
        except FileNotFoundError:
            return ""
        except OSError as error:
            self._done.unreadable[source.path] = error.strerror or str(error)
            return ""
        self._done.read_files += 1
        self._done.read_bytes += status.st_size
        session = source.session_id
        text = "" if metadata is None else metadata.text()
        owner = None if metadata is None else metadata.owner(session)
        state = FileState(session, text, offset=status.st_size)
        self._index.put(source.key, version_to_keep(status, self._clock_ns()), state, owner)
        return text


def _other_agents(source: Source, classic: list[Source]) -> str:
    """Return the agents of the other folders of the classic layout, as one text that is never empty."""
    others = {other.agent for other in classic} - {source.agent}
    return "/" + "/".join(sorted(others))
