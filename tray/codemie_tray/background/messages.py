"""What the background threads post to the tray's mailbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from codemie_tray.view.state import LogsCleaning, LogsFound, UsageToday

if TYPE_CHECKING:
    from codemie_core import CodeMieError
    from codemie_core.retention import Cleanup


@dataclass(frozen=True, slots=True)
class LogsCounted:
    """The number of old logs."""

    found: LogsFound | None
    """None if nobody counts any more; the log says why."""


@dataclass(frozen=True, slots=True)
class CleaningBegan:
    """Files in `logs/` are about to be removed."""


@dataclass(frozen=True, slots=True)
class CleaningProgressed:
    """How many have been removed so far."""

    progress: LogsCleaning


@dataclass(frozen=True, slots=True, eq=False)
class CleaningEnded:
    """No more files are being removed."""

    asked_for: Cleanup | None = None
    """The result, if the user asked for the cleanup."""
    automatic: Cleanup | None = None
    """The result, if nobody asked for it."""


@dataclass(frozen=True, slots=True)
class UsageCounted:
    """Today's usage."""

    today: UsageToday


@dataclass(frozen=True, slots=True)
class KeyringNamed:
    """This session's keyring was found."""

    name: str
    """Its name as users know it."""


@dataclass(frozen=True, slots=True, eq=False)
class CredentialsDone:
    """An action on the stored credentials has ended."""

    outcome: CodeMieError | tuple[str, str] | None
    """The error, or the title and text to show; None if the menu shows the result."""


@dataclass(frozen=True, slots=True)
class WindowFailed:
    """A window could not be shown."""

    reason: str
    """The output of its process."""


BackgroundMessage = (
    LogsCounted
    | CleaningBegan
    | CleaningProgressed
    | CleaningEnded
    | UsageCounted
    | KeyringNamed
    | CredentialsDone
    | WindowFailed
)
