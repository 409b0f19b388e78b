"""The present state, as values from which the menu is built; `read_state` reads them from the files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum, auto

from codemie_core.config.model.arrangement import NO_ARRANGEMENT, Arrangement


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """One profile as shown in the menu."""

    name: str
    provider: str
    model: str
    problem: str | None
    """Why it can't be switched to; None if it can."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Where the profiles' tokens are."""

    in_clear: int = 0
    """How many are in the configuration itself."""
    stored: int = 0
    """How many are in the encrypted store."""
    read_by_cli: bool = False
    """Whether the CLI reads this file by itself, so that it has no token once they are stored."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A configuration that can be used."""

    path: str
    active: str | None
    """May name a profile that does not exist."""
    profiles: tuple[ProfileRow, ...]
    read_only: str | None = None
    """Why it must not be changed; None if it may be."""
    in_danger: bool = False
    """Whether the CLI's first start would empty it."""
    overlooked: tuple[str, ...] = ()
    """Profiles whose token is not where the CLI looks."""
    tokens: Tokens = Tokens()

    @property
    def active_row(self) -> ProfileRow | None:
        """The active profile, if it exists."""
        return next((row for row in self.profiles if row.name == self.active), None)


@dataclass(frozen=True, slots=True)
class Missing:
    """No configuration yet: a first run."""

    path: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A configuration exists, but can't be used."""

    path: str
    reason: str
    line: int | None
    """None if there is no location to name."""
    editable: bool
    """Whether opening it in an editor can help."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """How the stored credentials are protected, as far as the readable part of the file says."""

    protected: bool = False
    """Whether their key is in the OS keyring."""
    keyring_name: str = ""
    """The keyring's usual name; empty if it is not known yet."""
    busy: bool = False
    """A keyring is in use right now, or is asking the user."""
    problem: str | None = None
    """Why the file can't be used; None if it can, or does not exist."""


@dataclass(frozen=True, slots=True)
class ModelUsed:
    """One model's share of today's usage."""

    name: str
    """Empty if the records name none."""
    tokens: int
    turns: int


@dataclass(frozen=True, slots=True)
class BudgetSpent:
    """How much of a day's or a month's budget is spent, as estimated."""

    period: str
    """`day` or `month`."""
    of: str
    """Which one: `2026-11-27` or `2026-11`."""
    limit_usd: float
    spent_usd: float
    percent: int
    """Rounded down."""


@dataclass(frozen=True, slots=True)
class UsageToday:
    """What was used today."""

    tokens: int
    sessions: int
    turns: int
    models: tuple[ModelUsed, ...] = ()
    """Each model's share, largest first."""
    problem: str = ""
    """Why it could not be counted; in that case there are no numbers."""
    budgets: tuple[BudgetSpent, ...] = ()
    """Empty if there are none; known to the tray that counted."""


@dataclass(frozen=True, slots=True)
class Restorable:
    """The saved version that is offered."""

    version: str
    """Its id in the history."""
    when: str
    """In words: `14:02`, `yesterday 14:02`."""
    lost: tuple[str, ...] = ()
    """Profiles that another program removed; empty if the configuration is broken, gone or empty."""


@dataclass(frozen=True, slots=True)
class LogsFound:
    """The number of old logs."""

    files: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class LogsCleaning:
    """A cleanup in progress that takes a while."""

    done: int
    total: int


LogsNow = LogsFound | LogsCleaning


class Windows(Enum):
    """Whether windows can be opened."""

    READY = auto()
    ABSENT = auto()
    """Their toolkit is not part of this installation."""
    GLIBC_TOO_OLD = auto()
    """It is, but needs a newer Linux."""
    MACOS_TOO_OLD = auto()
    """It is, but needs a newer macOS."""


@dataclass(frozen=True, slots=True)
class State:
    """Everything the view depends on."""

    home: str
    config: Ready | Missing | Broken
    trouble: str | None = None
    """The error of the user's last action; None if it worked."""
    today: UsageToday | None = None
    """Today's usage; None if not counted yet."""
    credentials: Credentials = Credentials()
    restorable: Restorable | None = None
    """What can be restored if something was lost; None if nothing was."""
    logs: LogsNow | None = None
    """None if not known yet."""
    starts_at_login: bool | None = None
    """None if not known yet, or this system has no such thing."""
    warns_about_clear_tokens: bool = False
    """Whether tokens in the clear count as a problem; the user can decide that they do not."""
    windows: Windows = Windows.ABSENT
    """Whether profiles can be edited in a window."""
    language: str = "en"
    """Code of the language in which the view is built."""
    arrangement: Arrangement = NO_ARRANGEMENT
    """The user's own order of the profiles, and notes about them."""
    notes: tuple[str, ...] = ()
    """What else the user should know: broken settings, a crash of the last run."""


def config_name(path: str) -> str:
    """Return what the menu calls a configuration: its file's name."""
    return os.path.basename(path)
