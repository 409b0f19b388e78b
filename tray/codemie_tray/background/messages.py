"""What the threads in the background post to the tray's mailbox."""

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
    """None: nobody looks any more; the log says why."""


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
    """The result, where the person asked for the cleaning."""


@dataclass(frozen=True, slots=True)
class UsageCounted:
    """Today's usage."""

    today: UsageToday


@dataclass(frozen=True, slots=True)
class KeyringNamed:
    """This session's keyring was found."""

    name: str
    """As a person knows it."""


@dataclass(frozen=True, slots=True, eq=False)
class CredentialsDone:
    """An action on the stored credentials has ended."""

    outcome: CodeMieError | tuple[str, str] | None
    """What it failed with, or the title and text of what to say; None: the menu shows it."""


@dataclass(frozen=True, slots=True)
class WindowFailed:
    """A window could not be shown."""

    reason: str
    """What its process said."""


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
