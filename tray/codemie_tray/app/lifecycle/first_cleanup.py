"""Notifies the user, once per home, that the tray removes old logs: after the first removal nobody asked for.

A package may have turned on start at login, so the user may not know yet that the tray does this. That the
notification was shown is recorded in `<home>/tray/first-cleanup.json`.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from codemie_core import Home, StoreError
from codemie_core.files.private.file import replace_private
from codemie_tray.app.services.settings_reader import SettingsReader
from codemie_tray.text.amounts import amount, files
from codemie_tray.text.language import Message, _, ngettext
from codemie_tray.text.language.formats import number
from codemie_tray.text.plain_text import short_path
from codemie_tray.view.state import State, Windows

if TYPE_CHECKING:
    from codemie_core.retention import Cleanup

Words = tuple[str, str]
"""Title and text of a notification."""


def note_as_shown(home: Home) -> None:
    """Record that the user knows. If that can't be written, the next tray says it again."""
    with contextlib.suppress(OSError, StoreError):
        replace_private(_mark(home), b'{"shown": true}\n', durable=False)


def _mark(home: Home) -> str:
    return os.path.join(home.tray, "first-cleanup.json")


class FirstCleanup:
    """Used on the worker's thread.

    Args:
        home: whose logs are removed.
        settings: say how old they were.
    """

    def __init__(self, home: Home, settings: SettingsReader) -> None:
        self._home = home
        self._settings = settings
        self._done: Cleanup | None = None

    def note(self, result: Cleanup) -> None:
        """Note a cleanup that nobody asked for; only the first that removed something counts."""
        if result.files and self._done is None and not os.path.lexists(_mark(self._home)):
            self._done = result

    def due(self, state: State) -> Words | None:
        """Return the notification to show now, and record it as shown; None if there is none."""
        done, self._done = self._done, None
        if done is None:
            return None
        note_as_shown(self._home)
        days = self._settings.read().log_retention_days
        removed = ngettext(
            "{files} unchanged for {days} day ({size}).", "{files} unchanged for {days} days ({size}).", days
        ).format(files=files(done.files), days=number(days), size=amount(done.size_bytes))
        habit = (
            _("CodeMie Tray does this every day, and starts at login.")
            if state.starts_at_login
            else _("CodeMie Tray does this every day.")
        )
        return _("Old logs were removed"), f"{removed} {habit} {self._how_to_change(state)}"

    def _how_to_change(self, state: State) -> Message:
        if state.windows is Windows.READY:
            return _("To change this, choose “Settings...” in the menu.")
        path = short_path(self._settings.path)
        if state.starts_at_login:
            return _(
                "To keep logs longer, set logRetentionDays in {path}. The menu turns off the start at login."
            ).format(path=path)
        return _("To keep logs longer, set logRetentionDays in {path}.").format(path=path)
