"""Saves one profile to a file, and adds the profiles of such a file."""

from __future__ import annotations

import os
import re

from PySide6.QtWidgets import QFileDialog, QWidget

from codemie_core import CodeMieError, ConfigLoader, Home
from codemie_tray.text.language import _
from codemie_tray.windows.data import transfer
from codemie_tray.windows.data.changes import Done
from codemie_tray.windows.data.transfer import Exported
from codemie_tray.windows.parts.change_runner import sentence_of
from codemie_tray.windows.parts.work import Work
from codemie_tray.windows.profiles.add.import_sheet import ImportSheet
from codemie_tray.windows.profiles.control.change_runner import ProfileChangeRunner
from codemie_tray.windows.profiles.control.presenter import Presenter
from codemie_tray.windows.profiles.control.saving import Saving
from codemie_tray.windows.profiles.control.window_state import WindowState
from codemie_tray.windows.profiles.window import ProfilesWindow
from codemie_tray.windows.pure.importing import Plan


class Transfer:
    """Used on Qt's thread.

    Args:
        home: the home.
        window: the widgets.
        state: what they show.
        presenter: shows it.
        runner: carries out an import.
        saving: first asks about unsaved input.
        work: runs core calls.
    """

    def __init__(
        self,
        home: Home,
        window: ProfilesWindow,
        state: WindowState,
        presenter: Presenter,
        runner: ProfileChangeRunner,
        saving: Saving,
        work: Work,
    ) -> None:
        self._window, self._state, self._presenter = window, state, presenter
        self._runner, self._saving, self._work = runner, saving, work
        self._loader = ConfigLoader(home)
        self._sheet: ImportSheet | None = None

    def export(self) -> None:
        """Save the selected profile, as it is saved, to a file that the user chooses."""
        if self._state.profile is not None:
            self._saving.first(self._export)

    def import_(self, parent: QWidget | None = None) -> None:
        """Add the profiles of a file that the user chooses, after showing what that would do.

        Args:
            parent: the window in front; closed once the file is read. None for the Profiles window itself.
        """
        if not self._state.can_add:
            return
        path, _kind = QFileDialog.getOpenFileName(
            parent or self._window, _("Import profiles"), os.path.expanduser("~"), _files()
        )
        if path:
            self._work.do(
                lambda: transfer.plan_of(self._loader, path),
                lambda plan: self._ask(plan, parent),
                lambda error: self._say(error, parent),
            )

    def _export(self) -> None:
        name = self._state.selected
        if name is None:
            return
        path, _kind = QFileDialog.getSaveFileName(
            self._window,
            _("Export profile"),
            os.path.join(os.path.expanduser("~"), _file_name(name)),
            _files(),
        )
        if path:
            self._work.do(
                lambda: transfer.export(self._loader, name, path), self._exported, self._runner.say_failed
            )

    def _exported(self, exported: Exported) -> None:
        self._window.toast.say(exported.sentence)

    def _ask(self, plan: Plan, parent: QWidget | None) -> None:
        if parent is not None:
            parent.close()
        if self._sheet is None:
            self._sheet = ImportSheet(self._window, plan, self._import)
            self._sheet.finished.connect(self._drop)
            self._sheet.open()

    def _import(self, plan: Plan, replace: bool) -> None:
        def added(done: Done) -> None:
            if self._sheet is not None:
                self._sheet.accept()
            if done.profile is not None:
                self._presenter.expect(done.profile)

        def failed(error: CodeMieError) -> None:
            if self._sheet is not None:
                self._sheet.tell(sentence_of(error))

        def carry_out() -> Done:
            return transfer.carry_out(self._loader, plan, replace=replace)

        self._saving.first(lambda: self._runner.run(carry_out, added, failed))

    def _say(self, error: CodeMieError, parent: QWidget | None) -> None:
        if parent is not None:
            parent.close()
        self._runner.say(sentence_of(error))

    def _drop(self) -> None:
        if self._sheet is not None:
            self._sheet.deleteLater()
            self._sheet = None


def _file_name(profile: str) -> str:
    """Return the proposed name of a file: the profile's, without what file systems refuse."""
    stem = re.sub(r"[^\w.-]+", "-", profile).strip("-.")[:60]
    return f"{stem or 'profile'}.codemie.json"


def _files() -> str:
    """Return what the dialog of a file calls such files."""
    return _("CodeMie profiles ({pattern})").format(pattern="*.json")
