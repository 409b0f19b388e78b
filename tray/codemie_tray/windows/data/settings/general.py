"""Reads and changes the settings and the login entry, by the same functions as the tray and the commands."""

from __future__ import annotations

import os
import stat
from functools import partial
from typing import Any

from codemie_core import Home
from codemie_core.config.settings import SettingsStore
from codemie_tray import __version__
from codemie_tray.desktop.autostart import Autostart
from codemie_tray.desktop.autostart.backend import AutostartFailed, LoginState, differs, what_is_wrong
from codemie_tray.desktop.autostart.lasting import why_it_will_not_last
from codemie_tray.desktop.autostart.program import login_command
from codemie_tray.text.errors import in_words
from codemie_tray.text.language import _
from codemie_tray.text.language.core_texts import from_core
from codemie_tray.windows.data.read import why_not_writable
from codemie_tray.windows.data.settings.change import UNDONE, Change, ChangedSince
from codemie_tray.windows.pure.settings.general import LoginShown, SettingsShown, sentence_of


class SettingsChanges:
    """The settings file of one home; not thread-safe."""

    def __init__(self, home: Home) -> None:
        self._store = SettingsStore(home)

    def read(self) -> SettingsShown:
        """Return what the file says; never raises because of the file."""
        loaded = self._store.load()
        return SettingsShown(
            loaded.settings,
            from_core(loaded.problem or ""),
            _why_read_only(self._store.path),
            self._store.path,
        )

    def set(self, name: str, value: Any) -> Change:
        """Change one setting, named like the field of `Settings`; does nothing if it has this value.

        Raises:
            SettingInvalid: the value is not valid.
            StoreError: the file can't be written; nothing was changed.
        """
        loaded = self._store.load()
        before = getattr(loaded.settings, name)
        if before == value and not loaded.problem:
            return Change("")
        self._store.change(**{name: value})
        return Change(sentence_of(name, value), partial(self._undo, name, before, value))

    def _undo(self, name: str, before: Any, after: Any) -> Change:
        if getattr(self._store.load().settings, name) != after:
            raise ChangedSince(_("Another program has changed this setting since, so it was left unchanged."))
        self._store.change(**{name: before})
        return UNDONE


class LoginChanges:
    """Whether the tray starts at login; not thread-safe."""

    def __init__(self) -> None:
        self._autostart = Autostart()

    def read(self) -> LoginShown:
        """Return whether it does; never raises."""
        command = login_command()
        try:
            entry = self._autostart.read()
        except AutostartFailed as error:
            return LoginShown(hint=in_words(error), enabled=False)
        if entry.state is LoginState.DISABLED:
            reason = entry.reason or _("it is disabled in the system settings")
            return LoginShown(hint=_("There is an entry, but {reason}.").format(reason=reason))
        if entry.state is LoginState.OFF:
            return LoginShown()
        if wrong := what_is_wrong(entry, command, __version__):
            hint = _("The entry is outdated: {reason}. The next start of the tray updates it.")
            return LoginShown(True, hint.format(reason=from_core(wrong)))
        if differs(entry, command):
            hint = _("It starts another copy of this program: {path}")
            return LoginShown(True, hint.format(path=entry.command[0]))
        lasting = why_it_will_not_last(entry.command)
        return LoginShown(
            True, _("This may stop working: {reason}.").format(reason=lasting) if lasting else ""
        )

    def turn(self, *, on: bool) -> Change:
        """Turn it on or off.

        Raises:
            AutostartFailed: the system refused.
        """
        before = self._autostart.read()
        if on:
            self._autostart.turn_on(login_command())
        else:
            self._autostart.turn_off()
        sentence = (
            _("CodeMie Tray starts when you log in.")
            if on
            else _("CodeMie Tray no longer starts when you log in.")
        )
        return Change(sentence, partial(self._back, before.command, was_on=before.state is LoginState.ON))

    def _back(self, command: tuple[str, ...], *, was_on: bool) -> Change:
        if was_on:
            self._autostart.turn_on(command)  # what it started before, which may be another copy
        else:
            self._autostart.turn_off()
        return UNDONE


def _why_read_only(path: str) -> str:
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return ""
    if not stat.S_ISREG(mode) or mode & 0o222:
        return ""
    return why_not_writable(path)
