"""The files that usage is counted from, and their current versions."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from codemie_core.errors import store_read_error
from codemie_core.home import Home
from codemie_core.sessions.folders import SessionFileKind, classic_session_files
from codemie_core.sessions.usage.agent_logs.logs import logs_of_session
from codemie_core.sessions.usage.index.owner import LOG_PREFIX, Owner
from codemie_core.sessions.usage.sources.cli_folder import scan_folder
from codemie_core.sessions.usage.sources.version import NO_VERSION, Version, version_of_status


class Source(NamedTuple):
    """One counted file."""

    key: str
    """Its name in the index: the path below the home, in ASCII."""
    path: str
    session_id: str = ""
    """Empty in the classic layout, where each record names its own."""
    agent: str = ""
    """Empty in the cli layout, where it is in the session's metadata."""


class LogSource(NamedTuple):
    """One log that an agent wrote itself."""

    key: str
    """Its name in the index: session and path, in ASCII. A log named by two sessions is read for both."""
    path: str
    owner: Owner


@dataclass(frozen=True, slots=True)
class HomeFiles:
    """The files of a home that are counted, and their versions."""

    home: Home
    classic: list[Source]
    """The metrics files of the classic layout."""
    metrics: dict[str, str]
    """Session -> the key of its metrics file (cli layout)."""
    metadata: dict[str, str]
    """Session -> the key of its metadata (cli layout)."""
    versions: dict[str, Version]
    """Key -> current version; `NO_VERSION` if the file can't be read."""

    def metrics_of(self, session: str) -> Source:
        """Return the metrics file of a session."""
        return Source(self.metrics[session], self.home.join(self.metrics[session]), session)

    def metadata_of(self, session: str) -> Source:
        """Return the metadata of a session."""
        return Source(self.metadata[session], self.home.join(self.metadata[session]), session)


def home_files(home: Home) -> HomeFiles:
    """Return the metrics files, each session's metadata, and their current versions.

    Raises:
        StoreError: a folder can't be read. A missing folder counts as empty.
    """
    start = len(home.path) + 1
    classic = [
        Source(_key(file.path[start:]), file.path, agent=file.agent)
        for file in classic_session_files(home)
        if file.kind is SessionFileKind.METRICS
    ]
    versions = {source.key: _version(source.path) for source in classic}
    before = os.path.join(home.sessions[start:], "")
    try:
        metrics, metadata, found = scan_folder(home.sessions)
    except FileNotFoundError:
        return HomeFiles(home, classic, {}, {}, versions)
    except OSError as error:
        raise store_read_error(home.sessions, error) from error
    versions.update({before + name: version for name, version in found.items()})
    return HomeFiles(
        home,
        classic,
        {session: before + name for session, name in metrics.items()},
        {session: before + name for session, name in metadata.items()},
        versions,
    )


def _version(path: str) -> Version:
    try:
        return version_of_status(os.stat(path))
    except OSError:
        return NO_VERSION


def log_sources(owners: Iterable[Owner], context_of: Callable[[str], str]) -> list[LogSource]:
    """Return the logs of sessions.

    Args:
        owners: the sessions, with the log named by their metadata.
        context_of: returns what the reader of a log left, by the log's name in the index.
    """
    return [log for owner in owners for log in _logs_of(owner, context_of)]


def _logs_of(owner: Owner, context_of: Callable[[str], str]) -> list[LogSource]:
    paths = logs_of_session(owner.log, owner.agent, lambda: context_of(_log_key(owner, owner.log)))
    return [LogSource(_log_key(owner, path), path, owner) for path in paths]


def _log_key(owner: Owner, path: str) -> str:
    return LOG_PREFIX + _key(owner.session + path)


def log_versions(logs: Iterable[LogSource]) -> dict[str, Version]:
    """Return the current version of each log by its key, without logs that don't exist."""
    now = {}
    for log in logs:
        try:
            now[log.key] = version_of_status(os.stat(log.path))
        except FileNotFoundError:
            continue
        except (OSError, ValueError):  # a name with a NUL
            now[log.key] = NO_VERSION
    return now


def _key(relative: str) -> str:
    return relative if relative.isascii() else ascii(relative)


def total_size(paths: Iterable[str]) -> int:
    """Return the total size of the files that exist."""
    total = 0
    for path in paths:
        try:
            total += os.stat(path).st_size
        except (OSError, ValueError):
            continue
    return total
