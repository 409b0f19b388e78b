"""Opens the sheet that adds a profile, and adds what was filled in."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from codemie_core import CodeMieError, Home
from codemie_core.config.model.layout import CLI, live_layout
from codemie_tray.windows.data.changes import Done, NewToken, ProfileChanges
from codemie_tray.windows.data.read import Loaded, Unreadable
from codemie_tray.windows.parts.change_runner import sentence_of
from codemie_tray.windows.profiles.add.add_sheet import AddSheet
from codemie_tray.windows.profiles.control.change_runner import ProfileChangeRunner
from codemie_tray.windows.profiles.control.presenter import Presenter
from codemie_tray.windows.profiles.control.saving import Saving
from codemie_tray.windows.profiles.control.window_state import WindowState
from codemie_tray.windows.profiles.window import ProfilesWindow
from codemie_tray.windows.pure.fields.form import Form


class Adding(QObject):
    """Used on Qt's thread.

    Args:
        home: the home.
        window: the window below the sheet.
        state: what it shows.
        presenter: shows it.
        runner: carries out the change.
        saving: first asks about unsaved input.
        changes: writes.
    """

    import_asked = Signal(QWidget)
    """Profiles should be imported from a file; carries the sheet, which then closes."""
    first_token_stored = Signal()
    """The home's first profile was added, and its token is in the store."""

    def __init__(
        self,
        home: Home,
        window: ProfilesWindow,
        state: WindowState,
        presenter: Presenter,
        runner: ProfileChangeRunner,
        saving: Saving,
        changes: ProfileChanges,
    ) -> None:
        super().__init__(window)
        self._home, self._window, self._state, self._presenter = home, window, state, presenter
        self._runner, self._saving, self._changes = runner, saving, changes
        self._sheet: AddSheet | None = None

    def open(self) -> None:
        """Open the sheet, if a profile can be added and it is not open yet."""
        shown = self._state.shown
        if self._sheet is not None or shown is None or isinstance(shown, Unreadable):
            return
        if not (isinstance(shown, Loaded) and shown.read_only):
            self._saving.first(self._open)

    def add_again(self) -> None:
        """Add the profile in the form, which another program removed."""
        form = self._window.form
        values, token = form.form(), form.token()
        self._state.notice_kept = False
        self._runner.run(lambda: self._changes.add(values, token, use=False), self._show)

    def _open(self) -> None:
        loaded = self._state.loaded
        layout = loaded.config.layout if loaded else live_layout(self._home)
        self._sheet = AddSheet(
            self._window,
            loaded.config.profiles if loaded else (),
            config_name=layout.config_name,
            read_by_cli=layout is CLI,
            store_problem=loaded.store_problem if loaded else "",
            add=self._add,
        )
        self._sheet.import_asked.connect(lambda: self.import_asked.emit(self._sheet))
        self._sheet.finished.connect(self._drop)
        self._sheet.open()

    def _drop(self) -> None:
        if self._sheet is not None:
            self._sheet.deleteLater()
            self._sheet = None

    def _add(self, form: Form, token: NewToken | None, use: bool) -> None:
        is_first = self._state.has_no_profile

        def added(done: Done) -> None:
            if self._sheet is not None:
                self._sheet.accept()
            self._show(done)
            if is_first and token is not None and token.in_store:
                self.first_token_stored.emit()

        def failed(error: CodeMieError) -> None:
            if self._sheet is not None:
                self._sheet.tell(sentence_of(error))

        self._runner.run(lambda: self._changes.add(form, token, use=use), added, failed)

    def _show(self, done: Done) -> None:
        self._presenter.expect(done.profile)
