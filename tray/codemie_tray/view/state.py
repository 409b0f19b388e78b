"""What is true now: the files of one home, read into values that the menu is made from."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from codemie_core import (
    Config,
    ConfigCorrupt,
    ConfigError,
    ConfigLoader,
    ConfigMissing,
    Home,
)
from codemie_core.config.layout import CLI
from codemie_core.config.migrations.schema import in_danger, too_new
from codemie_core.config.token_field import profiles_without_a_token_for_the_cli
from codemie_core.errors import CredentialError
from codemie_tray.text.errors import in_a_row


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
    """Profiles whose token stands where the CLI does not look."""
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
class ModelUsed:
    """What of today's usage went to one model."""

    name: str
    """Empty where the records name none."""
    tokens: int
    turns: int


@dataclass(frozen=True, slots=True)
class UsageToday:
    """What was used today; `today.py` counts it."""

    tokens: int
    sessions: int
    turns: int
    models: tuple[ModelUsed, ...] = ()
    """Each model's part, the most first."""
    problem: str = ""
    """Why it could not be counted; the numbers are none then."""


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
    """How many logs are old."""

    files: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class LogsCleaning:
    """Old logs are being removed, and it takes a while."""

    done: int
    total: int


LogsNow = LogsFound | LogsCleaning


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
    notes: tuple[str, ...] = ()
    """What else the person should know: settings that are broken, a crash of the last run."""


Learn = Callable[[Iterable[str]], None]


def _forget(_secrets: Iterable[str]) -> None:
    """Learn nothing."""


def read_state(
    home: Home,
    *,
    trouble: str | None = None,
    today: UsageToday | None = None,
    loader: ConfigLoader | None = None,
    keyring_name: str = "",
    keyring_busy: bool = False,
    credentials: bool = True,
    learn: Learn = _forget,
) -> State:
    """Read the files of a home. Never raises for what is in them, and asks no keyring.

    Args:
        home: which home.
        trouble: what the last thing the person asked for failed with.
        today: what was used today, where it was counted.
        keyring_name: this session's keyring, where it is known.
        keyring_busy: whether one is being spoken to.
        credentials: whether to look at the credential store; not before the icon is there.
        loader: one that is kept remembers what it read of the history.
        learn: told the tokens that stand in the configuration, to keep them out of the log.
    """
    loader = loader or ConfigLoader(home)
    present: Config | ConfigError
    config: Ready | Missing | Broken
    try:
        present = loader.load()
        learn(present.each_secret())
        config = _ready(present)
    except ConfigError as error:
        present = error
        if isinstance(error, ConfigMissing):
            config = Missing(error.path)
        else:
            config = Broken(error.path, error.reason, error.line, isinstance(error, ConfigCorrupt))
    restorable = _restorable(loader, present)
    if not credentials:
        return State(home.path, config, trouble, today, restorable=restorable)
    stored = _credentials(home, keyring_name, busy=keyring_busy)
    return State(home.path, config, trouble, today, stored, restorable)


def _credentials(home: Home, keyring_name: str, *, busy: bool) -> Credentials:
    from codemie_core.credentials import CredentialStore, Level
    from codemie_core.tokens.home_trust import worst_distrust
    from codemie_tray.text.plain_text import short_path

    store = CredentialStore(home)
    try:
        protection = store.protection()
    except CredentialError as error:
        return Credentials(keyring_name=keyring_name, busy=busy, problem=in_a_row(error, store.path))
    name = protection.keyring_name or keyring_name
    distrust = worst_distrust(home)
    problem = None if distrust is None else f"{short_path(distrust.path)}: can be changed by {distrust.who}"
    return Credentials(protection.level is Level.KEYRING, name, busy, problem)


def _ready(config: Config) -> Ready:
    from codemie_core.secret_detection.classifier import shown

    rows = (
        ProfileRow(p.name, shown(("provider",), p.provider), shown(("model",), p.model), p.problem)
        for p in config.profiles
    )
    return Ready(
        config.path,
        config.active,
        tuple(rows),
        too_new(config),
        in_danger(config),
        profiles_without_a_token_for_the_cli(config),
        _tokens(config),
    )


def _tokens(config: Config) -> Tokens:
    from codemie_core.tokens.movable import movable_tokens  # the store's modules, after the icon's

    in_clear = len(movable_tokens(config))
    stored = sum(profile.references for profile in config.profiles)
    return Tokens(in_clear, stored, config.layout is CLI)


def _restorable(loader: ConfigLoader, present: Config | ConfigError) -> Restorable | None:
    offer = loader.offer(present)
    if offer is None:
        return None
    from codemie_tray.text.moments import moment

    when = moment(offer.version.at_microseconds, now_seconds=time.time())
    return Restorable(offer.version.id, when, offer.lost)


def config_name(path: str) -> str:
    """Return how a configuration is called in the menu: its file's name."""
    return os.path.basename(path)
