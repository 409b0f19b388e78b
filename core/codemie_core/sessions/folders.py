"""Where each layout keeps its session files. One home can hold both."""

from __future__ import annotations

import enum
import os
import re
from collections.abc import Iterator
from typing import NamedTuple

from codemie_core.errors import store_read_error
from codemie_core.home import Home

_CLASSIC_FOLDER = re.compile(r"\.session-(?P<agent>.+)", re.DOTALL)
_CLI_FILE = re.compile(
    r"(?:completed_)?(?P<id>[0-9A-Za-z-]+)(?P<kind>_metrics\.jsonl|_conversation\.jsonl|\.json)", re.ASCII
)


class SessionFileKind(enum.Enum):
    """The content of a file."""

    METRICS = "_metrics.jsonl"
    CONVERSATION = "_conversation.jsonl"
    METADATA = ".json"
    """One session's metadata: its agent, its provider, when it ran (cli layout)."""


_KINDS = {kind.value: kind for kind in SessionFileKind}
_CLASSIC_NAMES = {
    "metrics.jsonl": SessionFileKind.METRICS,
    "conversations.jsonl": SessionFileKind.CONVERSATION,
}


class SessionFile(NamedTuple):
    """One file of one session (cli layout), or of all sessions with one agent (classic)."""

    path: str
    kind: SessionFileKind
    session_id: str
    """Empty in the classic layout, where each record names its own."""
    agent: str
    """Empty in the cli layout, where it is in the session's metadata."""


def session_files(home: Home) -> Iterator[SessionFile]:
    """Yield the session files of both layouts, in no particular order.

    Raises:
        StoreError: a folder can't be read. A missing folder counts as empty.
    """
    yield from classic_session_files(home)
    for entry in _entries(home.sessions):
        found = _CLI_FILE.fullmatch(entry.name)
        if found is not None:
            yield SessionFile(entry.path, _KINDS[found["kind"]], found["id"], "")


def classic_session_files(home: Home) -> Iterator[SessionFile]:
    """Yield the session files of the classic layout, in no particular order.

    Raises:
        StoreError: the home can't be read. If it is missing, there are none.
    """
    for entry in _entries(home.path):
        found = _CLASSIC_FOLDER.fullmatch(entry.name)
        if found is not None and _is_folder(entry):
            for name, kind in _CLASSIC_NAMES.items():
                path = os.path.join(entry.path, name)
                if os.path.lexists(path):
                    yield SessionFile(path, kind, "", found["agent"])


def session_folders(home: Home) -> set[str]:
    """Return the real paths of the folders that hold session files.

    Raises:
        StoreError: the home can't be read.
    """
    folders = {os.path.realpath(home.sessions)} if os.path.isdir(home.sessions) else set()
    for entry in _entries(home.path):
        if _CLASSIC_FOLDER.fullmatch(entry.name) and _is_folder(entry):
            folders.add(os.path.realpath(entry.path))
    return folders


def is_session_path(path: str) -> bool:
    """Whether this could be the path of a counted file or its folder, judging by the name alone."""
    name = os.path.basename(path)
    if name == "sessions" or _CLASSIC_FOLDER.fullmatch(name):
        return True
    found = _CLI_FILE.fullmatch(name)
    return name == "metrics.jsonl" or (
        found is not None and found["kind"] != SessionFileKind.CONVERSATION.value
    )


def _is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder, or a link to one; a link that leads nowhere, or to itself, is not."""
    try:
        return entry.is_dir()
    except OSError:
        return False


def _entries(folder: str) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            yield from entries
    except FileNotFoundError:
        return
    except OSError as error:
        raise store_read_error(folder, error) from error
