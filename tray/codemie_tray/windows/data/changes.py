"""Changes made by the Profiles window: each a few core calls, a sentence about it, and a way to undo it."""

from __future__ import annotations

from dataclasses import dataclass

from codemie_core import CodeMieError, Config, ConfigError, ConfigLoader, Home, Secret
from codemie_core.config.model.profile import field_at
from codemie_core.config.secret_detection.stand_ins import REFERENCE_PREFIX
from codemie_core.config.store.arrangement_store import ArrangementStore
from codemie_core.credentials import CredentialStore
from codemie_core.profiles.making import (
    add_profile,
    change_profile,
    fields_for,
    set_token,
    token_path,
)
from codemie_core.profiles.providers import provider_named, provider_of
from codemie_core.profiles.tokens.handover.child_profile import references_in
from codemie_core.profiles.tokens.home_trust import check_trusted
from codemie_core.profiles.tokens.origin import origins_of
from codemie_tray.text.errors import in_words, not_kept
from codemie_tray.text.language import Message, _
from codemie_tray.text.plain_text import plain
from codemie_tray.windows.data import arranging
from codemie_tray.windows.data.arranging import Move, UndoMove
from codemie_tray.windows.data.edit import can_edit, edit_of
from codemie_tray.windows.data.undo import OldToken, Undo, take_back
from codemie_tray.windows.pure.fields.form import Form, changes_between
from codemie_tray.windows.pure.names import copy_name


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was typed."""

    secret: Secret
    in_store: bool
    """Encrypted in the store; otherwise in the configuration, as plain text."""


@dataclass(frozen=True, slots=True)
class Done:
    """The result of a change."""

    sentence: str
    profile: str | None
    """The profile to show now; None for the one already shown."""
    undo: Undo | UndoMove | None = None


class ProfileChanges:
    """Changes the profiles of one home; not thread-safe."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._loader = ConfigLoader(home)
        self._store = CredentialStore(home)
        self._arrangement = ArrangementStore(home)

    def switch(self, name: str) -> Done:
        """Make a profile the active one."""
        before = self._loader.load()
        after = self._loader.switch_profile(name)
        return self._done(_switched(name), None, Undo(before, after))

    def save(self, before: Form, after: Form, token: NewToken | None = None) -> Done:
        """Write what was edited, and the typed token.

        Raises:
            ProfileNotFound: another program removed the profile; nothing was changed.
            ProfileExists, ProfileInvalid: about the name.
            HomeUntrusted: a token was typed, and another user could change the home.
            CredentialError, ConfigError, StoreError: one of the files can't be read or written.
        """
        if token and token.in_store:
            check_trusted(self._home)
            self._store.list()  # a locked keyring fails here, before anything is changed
        config = self._loader.load()
        arranged = self._arrangement.load()
        if before.note != after.note:  # first: if the settings can't be changed, nothing is
            self._set_note(config, before.name, after.note)
        changes = changes_between(before, after)
        rule = provider_named(after.provider).token
        if before.provider != after.provider and rule and rule.placeholder and token is None:
            changes.setdefault(rule.path, rule.placeholder)
        saved = config
        if changes or before.name != after.name:
            try:
                saved = self._loader.rewrite(
                    edit_of(before.name, after.name, changes),
                    precondition=can_edit(before.name, after.name),
                )
            except CodeMieError:
                self._arrangement.replace(self._arrangement.load(), arranged)
                raise
            if before.name != after.name:
                self._loader.carry({before.name: after.name})
        old = self._set_token(saved, after.name, token) if token else None
        if token:
            saved = self._loader.load()
        now = self._arrangement.load()
        undo = Undo(
            config,
            saved,
            old,
            arrangement=None if now == arranged else (arranged, now),
            renamed=(before.name, after.name),
        )
        only_note = saved is config
        return self._done(
            _("Saved.") if only_note else _("Saved. New sessions use it; running ones keep theirs."),
            after.name,
            undo,
        )

    def add(self, form: Form, token: NewToken | None, *, use: bool) -> Done:
        """Add a profile, including its token.

        Raises:
            HomeUntrusted, ProfileError, CredentialError, ConfigError, StoreError: as `save`; nothing of the
                profile is left behind.
        """
        if token and token.in_store:
            check_trusted(self._home)
        before = self._before()
        provider = provider_named(form.provider)
        fields = fields_for(provider, form.texts, has_token=token is not None)
        place = add_profile(
            self._loader,
            self._store,
            form.name,
            fields,
            token.secret if token else None,
            in_config=token is not None and not token.in_store,
        )
        after = self._loader.switch_profile(form.name) if use else self._loader.load()
        note_lost = self._note_lost(after, form)
        old = OldToken(place.credential, None) if place and place.credential else None
        added = _("Added {names}.").format(names=plain(form.name))
        sentence = " ".join(filter(None, (_switched(form.name) if use else added, note_lost)))
        return self._done(sentence, form.name, Undo(before, after, old, added=form.name))

    def duplicate(self, name: str) -> Done:
        """Add a copy of a profile; both refer to the same stored token."""
        before = self._loader.load()
        copy = copy_name(name, [profile.name for profile in before.profiles])
        after = self._loader.duplicate_profile(name, copy)
        sentence = _("Copied {name} to {copy}.").format(name=plain(name), copy=plain(copy))
        return self._done(sentence, copy, Undo(before, after))

    def delete(self, name: str) -> Done:
        """Remove a profile. Its stored token stays, so that the profile works again after an undo."""
        before = self._loader.load()
        profile = before.profile(name)
        after = self._loader.delete_profile(name)
        sentence = _("Deleted {name}.").format(name=plain(name))
        if before.active == name and after.active_profile:
            text = _("Deleted {name}. {active} is the active profile now.")
            sentence = text.format(name=plain(name), active=plain(after.active_profile.name))
        return self._done(sentence, None, Undo(before, after, deleted=profile))

    def remove_token(self, name: str) -> Done:
        """Remove the token from a profile, and from the store unless another profile uses it."""
        before = self._loader.load()
        profile = before.profile(name)
        path = token_path(profile, before.layout)
        rule = provider_of(profile.fields).token
        text = field_at(profile.fields, path)
        after = change_profile(self._loader, name, {path: (rule.placeholder if rule else "") or None})
        old = None
        if isinstance(text, str) and text.startswith(REFERENCE_PREFIX):
            credential = text.removeprefix(REFERENCE_PREFIX)
            if not any(credential in references_in(other) for other in after.profiles):
                self._store.remove(credential)
                old = OldToken(credential, None, removed=True)
        sentence = _("Removed the token of {name}.").format(name=plain(name))
        return self._done(sentence, name, Undo(before, after, old))

    def restore(self, version: str) -> Done:
        """Restore a saved version of the configuration."""
        before = self._before()
        after = self._loader.restore(self._loader.history.find(version))
        undo = None if before is None else Undo(before, after)
        return self._done(_("Restored."), None, undo)

    def move(self, move: Move) -> Done:
        """Move a profile in the user's own order; raises as `arranging.carry_out`."""
        moved = arranging.carry_out(self._loader, move)
        return Done(moved.sentence, None, moved.undo)

    def undo(self, undo: Undo | UndoMove) -> Done:
        """Undo a change; raises as `take_back`."""
        if isinstance(undo, UndoMove):
            arranging.take_back(self._loader, undo)
            return Done(_("Undone."), None)
        take_back(undo, self._loader, self._store)
        return Done(_("Undone."), undo.deleted.name if undo.deleted else None)

    def _set_note(self, config: Config, name: str, note: str) -> None:
        self._arrangement.set_note([one.name for one in config.profiles], name, note)

    def _note_lost(self, config: Config, form: Form) -> str:
        """Write the note on a new profile; return a sentence if that failed: the profile is there anyway."""
        try:
            if form.note:
                self._set_note(config, form.name, form.note)
        except CodeMieError as error:
            return _("Its note could not be saved: {reason}").format(reason=in_words(error))
        return ""

    def _set_token(self, config: Config, name: str, token: NewToken) -> OldToken | None:
        profile = config.profile(name)
        known = self._store.entries() if token.in_store else {}
        # The user sees the address beside the token they type, so the token is meant for this address.
        allowed = origins_of(profile) if token.in_store else ()
        place = set_token(
            self._loader, self._store, name, token.secret, in_config=not token.in_store, allowed=allowed
        )
        if place.credential is None:
            return None
        entry = known.get(place.credential)
        if entry is None:
            return OldToken(place.credential, None)
        return OldToken(place.credential, entry.secret, entry.origins)

    def _before(self) -> Config | None:
        try:
            return self._loader.load()
        except ConfigError:
            return None

    def _done(self, sentence: str, profile: str | None, undo: Undo | None) -> Done:
        if self._loader.trouble:
            sentence = f"{sentence} {not_kept(self._loader.trouble)}"
        if self._loader.not_carried:
            text = _("Its note and its place could not be updated: {reason}")
            sentence = f"{sentence} {text.format(reason=in_words(self._loader.not_carried))}"
            self._loader.not_carried = None
        return Done(sentence, profile, undo)


def _switched(name: str) -> Message:
    text = _("Switched to {name}. New sessions use it; running ones keep theirs.")
    return text.format(name=plain(name))
