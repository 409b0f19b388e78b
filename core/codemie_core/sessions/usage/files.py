"""The files usage is counted from, and what each of them says now."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from codemie_core.files.shared_open import read_shared
from codemie_core.home import Home
from codemie_core.sessions.folders import SessionFile, SessionFileKind, session_files
from codemie_core.sessions.usage.quarter_hours import slot_of
from codemie_core.sessions.usage.totals import Cells
from codemie_core.sessions.usage.version import NO_VERSION, Version

_ABOUT_LIMIT_BYTES = 1 << 20
_SIGNED = (1 << 63) - 1


class Source(NamedTuple):
    """One file that is counted; a tuple, since a look makes thousands."""

    key: str
    """Its name in the index: the path below the home, in ASCII."""
    file: SessionFile


@dataclass(frozen=True, slots=True)
class About:
    """What a session's metadata says (cli layout)."""

    agent: str = ""
    provider: str = ""
    slot: int | None = None
    """When it began; None: the file says nothing that can be counted."""
    milliseconds: int = 0

    def cells(self, session: str) -> Cells:
        """Return the session itself as a cell: no turns, its time."""
        if self.slot is None:
            return {}
        return {(self.slot, session, self.agent, self.provider, ""): [0, 0, 0, self.milliseconds]}


def sources(home: Home) -> tuple[list[Source], dict[str, Source]]:
    """Return the metrics files, and each session's metadata.

    Raises:
        StoreError: a folder can't be read.
    """
    metrics: list[Source] = []
    abouts: dict[str, Source] = {}
    start = len(home.path) + 1
    for file in session_files(home):
        if file.kind is SessionFileKind.METRICS:
            metrics.append(Source(_key(file.path[start:]), file))
        elif file.kind is SessionFileKind.ABOUT:
            # A session has one; while it is renamed a listing can show both names.
            known = abouts.get(file.session_id)
            if known is None or known.file.path > file.path:
                abouts[file.session_id] = Source(_key(file.path[start:]), file)
    return metrics, abouts


def versions_now(metrics: list[Source], abouts: dict[str, Source]) -> dict[str, Version]:
    """Return what each file is now, by its key; `NO_VERSION` where it can't be seen."""
    now = {}
    stat = os.stat
    for source in (*metrics, *abouts.values()):
        try:
            now[source.key] = version_of_status(stat(source.file.path))
        except OSError:
            now[source.key] = NO_VERSION
    return now


def version_of_status(status: os.stat_result) -> Version:
    """Return a stat as the index keeps it (SQLite's numbers are signed)."""
    return (
        *(status.st_dev & _SIGNED, status.st_ino & _SIGNED),
        *(status.st_size, status.st_mtime_ns, status.st_ctime_ns),
    )


def read_about(path: str) -> tuple[About, os.stat_result]:
    """Read a session's metadata; what is no metadata (or not now, while it is written) says nothing.

    Raises:
        OSError: the file can't be read.
    """
    data, status = read_shared(path, limit_bytes=_ABOUT_LIMIT_BYTES)
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return About(), status
    if not isinstance(value, dict) or not isinstance(value.get("agentName"), str):
        return About(), status
    provider = value.get("provider")
    began, ended = value.get("startTime"), value.get("endTime")
    active = _milliseconds(value.get("activeDurationMs"))
    if not active and _is_number(began) and _is_number(ended):
        active = max(0, _milliseconds(ended) - _milliseconds(began))
    slot = slot_of(began) if _is_number(began) or isinstance(began, str) else slot_of(None)
    return About(value["agentName"], provider if isinstance(provider, str) else "", slot, active), status


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _milliseconds(value: object) -> int:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 2**53:
        return int(value)
    return 0


def _key(relative: str) -> str:
    return relative if relative.isascii() else ascii(relative)


def total_size(files: Iterable[Source]) -> int:
    """Return the bytes of files that are there."""
    total = 0
    for source in files:
        try:
            total += os.stat(source.file.path).st_size
        except OSError:
            continue
    return total
