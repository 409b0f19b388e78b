"""What the watcher posts: a file may have changed, no matter who changed it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Watched(Enum):
    """Files that the state is read from."""

    HOME = auto()
    """The folder itself: anything in it may have changed."""
    CONFIG = auto()
    CREDENTIALS = auto()
    SETTINGS = auto()
    LOGIN_ENTRY = auto()
    """What starts the tray at login."""
    SHOW_REQUEST = auto()
    """The file by which a second start asks the tray to show itself."""
    TIME_ZONE = auto()


@dataclass(frozen=True, slots=True)
class FilesChanged:
    """One of these."""

    what: Watched


@dataclass(frozen=True, slots=True)
class SessionsChanged:
    """A session's file."""


@dataclass(frozen=True, slots=True)
class LogsChanged:
    """A log in `logs/` was added or removed; writing to one is not reported."""


@dataclass(frozen=True, slots=True)
class UsagePublished:
    """What another session's tray counted."""


Change = FilesChanged | SessionsChanged | LogsChanged | UsagePublished
