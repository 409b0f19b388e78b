"""Offers to put the key into the keyring, once: after the first profile was added with a token."""

from __future__ import annotations

from PySide6.QtCore import QObject

from codemie_core import Home
from codemie_core.credentials import Level
from codemie_tray.text.language import _
from codemie_tray.text.plain_text import plain
from codemie_tray.windows.data.settings.credentials import CredentialChanges
from codemie_tray.windows.parts.work import Work
from codemie_tray.windows.profiles.control.window_state import WindowState
from codemie_tray.windows.profiles.window import ProfilesWindow
from codemie_tray.windows.pure.settings.protection import Act
from codemie_tray.windows.settings.runner import SettingsRunner


class KeyringOffer(QObject):
    """Used on Qt's thread.

    Args:
        home: the home.
        window: shows the offer.
        state: what it shows.
    """

    def __init__(self, home: Home, window: ProfilesWindow, state: WindowState) -> None:
        super().__init__(window)
        self._window, self._state = window, state
        self._changes = CredentialChanges(home)
        self._work: Work | None = None

    def make(self) -> None:
        """Offer it if there is a keyring, and the key is not in it yet."""
        if self._work is None:
            self._work = Work(self)  # of its own: a keyring may wait for the user for minutes
        self._work.do(self._keyring, self.show, lambda _error: None)

    def end(self) -> None:
        """Let its thread end."""
        if self._work is not None:
            self._work.stop(timeout_seconds=0)

    def _keyring(self) -> str:
        on_machine = self._changes.read().protection.level is Level.MACHINE
        return self._changes.keyring_name() if on_machine else ""

    def show(self, keyring: str) -> None:
        """Show it, unless another message is shown; nothing without the name of a keyring."""
        if keyring and not self._window.notice.text:
            self._state.notice_kept = True
            text = _(
                "Keep the key to your tokens in {keyring}? They can then be read only while it is unlocked."
            )
            choices = [(_("Pro&tect"), self._protect), (_("Not n&ow"), self._decline)]
            self._window.notice.say(text.format(keyring=plain(keyring)), choices)

    def _decline(self) -> None:
        self._state.notice_kept = False
        self._window.notice.clear()

    def _protect(self) -> None:
        assert self._work is not None  # noqa: S101 - for the type checker: it was offered
        window = self._window
        runner = SettingsRunner(
            self, self._work, window.toast, window.notice, window.say_busy, _("Waiting for the keyring…")
        )
        self._state.notice_kept = False
        runner.run(lambda: self._changes.carry_out(Act.PROTECT))
