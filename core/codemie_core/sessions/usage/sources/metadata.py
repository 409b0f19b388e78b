"""The content of a session's metadata (cli layout)."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass

from codemie_core.files.shared_open import read_shared
from codemie_core.sessions.jsonl.decoder import TypedJSON
from codemie_core.sessions.usage.counting.quarter_hours import milliseconds_of
from codemie_core.sessions.usage.index.owner import Owner

_LIMIT_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Metadata:
    """The needed fields."""

    agent: str = ""
    provider: str = ""
    start_ms: int | None = None
    """When it began, in milliseconds since 1970; None if the file has nothing to count."""
    time_ms: int | None = None
    """How long it was active; None means up to its last turn."""
    project: str = ""
    """The folder it worked in."""
    log: str = ""
    """Path of the agent's own log; empty if unknown."""

    def text(self) -> str:
        """Return it as stored in the index."""
        return _METADATA.text(self)

    def owner(self, session: str) -> Owner:
        """Return the owner of the session's files."""
        return Owner(session, self.agent, self.provider, self.start_ms, self.project, self.log)


_METADATA = TypedJSON(Metadata)


def metadata_of(text: str) -> Metadata:
    """Restore it from the result of `Metadata.text`."""
    return _METADATA.parse(text)


def read_metadata(path: str) -> tuple[Metadata | None, os.stat_result]:
    """Read a session's metadata; None if the session does not count.

    That is so if this is not metadata (or not yet, while it is being written), or if the session was resumed
    outside the CLI: its analytics omits both.

    Raises:
        OSError: the file can't be read.
    """
    data, status = read_shared(path, limit_bytes=_LIMIT_BYTES)
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
    correlation = value.get("correlation")
    log = _text(correlation.get("agentSessionFile")) if isinstance(correlation, dict) else ""
    return Metadata(agent, provider, began, active, _text(value.get("workingDirectory")), log), status


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
