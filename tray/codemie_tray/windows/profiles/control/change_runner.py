"""The changes of the Profiles window, and how they ended."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal

from codemie_core import CodeMieError, ProfileNotFound
from codemie_tray.text.language import _
from codemie_tray.windows.data.arranging import UndoMove
from codemie_tray.windows.data.changes import Done, ProfileChanges
from codemie_tray.windows.data.undo import Undo
from codemie_tray.windows.parts.basics.translated import show
from codemie_tray.windows.parts.change_runner import ChangeRunner, Result, sentence_of
from codemie_tray.windows.parts.notices import Choice
from codemie_tray.windows.parts.work import Work
from codemie_tray.windows.profiles.control.presenter import Presenter
from codemie_tray.windows.profiles.control.window_state import WindowState
from codemie_tray.windows.profiles.window import ProfilesWindow


class ProfileChangeRunner(ChangeRunner):
    """Runs changes of profiles, offers to undo them, and reports failures.

    Args:
        window: the widgets.
        state: what they show.
        presenter: shows it.
        work: runs core calls.
        changes: undoes a change.
    """

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
        super().__init__(window, work, window.toast, window.notice)
        self._window, self._state, self._presenter, self._changes = window, state, presenter, changes

    def began(self) -> None:
        """Disable what would change the files meanwhile."""
        self._state.changing = True
        self._presenter.show_buttons()

    def say_busy(self) -> None:
        """Say that it takes a while."""
        show(self._window.state.setText, _("Saving…"))
        self._window.state.show()

    def finished(self) -> None:
        """Enable it again."""
        self._state.changing = False
        self._window.state.setText("")

    def undo_of(self, result: Result) -> Callable[[], object] | None:
        """Return what undoes a change."""
        undo = result.undo if isinstance(result, Done) else None
        return (lambda: self._undo(undo)) if undo else None

    def say(self, sentence: str) -> None:
        """Report something until the user closes the notice."""
        self._state.notice_kept = True
        self._window.notice.say(sentence, [(_("&Close"), self._close_notice)])

    def say_failed(self, error: CodeMieError) -> None:
        """Report why something was not done."""
        self._state.notice_kept = True
        if isinstance(error, ProfileNotFound):
            return  # reading the files again shows that it was removed
        choices: list[Choice] = [(_("&Close"), self._close_notice)]
        if self._window.form.is_dirty:
            choices.insert(0, (_("Try &again"), self._try_again))
        self._window.notice.say(sentence_of(error), choices)
        self._presenter.show_buttons()

    def _undo(self, undo: Undo | UndoMove) -> None:
        def shown(done: Done) -> None:
            if done.profile:
                self._presenter.expect(done.profile)

        self.run(lambda: self._changes.undo(undo), shown)

    def _try_again(self) -> None:
        self._close_notice()
        self.try_again_asked.emit()

    def _close_notice(self) -> None:
        self._state.notice_kept = False
        self._window.notice.clear()
