"""Reads and changes how the stored tokens are protected, by the same functions as the commands."""

from __future__ import annotations

import os
from functools import partial

from codemie_core import CodeMieError, Config, ConfigError, ConfigLoader, Home
from codemie_core.config.model.layout import CLI
from codemie_core.credentials import CredentialStore, Level, Protection, RecoveryCode
from codemie_core.credentials.os_keyring.client import HelperKeyring
from codemie_core.errors import CredentialError, RecoveryExists
from codemie_core.profiles.tokens.home_trust import check_trusted
from codemie_core.profiles.tokens.movable import movable_tokens
from codemie_core.profiles.tokens.move import Move, move_in, move_out
from codemie_core.profiles.tokens.reference import token_fields
from codemie_core.system.process.core_dumps import forbid_core_dumps
from codemie_tray.text.errors import in_a_row, in_words
from codemie_tray.text.language import _, ngettext
from codemie_tray.text.language.core_texts import from_core
from codemie_tray.text.language.formats import number
from codemie_tray.text.plain_text import plain
from codemie_tray.windows.data.read import why_read_only
from codemie_tray.windows.data.settings.change import UNDONE, Change, ChangedSince
from codemie_tray.windows.data.undo import Undo, take_back
from codemie_tray.windows.pure.settings.protection import Act, CredentialsShown


class CredentialChanges:
    """The stored credentials of one home; not thread-safe.

    Args:
        home: the home.
        store: its store; default: the one with the real keyring.
    """

    def __init__(self, home: Home, store: CredentialStore | None = None) -> None:
        self._home = home
        self._store = store or CredentialStore(home)
        self._loader = ConfigLoader(home)

    def read(self) -> CredentialsShown:
        """Return what the files say, without asking a keyring; never raises because of them."""
        problem, protection = "", Protection(Level.NONE)
        try:
            check_trusted(self._home)
            protection = self._store.protection()
        except CredentialError as error:
            problem = f"{in_a_row(error, self._store.path)}. {from_core(error.advice)}".strip()
        except CodeMieError as error:
            problem = f"{in_words(error)}. {from_core(error.advice)}".strip()
        try:
            config = self._loader.load()
        except ConfigError as error:
            why = _("{path} can't be read: {reason}.").format(
                path=os.path.basename(error.path), reason=from_core(error.reason)
            )
            return CredentialsShown(protection, problem, os.path.basename(error.path), why)
        stored = sum(token.reference is not None for token in token_fields(config))
        return CredentialsShown(
            protection,
            problem,
            os.path.basename(config.path),
            why_read_only(config),
            tuple(token.profile for token in movable_tokens(config)),
            stored,
            config.layout is CLI,
        )

    def keyring_name(self) -> str:
        """Return the name of this session's keyring, without asking the user; empty if none is usable."""
        try:
            return CredentialStore(self._home, keyring=HelperKeyring(interactive=False)).keyring_name()
        except CodeMieError:
            return ""

    def carry_out(self, act: Act) -> Change:
        """Do what a button says, except for a recovery code.

        Raises:
            CodeMieError: it failed; no secret is lost. `HomeUntrusted` if another user could have changed the
                home.
        """
        check_trusted(self._home)
        forbid_core_dumps()
        if act is Act.PROTECT:
            return self._protect()
        if act is Act.UNPROTECT:
            return self._unprotect()
        return self._move_in() if act is Act.MOVE_IN else self._move_out()

    def add_code(self, code: RecoveryCode, *, replace: bool) -> Change:
        """Make a code valid.

        Raises:
            RecoveryExists: another program has added one since, and `replace` is False.
            CodeMieError: as `carry_out`.
        """
        check_trusted(self._home)
        try:
            self._store.add_recovery(code, replace=replace)
        except RecoveryExists as error:
            raise ChangedSince(_("Another program has already created a recovery code.")) from error
        sentence = (
            _("The new recovery code is valid; the old one is not.")
            if replace
            else _("The recovery code is valid.")
        )
        return Change(sentence)

    def _protect(self) -> Change:
        if not self._store.protect():
            return Change(_("Nothing to do."))
        name = plain(self._store.protection().keyring_name)
        return Change(_("The key is now in {keyring}.").format(keyring=name), self._undo_protect)

    def _undo_protect(self) -> Change:
        self._store.unprotect()
        return UNDONE

    def _unprotect(self) -> Change:
        if not self._store.unprotect():
            return Change(_("Nothing to do."))
        return Change(_("The key is now derived from this machine."), self._undo_unprotect)

    def _undo_unprotect(self) -> Change:
        self._store.protect()
        return UNDONE

    def _move_in(self) -> Change:
        before = self._loader.load()
        moves = move_in(self._loader, self._store)
        if not moves:
            return Change(_("Nothing to move."))
        sentence = ngettext(
            "Moved {count} token into the store. Earlier versions still hold it.",
            "Moved {count} tokens into the store. Earlier versions still hold them.",
            len(moves),
        ).format(count=number(len(moves)))
        return Change(sentence, partial(self._undo_move_in, before, self._loader.load(), moves))

    def _undo_move_in(self, before: Config, after: Config, moves: tuple[Move, ...]) -> Change:
        take_back(Undo(before, after), self._loader, self._store)
        used = {token.reference for token in token_fields(self._loader.load())}
        unused = {move.credential for move in moves} - used
        if unused:
            self._store.remove(*sorted(unused))
        return UNDONE

    def _move_out(self) -> Change:
        before = self._loader.load()
        moves = move_out(self._loader, self._store)
        if not moves:
            return Change(_("Nothing to move."))
        name = os.path.basename(before.path)
        sentence = ngettext(
            "Moved {count} token back to {file}.", "Moved {count} tokens back to {file}.", len(moves)
        ).format(count=number(len(moves)), file=name)
        return Change(sentence, partial(self._undo_move_out, before, self._loader.load(), moves))

    def _undo_move_out(self, before: Config, after: Config, moves: tuple[Move, ...]) -> Change:
        known = {entry.name for entry in self._store.list()}
        for credential in sorted({move.credential for move in moves} - known):
            self._store.restore(credential)  # first: the references to it are restored below
        take_back(Undo(before, after), self._loader, self._store)
        return UNDONE
