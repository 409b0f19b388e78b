"""Undoes a change: byte for byte if nobody else has written since, otherwise only a deleted profile."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from codemie_core import CodeMieError, Config, ConfigLoader, Profile, Secret
from codemie_core.config.edits import edits
from codemie_core.config.model.arrangement import Arrangement
from codemie_core.config.store.arrangement_store import ArrangementStore
from codemie_core.credentials import CredentialStore
from codemie_core.files.json.document import JsonDocument
from codemie_tray.text.language import _


class UndoTooLate(CodeMieError):
    """Another program has changed the configuration since."""

    advice = _("Every earlier version is kept: codemie-tray history list")


@dataclass(frozen=True, slots=True)
class OldToken:
    """What a change of a token replaced."""

    credential: str
    """Its name in the store."""
    secret: Secret | None
    """None if there was none, or it was removed and can be restored."""
    origins: tuple[str, ...] = ()
    """The addresses it may be sent to."""
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Undo:
    """How to undo a change. It holds secrets, so it is dropped as soon as it is no longer offered."""

    before: Config | None
    """None if there was no configuration."""
    after: Config
    token: OldToken | None = None
    deleted: Profile | None = None
    """A profile that the change removed."""
    added: str = ""
    """The name of a profile that it added."""
    arrangement: tuple[Arrangement, Arrangement] | None = None
    """Order and notes before and after; None if the change left them as they were."""
    renamed: tuple[str, str] = ("", "")
    """A profile's name before and after."""


def take_back(undo: Undo, loader: ConfigLoader, store: CredentialStore) -> None:
    """Undo a change.

    Raises:
        UndoTooLate: another program has changed the configuration since; nothing was changed.
        ConfigError, CredentialError, StoreError: one of the files can't be read or written.
    """
    in_time = partial(_check_in_time, undo=undo)
    in_time(loader.load())
    token = undo.token
    if token and token.removed:
        store.restore(token.credential)  # first: the reference to it is restored below
    if token and token.secret is not None:
        store.set_many({token.credential: token.secret})
        store.set_origins({token.credential: token.origins})
    loader.rewrite(lambda config: _document_before(config, undo) or config.document, precondition=in_time)
    if undo.arrangement is not None:
        before, after = undo.arrangement
        old, new = undo.renamed
        # If another window has changed them since, that stays, and only the names go back.
        if not ArrangementStore(loader.home).replace(after, before) and old != new:
            loader.carry({new: old})
    if token and token.secret is None and not token.removed:
        store.remove(token.credential)


def _check_in_time(config: Config, undo: Undo) -> None:
    if _document_before(config, undo) is None:
        text = _("Another program has changed {path} since, so this can't be undone here.")
        raise UndoTooLate(text.format(path=config.path))


def _document_before(config: Config, undo: Undo) -> JsonDocument | None:
    """Return the document with the change undone; None if that is no longer possible."""
    text = config.document.text
    if undo.before is not None and text == undo.before.document.text:
        return config.document
    if undo.before is not None and text == undo.after.document.text:
        return undo.before.document
    names = [profile.name for profile in config.profiles]
    if undo.deleted is not None and undo.deleted.name not in names:
        return edits.save(config, undo.deleted.name, undo.deleted.fields)
    if undo.added and undo.added in names and undo.before is None:
        return edits.delete(config, undo.added)
    return None
