"""The files usage is counted from, and what each of them says now."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from codemie_core.files.shared_open import read_shared
from codemie_core.home import Home
from codemie_core.sessions.folders import SessionFile, SessionFileKind, session_files
from codemie_core.sessions.jsonl.decoder import TypedJSON
from codemie_core.sessions.usage.counting.quarter_hours import milliseconds_of
from codemie_core.sessions.usage.sources.version import NO_VERSION, Version

_ABOUT_LIMIT_BYTES = 1 << 20
_SESSION_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
"""A UUID, as the CLI names each session."""
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
    start_ms: int | None = None
    """When it began, in milliseconds since 1970; None: the file says nothing that can be counted."""
    time_ms: int | None = None
    """How long it was active; None: up to its last turn."""

    def text(self) -> str:
        """Return it as the index keeps it."""
        return _ABOUT.text(self)


_ABOUT = TypedJSON(About)


def about_of(text: str) -> About:
    """Return what `About.text` made a text of."""
    return _ABOUT.parse(text)


def sources(home: Home) -> tuple[list[Source], dict[str, Source]]:
    """Return the metrics files, and each session's metadata.

    Of the cli layout these are the files that the CLI's own analytics would take: one for each session's id,
    the name without `completed_` where both are there. A name that goes on behind the id is that of a copy
    which a backup or a synchronised folder made.

    Raises:
        StoreError: a folder can't be read.
    """
    classic: list[Source] = []
    metrics: dict[str, Source] = {}
    abouts: dict[str, Source] = {}
    start = len(home.path) + 1
    of_kind = {SessionFileKind.METRICS: metrics, SessionFileKind.ABOUT: abouts}
    for file in session_files(home):
        chosen = of_kind.get(file.kind)
        if chosen is None:
            continue
        source = Source(_key(file.path[start:]), file)
        if file.agent:
            classic.append(source)
        elif _SESSION_ID.fullmatch(file.session_id):
            known = chosen.get(file.session_id)
            # The shorter name is the one without `completed_`.
            if known is None or len(known.file.path) > len(file.path):
                chosen[file.session_id] = source
    return [*classic, *metrics.values()], abouts


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


def read_metadata(path: str) -> tuple[About | None, os.stat_result]:
    """Read a session's metadata; None where the session does not count.

    It does not where this is no metadata (or not now, while it is written), and where the session was resumed
    outside of the CLI: its analytics leaves both out.

    Raises:
        OSError: the file can't be read.
    """
    data, status = read_shared(path, limit_bytes=_ABOUT_LIMIT_BYTES)
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None, status
    if not isinstance(value, dict) or value.get("origin") == "external-resume":
        return None, status
    began, ended = _stamp(value.get("startTime")), _stamp(value.get("endTime"))
    active = _milliseconds(value.get("activeDurationMs")) or None
    if active is None and value.get("status") == "completed" and began is not None and ended is not None:
        active = max(0, ended - began)
    agent, provider = (_text(value.get(name)) for name in ("agentName", "provider"))
    return About(agent, provider, began, active), status


def _stamp(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    return milliseconds_of(value)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


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
