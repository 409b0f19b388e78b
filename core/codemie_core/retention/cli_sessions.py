"""The CLI's session files in `sessions/`, grouped by session."""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from codemie_core.files.open_folder import OpenFolder

_RECORD_LIMIT_BYTES = 1 << 20
_RECORD = ".json"
_PARTS = (_RECORD, "_metrics.jsonl", "_conversation.jsonl", "_pi-run.jsonl")
_MARKER = "-codemie-marker.json"
_ENDED = "completed_"
"""Prefix that the CLI puts on a session's files when the session has ended."""
_ID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_CLI_FILE = re.compile(f"(?:{_ENDED})?({_ID})(?:{'|'.join(map(re.escape, _PARTS))})")
_MARKER_FILE = re.compile(f"([0-9A-Za-z][0-9A-Za-z._-]*){re.escape(_MARKER)}")

Files = list[tuple[str, os.stat_result]]
"""Name -> the state of the file when it was examined."""


@dataclass(slots=True)
class CliSession:
    """One session in `sessions/`."""

    folder: OpenFolder
    id: str
    """Empty for a marker that belongs to no session."""
    files: Files

    @property
    def ended(self) -> bool:
        """Whether its record says that it has ended; a session without a record has."""
        name = self._record_name
        if name is None or name.startswith(_ENDED):
            return True
        record = self.record()
        if record is None:
            return False
        return bool(record.get("endTime")) or record.get("status") in ("completed", "failed", "interrupted")

    @property
    def absent(self) -> tuple[str, ...]:
        """The names of its kind that don't exist."""
        present = {name for name, _ in self.files}
        id_ = next((match[1] for name in present if (match := _CLI_FILE.fullmatch(name))), None)
        if id_ is None:
            return ()
        return tuple(
            name for part in _PARTS for prefix in ("", _ENDED) if (name := prefix + id_ + part) not in present
        )

    def record(self) -> dict[str, Any] | None:
        """Return its metadata; None if there is none, or it can't be read."""
        name = self._record_name
        if name is None:
            return None
        try:
            record = json.loads(self.folder.read(name, _RECORD_LIMIT_BYTES))
        except (OSError, ValueError, RecursionError):
            return None
        return record if isinstance(record, dict) else None

    @property
    def _record_name(self) -> str | None:
        names = [name for name, _ in self.files if _is_record(name)]
        return min(names, key=len, default=None)  # the one without `completed_` first


def cli_sessions(folder: OpenFolder) -> list[CliSession]:
    """Return the sessions with the regular files of each, the record first."""
    found: dict[str, CliSession] = {}
    markers: dict[str, tuple[str, os.stat_result]] = {}
    for name in folder.names_in_disk_order():
        if match := _CLI_FILE.fullmatch(name):
            id_ = match[1].lower()
            for entry in present_in(folder, [name]):
                found.setdefault(id_, CliSession(folder, id_, [])).files.append(entry)
        elif match := _MARKER_FILE.fullmatch(name):
            for entry in present_in(folder, [name]):
                markers[match[1]] = entry
    sessions = list(found.values())
    if markers:
        for session in sessions:
            correlation = (session.record() or {}).get("correlation")
            named = correlation.get("agentSessionId") if isinstance(correlation, dict) else None
            for id_ in (named, session.id):
                if isinstance(id_, str) and id_ in markers:
                    session.files.append(markers.pop(id_))
        sessions += [CliSession(folder, "", [entry]) for entry in markers.values()]
    for session in sessions:
        session.files.sort(key=lambda entry: (not _is_record(entry[0]), entry[0]))
    return sessions


def _is_record(name: str) -> bool:
    return name.endswith(_RECORD) and not name.endswith(_MARKER)


def present_in(folder: OpenFolder, names: Iterable[str]) -> Files:
    """Return those of `names` that are regular files."""
    found = []
    for name in names:
        try:
            status = folder.stat(name)
        except OSError:
            continue
        if stat.S_ISREG(status.st_mode):
            found.append((name, status))
    return found
