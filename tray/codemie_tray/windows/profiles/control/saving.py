"""Saves the input, and asks before it would be lost."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMessageBox, QPushButton

from codemie_tray.text.language import _
from codemie_tray.text.plain_text import plain
from codemie_tray.windows.data.changes import Done, ProfileChanges
from codemie_tray.windows.profiles.control.change_runner import ProfileChangeRunner
from codemie_tray.windows.profiles.control.presenter import Presenter
from codemie_tray.windows.profiles.control.window_state import WindowState
from codemie_tray.windows.profiles.window import ProfilesWindow
from codemie_tray.windows.pure.fields.problems import has_errors


class Saving:
    """Used on Qt's thread.

    Args:
        window: the widgets.
        state: what they show.
        presenter: shows it.
        runner: carries out a save.
        changes: writes it.
    """

    def __init__(
        self,
        window: ProfilesWindow,
        state: WindowState,
        presenter: Presenter,
        runner: ProfileChangeRunner,
        changes: ProfileChanges,
    ) -> None:
        self._window, self._state, self._presenter = window, state, presenter
        self._runner, self._changes = runner, changes

    def save(self) -> None:
        """Save the input, or show why it can't be saved."""
        if self._window.save.isEnabled():
            self._save(lambda: None)
        else:
            self._window.form.show_problems()

    def first(self, act: Callable[[], object], *, otherwise: Callable[[], object] | None = None) -> None:
        """Do something that would lose unsaved input, after that is saved or discarded.

        Args:
            act: called then.
            otherwise: called if the user cancels.
        """
        if not self._window.form.is_dirty:
            act()
            return
        question, save, discard = self._question()
        question.exec()
        if question.clickedButton() is save:
            self._save(act)
        elif question.clickedButton() is discard:
            self._presenter.show_saved()
            act()
        elif otherwise:
            otherwise()

    def _question(self) -> tuple[QMessageBox, QPushButton, QPushButton]:
        window = self._window
        made = QMessageBox(window)
        made.setIcon(QMessageBox.Icon.Question)
        made.setWindowTitle(window.windowTitle())
        made.setText(_("Save the changes to {name} first?").format(name=plain(self._state.selected or "")))
        save = made.addButton(_("&Save"), QMessageBox.ButtonRole.AcceptRole)
        discard = made.addButton(_("&Don't save"), QMessageBox.ButtonRole.DestructiveRole)
        made.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole)
        save.setEnabled(not has_errors(window.form.problems()) and not window.conflicts.is_open)
        made.setDefaultButton(save)
        return made, save, discard

    def _save(self, then: Callable[[], object]) -> None:
        form = self._window.form
        before, after, token = form.saved, form.form(), form.token()
        if before is None or self._state.shown is None:
            return
        if has_errors(form.problems()) or self._window.conflicts.is_open:
            form.show_problems()
            return

        def saved(done: Done) -> None:
            form.token_field.clear()
            # What is saved is what the form shows; reading the files again updates the rest.
            form.saved = after
            self._state.selected = done.profile
            self._state.notice_kept = False
            then()

        self._runner.run(lambda: self._changes.save(before, after, token), saved)
