"""What a click, or the system, can request: plain values, so that a menu can be compared, tested and logged.

`app/handlers.py` carries them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto


class Do(Enum):
    """Actions that need only a name.

    One enum, because sixteen frozen dataclasses would cost the icon 5 ms at every start.
    """

    CREATE_FIRST_PROFILE = auto()
    """Open the folder with instructions for a first profile; offered if windows can't be opened."""
    ADD_PROFILE = auto()
    """Open the window in which a profile is added."""
    MANAGE_PROFILES = auto()
    """Open the window in which profiles are added, edited and removed."""
    OPEN_USAGE = auto()
    """Open the window of the usage."""
    OPEN_SETTINGS = auto()
    """Open the window of the settings."""
    ACCEPT_LOSS = auto()
    """Accept what another program removed: stop offering to restore it."""
    MIGRATE_CONFIG = auto()
    """Migrate a classic configuration, which the CLI's first start would empty."""
    LEAVE_TOKENS_IN_CLEAR = auto()
    """Stop warning about tokens in the clear."""
    MOVE_TOKENS_FOR_CLI = auto()
    """Move tokens to where the CLI looks for them."""
    OPEN_FOLDER = auto()
    """Open the home in the file manager."""
    OPEN_CONFIG = auto()
    """Open the configuration in the user's editor (offered if it is broken)."""
    PROTECT_CREDENTIALS = auto()
    """Keep the key of the stored credentials in the OS keyring."""
    UNPROTECT_CREDENTIALS = auto()
    """Derive it from the machine's identifier again."""
    CLEAN_LOGS = auto()
    """Remove old logs now."""
    STOP_CLEANING = auto()
    """Stop removing old logs."""
    SHOW_ABOUT = auto()
    """Show which program this is, its version and its home."""
    SHOW_USAGE = auto()
    """Open the window of the usage; without windows, show how much of today's usage each model had."""
    LOOK_AGAIN = auto()
    """Read the files again; sent when the system wakes up, not by a click."""
    SHOW_ITSELF = auto()
    """Answer a second start that the system itself reported."""
    SESSION_ENDS = auto()
    """The user is signing out; the process may be killed right after this."""
    QUIT = auto()
    """End the tray."""


@dataclass(frozen=True, slots=True)
class SwitchProfile:
    """Make `name` the active profile."""

    name: str


@dataclass(frozen=True, slots=True)
class RestoreVersion:
    """Restore a version of the configuration from the history."""

    version: str
    """Its id in the history."""


@dataclass(frozen=True, slots=True)
class KeepTokensInStore:
    """Move the configuration's tokens into the encrypted store, or back."""

    on: bool


@dataclass(frozen=True, slots=True)
class StartAtLogin:
    """Turn starting at login on or off."""

    on: bool


@dataclass(frozen=True, slots=True)
class Explain:
    """Show a notification that explains a problem."""

    title: str
    text: str


Action = Do | Explain | SwitchProfile | RestoreVersion | KeepTokensInStore | StartAtLogin
