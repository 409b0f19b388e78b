"""The changes of the Settings window, and how they ended."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from codemie_tray.text.language import _
from codemie_tray.windows.data.settings.change import Change
from codemie_tray.windows.parts.change_runner import ChangeRunner, Result
from codemie_tray.windows.parts.notices import Notice, Toast
from codemie_tray.windows.parts.work import Work


class SettingsRunner(ChangeRunner):
    """Runs changes that know how to undo themselves.

    Args:
        parent: Qt's owner.
        work: runs core calls.
        toast: says what was done.
        notice: says what failed.
        busy: shows a sentence while a change takes long; empty when it has ended.
        waiting: that sentence.
    """

    def __init__(
        self,
        parent: QObject,
        work: Work,
        toast: Toast,
        notice: Notice,
        busy: Callable[[str], object],
        waiting: str = "",
    ) -> None:
        super().__init__(parent, work, toast, notice)
        self._show_busy, self._waiting = busy, waiting or _("Saving…")

    def began(self) -> None:
        """Remove the message about the previous change."""
        self._notice.clear()

    def say_busy(self) -> None:
        """Say that it takes a while."""
        self._show_busy(self._waiting)

    def finished(self) -> None:
        """Stop saying so."""
        self._show_busy("")

    def undo_of(self, result: Result) -> Callable[[], object] | None:
        """Return what undoes a change."""
        undo = result.undo if isinstance(result, Change) else None
        return (lambda: self.run(undo)) if undo else None
