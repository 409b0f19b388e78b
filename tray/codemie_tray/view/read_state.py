"""Reads the files of one home into the values of `state`.

Each part of the state has its own function, so that a change of one file reads only that file.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from codemie_core import Config, ConfigCorrupt, ConfigError, ConfigMissing, Home
from codemie_core.config.migrations.schema import in_danger, too_new
from codemie_core.config.model.layout import CLI
from codemie_core.config.model.token_field import profiles_without_a_token_for_the_cli
from codemie_core.config.store import LiveConfig  # `ConfigLoader` would load what changes the file
from codemie_core.errors import CredentialError
from codemie_tray.text.errors import in_a_row
from codemie_tray.text.language import _
from codemie_tray.text.language.core_texts import from_core
from codemie_tray.view.state import (
    Broken,
    Credentials,
    Missing,
    ProfileRow,
    Ready,
    Restorable,
    State,
    Tokens,
)

Learn = Callable[[Iterable[str]], None]
"""Receives the configuration's tokens, to keep them out of the log."""


def read_state(
    home: Home,
    *,
    loader: LiveConfig | None = None,
    credentials: bool = True,
    learn: Learn = lambda _secrets: None,
) -> State:
    """Read the files of a home. Never raises because of their content, and asks no keyring.

    Args:
        home: which home.
        loader: if it is reused, it remembers what it read of the history.
        credentials: whether to check the credential store; not before the icon is shown.
        learn: receives the configuration's tokens.
    """
    loader = loader or LiveConfig(home)
    present: Config | ConfigError
    try:
        present = loader.load()
    except ConfigError as error:
        present = error
    else:
        learn(present.each_secret())
    stored = credentials_of(home) if credentials else Credentials()
    return State(home.path, config_of(present), credentials=stored, restorable=restorable(loader, present))


def config_of(present: Config | ConfigError) -> Ready | Missing | Broken:
    """Return what the menu shows about a configuration, or about why it can't be used."""
    if isinstance(present, Config):
        return _ready(present)
    if isinstance(present, ConfigMissing):
        return Missing(present.path)
    return Broken(present.path, from_core(present.reason), present.line, isinstance(present, ConfigCorrupt))


def restorable(loader: LiveConfig, present: Config | ConfigError) -> Restorable | None:
    """Return the version in the history to offer; None if nothing was lost.

    Args:
        loader: whose history to search.
        present: what it loaded or wrote last.
    """
    offer = loader.offer(present)
    if offer is None:
        return None
    from codemie_tray.text.moments import moment

    when = moment(offer.version.at_microseconds, now_seconds=time.time())
    return Restorable(offer.version.id, when, offer.lost)


def credentials_of(home: Home, keyring_name: str = "", *, busy: bool = False) -> Credentials:
    """Return how the stored credentials are protected, and whether the home can be trusted with them.

    Args:
        home: the home.
        keyring_name: this session's keyring, if known.
        busy: whether a keyring is in use right now.
    """
    from codemie_core.credentials import CredentialStore, Level
    from codemie_core.profiles.tokens.home_trust import worst_distrust
    from codemie_tray.text.plain_text import short_path

    store = CredentialStore(home)
    try:
        protection = store.protection()
    except CredentialError as error:
        return Credentials(keyring_name=keyring_name, busy=busy, problem=in_a_row(error, store.path))
    name = protection.keyring_name or keyring_name
    distrust = worst_distrust(home)
    problem = None
    if distrust is not None:
        text = _("{path}: can be changed by {who}")
        problem = text.format(path=short_path(distrust.path), who=distrust.who)
    return Credentials(protection.level is Level.KEYRING, name, busy, problem)


def _ready(config: Config) -> Ready:
    from codemie_core.config.secret_detection.classifier import shown

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
    from codemie_core.profiles.tokens.movable import movable_tokens  # the store's modules, after the icon's

    in_clear = len(movable_tokens(config))
    stored = sum(profile.references for profile in config.profiles)
    return Tokens(in_clear, stored, config.layout is CLI)
