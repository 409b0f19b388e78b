"""What is true now: the files of one home, read into values that the menu is made from."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from codemie_core import (
    Config,
    ConfigCorrupt,
    ConfigError,
    ConfigLoader,
    ConfigMissing,
    Home,
)
from codemie_core.history import History
from codemie_core.migration.schema import in_danger, too_new


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
    read_only: str | None = None
    """Why it must not be changed; None: it may be."""
    in_danger: bool = False
    """Whether the CLI's first start would empty it."""

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
class Restorable:
    """The kept version that is offered."""

    version: str
    """Its id in the history."""
    when: str
    """As a person says it: `14:02`, `yesterday 14:02`."""
    lost: tuple[str, ...] = ()
    """Profiles that another program removed; empty where the configuration is broken, gone or empty."""


@dataclass(frozen=True, slots=True)
class State:
    """Everything the view depends on."""

    home: str
    config: Ready | Missing | Broken
    trouble: str | None = None
    """What the last thing the person asked for failed with; None: it worked."""
    today: Today | None = None
    """What was used today; None: not counted yet."""
    restorable: Restorable | None = None
    """What can be had back where something was lost; None: nothing was."""


def read_state(
    home: Home,
    *,
    trouble: str | None = None,
    today: Today | None = None,
    loader: ConfigLoader | None = None,
) -> State:
    """Read the files of a home. Never raises for what is in them.

    Args:
        home: which home.
        trouble: what the last thing the person asked for failed with.
        today: what was used today, as far as it is counted.
        loader: one that is kept remembers what it read of the history.
    """
    loader = loader or ConfigLoader(home)
    present: Config | ConfigError
    config: Ready | Missing | Broken
    try:
        present = loader.load()
        config = _ready(present)
    except ConfigError as error:
        present = error
        if isinstance(error, ConfigMissing):
            config = Missing(error.path)
        else:
            config = Broken(error.path, error.reason, error.line, isinstance(error, ConfigCorrupt))
    return State(home.path, config, trouble, today, _restorable(loader.history, present))


def _ready(config: Config) -> Ready:
    rows = (ProfileRow(p.name, p.provider, p.model, p.problem) for p in config.profiles)
    return Ready(config.path, config.active, tuple(rows), too_new(config), in_danger(config))


def _restorable(history: History, present: Config | ConfigError) -> Restorable | None:
    offer = history.offer(present)
    if offer is None:
        return None
    from codemie_tray.history_wording import moment

    when = moment(offer.version.at_microseconds, now_seconds=time.time())
    return Restorable(offer.version.id, when, offer.lost)


def config_name(path: str) -> str:
    """Return how a configuration is called in the menu: its file's name."""
    return os.path.basename(path)
