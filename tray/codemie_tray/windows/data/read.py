"""What the Profiles window shows, read from the files of a home."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from codemie_core import Config, ConfigCorrupt, ConfigError, ConfigLoader, ConfigMissing, Home
from codemie_core.config.migrations.schema import too_new
from codemie_core.config.model.arrangement import NO_ARRANGEMENT, Arrangement
from codemie_core.config.model.layout import CLASSIC, CLI
from codemie_core.config.settings import SettingsStore
from codemie_core.config.store.arrangement_store import of_settings
from codemie_core.credentials import CredentialStore
from codemie_core.errors import CredentialError
from codemie_tray.text.errors import in_a_row
from codemie_tray.text.language import _
from codemie_tray.text.moments import moment
from codemie_tray.text.plain_text import short_path


@dataclass(frozen=True, slots=True)
class Offered:
    """A saved version that can be restored."""

    version: str
    """Its id in the history."""
    when: str
    """In words: `14:02`, `yesterday 14:02`."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A configuration that can be shown."""

    config: Config
    read_only: str = ""
    """Why it must not be changed, and what helps, as sentences; empty if it may be changed."""
    store_problem: str = ""
    """Why no token can be stored, as a sentence; empty if one can, as far as the file shows."""
    lost: tuple[str, ...] = ()
    """Profiles that another program removed."""
    offered: Offered | None = None
    """The version that brings them back."""
    arrangement: Arrangement = NO_ARRANGEMENT
    """The user's own order of the profiles, and notes about them."""
    settings_problem: str = ""
    """Why order and notes are those of no settings file, as a sentence; empty if they are."""

    @property
    def name(self) -> str:
        """The name of the configuration's file."""
        return os.path.basename(self.config.path)

    @property
    def read_by_cli(self) -> bool:
        """Whether a plain `codemie` takes its token from this file."""
        return self.config.layout is CLI


@dataclass(frozen=True, slots=True)
class Nothing:
    """There is no configuration yet."""

    path: str
    offered: Offered | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A configuration that can't be shown; nothing may be edited until it can."""

    path: str
    sentence: str
    """What is wrong, with the file and the line."""
    advice: str
    editable: bool
    """Whether an editor can help."""
    offered: Offered | None = None


Shown = Loaded | Nothing | Unreadable


def read_home(home: Home, loader: ConfigLoader) -> Shown:
    """Read a home. Never raises because of its files, and asks no keyring."""
    try:
        config = loader.load_and_keep()
    except ConfigError as error:
        offer = loader.offer(error)
        offered = Offered(offer.version.id, _when(offer.version.at_microseconds)) if offer else None
        if isinstance(error, ConfigMissing):
            return Nothing(error.path, offered)
        fields = {"file": os.path.basename(error.path), "line": error.line, "reason": error.reason}
        text = "{file}: {reason}" if error.line is None else _("{file}, line {line}: {reason}")
        sentence = text.format(**fields)
        return Unreadable(error.path, sentence, error.advice, isinstance(error, ConfigCorrupt), offered)
    lost: tuple[str, ...] = ()
    offered = None
    if offer := loader.offer(config):
        lost, offered = offer.lost, Offered(offer.version.id, _when(offer.version.at_microseconds))
    own = SettingsStore(home).load()
    return Loaded(
        config,
        why_read_only(config),
        _store_problem(home),
        lost,
        offered,
        of_settings(own.settings),
        f"{own.problem.rstrip('.')}." if own.problem else "",
    )


def _when(at_microseconds: int) -> str:
    return moment(at_microseconds, now_seconds=time.time())


def why_read_only(config: Config) -> str:
    """Return why a configuration must not be changed, and what helps; empty if it may be changed."""
    name = os.path.basename(config.path)
    if reason := too_new(config):
        return f"{name}: {reason}."
    if config.single_provider:
        how = "codemie-tray migrate up" if config.layout is CLASSIC else "codemie setup"
        text = _("{file} uses the old single-provider format. To turn it into a profile, run: {command}")
        return text.format(file=name, command=how)
    return why_not_writable(config.path) if config.mode is not None and not config.mode & 0o222 else ""


def why_not_writable(path: str) -> str:
    """Return that a file is read-only, and what helps."""
    text = _("{file} is read-only. To allow changes, run: {command}")
    return text.format(file=os.path.basename(path), command=f"chmod u+w '{short_path(path)}'")


def _store_problem(home: Home) -> str:
    store = CredentialStore(home)
    try:
        store.protection()
    except CredentialError as error:
        return _("Tokens can't be saved: {reason}").format(reason=in_a_row(error, store.path))
    return ""
