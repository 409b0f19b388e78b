"""What is true now: the files of one home, read into values that the menu is made from."""

from __future__ import annotations

import os
from dataclasses import dataclass

from codemie_core import (
    Config,
    ConfigCorrupt,
    ConfigError,
    ConfigLoader,
    ConfigMissing,
    Home,
)
from codemie_core.errors import CredentialError


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """One profile as the menu shows it."""

    name: str
    provider: str
    model: str
    problem: str | None
    """Why it can't be switched to; None: it can."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A configuration that can be used."""

    path: str
    active: str | None
    """May name a profile that does not exist."""
    profiles: tuple[ProfileRow, ...]

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
    """A configuration is there and can't be used."""

    path: str
    reason: str
    line: int | None
    """None where there is no place to name."""
    editable: bool
    """Whether opening it in an editor can help."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """How the stored credentials are protected, as far as the file's readable part tells."""

    protected: bool = False
    """Whether their key is in the OS keyring."""
    keyring_name: str = ""
    """The keyring, as a person knows it; empty where it is not known yet."""
    busy: bool = False
    """A keyring is being spoken to, or is asking the person."""
    problem: str | None = None
    """Why the file can't be used; None: it can, or there is none."""


@dataclass(frozen=True, slots=True)
class Today:
    """What was used today; `today.py` counts it."""

    tokens: int
    sessions: int
    turns: int


@dataclass(frozen=True, slots=True)
class State:
    """Everything the view depends on."""

    home: str
    config: Ready | Missing | Broken
    trouble: str | None = None
    """What the last thing the person asked for failed with; None: it worked."""
    today: Today | None = None
    """What was used today; None: not counted yet."""
    credentials: Credentials = Credentials()


def read_state(
    home: Home,
    *,
    trouble: str | None = None,
    today: Today | None = None,
    keyring_name: str = "",
    keyring_busy: bool = False,
    credentials: bool = True,
) -> State:
    """Read the files of a home. Never raises for what is in them, and asks no keyring.

    Args:
        home: which home.
        trouble: what the last thing the person asked for failed with.
        today: what was used today, where it was counted.
        keyring_name: this session's keyring, where it is known.
        keyring_busy: whether one is being spoken to.
        credentials: whether to look at the credential store; not before the icon is there.
    """
    try:
        config: Ready | Missing | Broken = _ready(ConfigLoader(home).load())
    except ConfigMissing as error:
        config = Missing(error.path)
    except ConfigError as error:
        config = Broken(error.path, error.reason, error.line, isinstance(error, ConfigCorrupt))
    if not credentials:
        return State(home.path, config, trouble, today)
    return State(home.path, config, trouble, today, _credentials(home, keyring_name, busy=keyring_busy))


def _credentials(home: Home, keyring_name: str, *, busy: bool) -> Credentials:
    from codemie_core.credential import CredentialStore, Level

    store = CredentialStore(home)
    try:
        protection = store.protection()
    except CredentialError as error:
        return Credentials(keyring_name=keyring_name, busy=busy, problem=_short(error, store.path))
    name = protection.keyring_name or keyring_name
    return Credentials(protection.level is Level.KEYRING, name, busy)


def _short(error: CredentialError, path: str) -> str:
    # A menu row is short, and the path would push the reason out of it.
    return str(error).replace(path, config_name(path))


def _ready(config: Config) -> Ready:
    rows = (ProfileRow(p.name, p.provider, p.model, p.problem) for p in config.profiles)
    return Ready(config.path, config.active, tuple(rows))


def config_name(path: str) -> str:
    """Return how a configuration is called in the menu: its file's name."""
    return os.path.basename(path)
