"""What is true now, as values that the menu is made from; `read_state` reads them from the files."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import Enum, auto


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """One profile as the menu shows it."""

    name: str
    provider: str
    model: str
    problem: str | None
    """Why it can't be switched to; None: it can."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Where the profiles' tokens are."""

    in_clear: int = 0
    """How many stand in the configuration itself."""
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
    """Why it must not be changed; None: it may be."""
    in_danger: bool = False
    """Whether the CLI's first start would empty it."""
    overlooked: tuple[str, ...] = ()
    """Profiles whose token is where the CLI does not look."""
    tokens: Tokens = Tokens()

    @property
    def active_row(self) -> ProfileRow | None:
        """The active profile, where it exists."""
        return next((row for row in self.profiles if row.name == self.active), None)


@dataclass(frozen=True, slots=True)
class Missing:
    """No configuration yet: a first run."""

    path: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A configuration exists and can't be used."""

    path: str
    reason: str
    line: int | None
    """None where there is no place to name."""
    editable: bool
    """Whether opening it in an editor can help."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """How the stored credentials are protected, as far as the file's readable part says."""

    protected: bool = False
    """Whether their key is in the OS keyring."""
    keyring_name: str = ""
    """The keyring, as a person knows it; empty where it is not known yet."""
    busy: bool = False
    """A keyring is being spoken to, or is asking the person."""
    problem: str | None = None
    """Why the file can't be used; None: it can, or there is none."""


@dataclass(frozen=True, slots=True)
class ModelUsed:
    """One model's share of today's usage."""

    name: str
    """Empty where the records name none."""
    tokens: int
    turns: int


@dataclass(frozen=True, slots=True)
class BudgetSpent:
    """How much of a day's or a month's budget is spent, by estimate."""

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
    """Each model's part, the most first."""
    problem: str = ""
    """Why it could not be counted; the numbers are none then."""
    budgets: tuple[BudgetSpent, ...] = ()
    """Where there are any; known to the tray that counted."""


@dataclass(frozen=True, slots=True)
class Restorable:
    """The kept version that is offered."""

    version: str
    """Its id in the history."""
    when: str
    """As a person says it: `14:02`, `yesterday 14:02`."""
    lost: tuple[str, ...] = ()
    """Profiles that another program removed; empty where the configuration is broken, gone or empty."""


@dataclass(frozen=True, slots=True)
class LogsFound:
    """The number of old logs."""

    files: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class LogsCleaning:
    """A cleaning in progress that takes a while."""

    done: int
    total: int


LogsNow = LogsFound | LogsCleaning


class Windows(Enum):
    """Whether windows can be opened."""

    READY = auto()
    ABSENT = auto()
    """Their toolkit is no part of this installation."""
    SYSTEM_TOO_OLD = auto()
    """It is, and needs a newer C library."""


@dataclass(frozen=True, slots=True)
class State:
    """Everything the view depends on."""

    home: str
    config: Ready | Missing | Broken
    trouble: str | None = None
    """What the last thing the person asked for failed with; None: it worked."""
    today: UsageToday | None = None
    """What was used today; None: not counted yet."""
    credentials: Credentials = Credentials()
    restorable: Restorable | None = None
    """What can be had back where something was lost; None: nothing was."""
    logs: LogsNow | None = None
    """None: not known yet."""
    starts_at_login: bool | None = None
    """None: not known yet, or this system has no such thing."""
    windows: Windows = Windows.ABSENT
    """Whether profiles can be edited in a window."""
    notes: tuple[str, ...] = ()
    """What else the person should know: settings that are broken, a crash of the last run."""


def config_name(path: str) -> str:
    """Return what the menu calls a configuration: its file's name."""
    return os.path.basename(path)
