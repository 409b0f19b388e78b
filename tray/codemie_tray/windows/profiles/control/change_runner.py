"""Carries out one change of the files at a time, beside Qt's thread, and reports how it ended."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from codemie_core import CodeMieError, ProfileNotFound
from codemie_tray.windows.data.changes import Done, ProfileChanges
from codemie_tray.windows.data.undo import Undo
from codemie_tray.windows.parts.notices import Choice
from codemie_tray.windows.parts.work import Work
from codemie_tray.windows.profiles.control.presenter import Presenter
from codemie_tray.windows.profiles.control.window_state import WindowState
from codemie_tray.windows.profiles.window import ProfilesWindow

_BUSY_AFTER_MS = 300
"""A change that takes longer is announced."""


class ChangeRunner(QObject):
    """Runs changes, offers to undo them, and reports failures.

    Args:
        window: the widgets.
        state: what they show.
        presenter: shows it.
        work: runs core calls.
        changes: undoes a change.
    """

    ended = Signal()
    """A change ended, successfully or not: read the files again."""
    try_again_asked = Signal()
    """A failed save should be tried again."""

    def __init__(
        self,
        window: ProfilesWindow,
        state: WindowState,
        presenter: Presenter,
        work: Work,
        changes: ProfileChanges,
    ) -> None:
        super().__init__(window)
        self._window, self._state, self._presenter = window, state, presenter
        self._work, self._changes = work, changes
        self._busy = QTimer(self, singleShot=True, interval=_BUSY_AFTER_MS)
        self._busy.timeout.connect(self._say_busy)

    def run(
        self,
        change: Callable[[], Done],
        then: Callable[[Done], object] = lambda _: None,
        failed: Callable[[CodeMieError], object] | None = None,
    ) -> None:
        """Carry out a change.

        Args:
            change: calls the core; runs on the worker's thread.
            then: called with its result, before the files are read again.
            failed: reports why it was not done; None shows a notice.
        """
        self._state.changing = True
        self._busy.start()
        self._presenter.show_buttons()

        def done(result: Done) -> None:
            self._end()
            then(result)
            undo = result.undo
            self._window.toast.say(result.sentence, (lambda: self._undo(undo)) if undo else None)
            self.ended.emit()

        def not_done(error: CodeMieError) -> None:
            self._end()
            (failed or self.say_failed)(error)
            self.ended.emit()

        self._work.do(change, done, not_done)

    def when_done(self, act: Callable[[], object]) -> None:
        """Do something once no change is being written."""
        if self._state.changing and self._work.busy:
            self._work.idle.connect(lambda: self.when_done(act))
        else:
            act()

    def say_failed(self, error: CodeMieError) -> None:
        """Report why something was not done."""
        self._state.notice_kept = True
        if isinstance(error, ProfileNotFound):
            return  # reading the files again shows that it was removed
        choices: list[Choice] = [("&Close", self._close_notice)]
        if self._window.form.is_dirty:
            choices.insert(0, ("Try &again", self._try_again))
        self._window.notice.say(sentence_of(error), choices)
        self._presenter.show_buttons()

    def _end(self) -> None:
        self._state.changing = False
        self._busy.stop()
        self._window.state.setText("")

    def _undo(self, undo: Undo) -> None:
        def shown(done: Done) -> None:
            if done.profile:
                self._presenter.expect(done.profile)

        self.run(lambda: self._changes.undo(undo), shown)

    def _say_busy(self) -> None:
        self._window.state.setText("Saving…")
        self._window.state.show()

    def _try_again(self) -> None:
        self._close_notice()
        self.try_again_asked.emit()

    def _close_notice(self) -> None:
        self._state.notice_kept = False
        self._window.notice.clear()


def sentence_of(error: CodeMieError) -> str:
    """Return what went wrong and what helps, for a notice."""
    text = str(error)
    text = text if text.endswith((".", "!", "?")) else f"{text}."
    return f"{text} {error.advice}".strip()
