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


def read_state(home: Home, *, trouble: str | None = None, today: Today | None = None) -> State:
    """Read the files of a home. Never raises for what is in them."""
    try:
        config: Ready | Missing | Broken = _ready(ConfigLoader(home).load())
    except ConfigMissing as error:
        config = Missing(error.path)
    except ConfigError as error:
        config = Broken(error.path, error.reason, error.line, isinstance(error, ConfigCorrupt))
    return State(home.path, config, trouble, today)


def _ready(config: Config) -> Ready:
    rows = (ProfileRow(p.name, p.provider, p.model, p.problem) for p in config.profiles)
    return Ready(config.path, config.active, tuple(rows))


def config_name(path: str) -> str:
    """Return how a configuration is called in the menu: its file's name."""
    return os.path.basename(path)
