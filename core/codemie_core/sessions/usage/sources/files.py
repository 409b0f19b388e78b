"""The files that usage is counted from, and their current versions."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from codemie_core.home import Home
from codemie_core.sessions.folders import SessionFile, SessionFileKind, session_files
from codemie_core.sessions.usage.agent_logs.logs import logs_of_session
from codemie_core.sessions.usage.index.owner import LOG_PREFIX, Owner
from codemie_core.sessions.usage.sources.version import NO_VERSION, Version

SESSION_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
"""A UUID, as the CLI names each session."""
_SIGNED = (1 << 63) - 1


class Source(NamedTuple):
    """One counted file; a tuple, because each check creates thousands."""

    key: str
    """Its name in the index: the path below the home, in ASCII."""
    file: SessionFile


class LogSource(NamedTuple):
    """One log that an agent wrote itself."""

    key: str
    """Its name in the index: session and path, in ASCII. A log named by two sessions is read for both."""
    path: str
    owner: Owner


def sources(home: Home) -> tuple[list[Source], dict[str, Source]]:
    """Return the metrics files, and each session's metadata.

    In the cli layout, these are the files that the CLI's own analytics reads: one per session id, without
    `completed_` if both exist. A name with something more after the id is a copy made by a backup or by file
    synchronization.

    Raises:
        StoreError: a folder can't be read.
    """
    classic: list[Source] = []
    metrics: dict[str, Source] = {}
    metadata: dict[str, Source] = {}
    start = len(home.path) + 1
    of_kind = {SessionFileKind.METRICS: metrics, SessionFileKind.METADATA: metadata}
    for file in session_files(home):
        chosen = of_kind.get(file.kind)
        if chosen is None:
            continue
        source = Source(_key(file.path[start:]), file)
        if file.agent:
            classic.append(source)
        elif SESSION_ID.fullmatch(file.session_id):
            known = chosen.get(file.session_id)
            # The shorter name is the one without `completed_`.
            if known is None or len(known.file.path) > len(file.path):
                chosen[file.session_id] = source
    return [*classic, *metrics.values()], metadata


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


def versions_now(metrics: list[Source], metadata: dict[str, Source]) -> dict[str, Version]:
    """Return the current version of each file by its key; `NO_VERSION` if it can't be read."""
    now = {}
    stat = os.stat
    for source in (*metrics, *metadata.values()):
        try:
            now[source.key] = version_of_status(stat(source.file.path))
        except OSError:
            now[source.key] = NO_VERSION
    return now


def version_of_status(status: os.stat_result) -> Version:
    """Return a stat as stored in the index (SQLite's numbers are signed)."""
    return (
        *(status.st_dev & _SIGNED, status.st_ino & _SIGNED),
        *(status.st_size, status.st_mtime_ns, status.st_ctime_ns),
    )


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
