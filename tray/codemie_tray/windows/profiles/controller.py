"""Connects the Profiles window to a home: widgets, keys and files on one side, actions on the other."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QModelIndex, QObject
from PySide6.QtGui import QKeySequence

from codemie_core import ConfigLoader, Home
from codemie_tray.desktop.window_process import open_beside
from codemie_tray.text.language import _
from codemie_tray.windows.data.changes import ProfileChanges
from codemie_tray.windows.data.read import Shown, read_home
from codemie_tray.windows.parts.basics import when_clicked
from codemie_tray.windows.parts.live import Live
from codemie_tray.windows.parts.one_window import Request
from codemie_tray.windows.parts.work import Work
from codemie_tray.windows.profiles.add.adding import Adding
from codemie_tray.windows.profiles.control.change_runner import ProfileChangeRunner
from codemie_tray.windows.profiles.control.keyring_offer import KeyringOffer
from codemie_tray.windows.profiles.control.menus import Menus
from codemie_tray.windows.profiles.control.moving import Moving
from codemie_tray.windows.profiles.control.presenter import Presenter
from codemie_tray.windows.profiles.control.profile_actions import ProfileActions
from codemie_tray.windows.profiles.control.saving import Saving
from codemie_tray.windows.profiles.control.transfer import Transfer
from codemie_tray.windows.profiles.control.window_state import WindowState
from codemie_tray.windows.profiles.window import ProfilesWindow
from codemie_tray.windows.pure.run_command import run_command

ADD = "add"
"""The page that adds a profile."""
AT_START = "start"
"""The page to open if none was requested: the sheet that adds a profile, if there is none yet."""


class ProfilesController(QObject):
    """Reads the home when its files change, and forwards clicks and keys.

    Args:
        home: the home.
        window: its widgets.
        work: runs core calls.
        live: reports changed files.
    """

    def __init__(self, home: Home, window: ProfilesWindow, work: Work, live: Live) -> None:
        super().__init__(window)
        self._home, self._window, self._work, self._live = home, window, work, live
        self._reader = ConfigLoader(home)
        self._state = state = WindowState()
        changes = ProfileChanges(home)
        self._presenter = presenter = Presenter(window, state)
        self._runner = runner = ProfileChangeRunner(window, state, presenter, work, changes)
        self._saving = saving = Saving(window, state, presenter, runner, changes)
        self._actions = ProfileActions(home, window, state, presenter, runner, saving, changes, work)
        self._adding = Adding(home, window, state, presenter, runner, saving, changes)
        self._offer = KeyringOffer(home, window, state)
        self._moving = Moving(window, state, presenter, runner, changes)
        self._transfer = Transfer(home, window, state, presenter, runner, saving, work)
        self._menus = Menus(window, state, self._actions, self._moving, self._transfer)
        self._page = ""
        self._look_waits = False
        self._connect_buttons()
        self._connect_signals()
        self._connect_keys()

    def start(self, page: str) -> None:
        """Read the home and show it; then open a page of the window."""
        self._page = page
        self._live.start()
        self.look()

    def look(self) -> None:
        """Read the home again."""
        if not self._look_waits:
            self._look_waits = True
            self._work.do(self._read, self._show, self._runner.say_failed)

    def translate(self) -> None:
        """Show in another language what depends on the files."""
        self._window.form.translate()
        self.look()

    def close(self) -> None:
        """Close the window; first ask about unsaved input, and let a change finish."""

        def end() -> None:
            self._window.may_close = True
            self._window.close()

        self._saving.first(lambda: self._runner.when_done(end))

    def end(self) -> None:
        """Forget what Undo would need, and let the keyring's thread end."""
        self._window.toast.drop()
        self._offer.end()

    def _read(self) -> Shown:
        self._look_waits = False
        return read_home(self._home, self._reader)

    def _show(self, shown: Shown) -> None:
        self._presenter.show(shown)
        page, self._page = self._page, ""
        if page == ADD or (page == AT_START and self._state.has_no_profile):
            self._adding.open()

    def _choose(self, index: QModelIndex, _before: QModelIndex) -> None:
        name = self._window.list.name_at(index)
        if name is not None and name != self._state.selected:
            self._saving.first(lambda: self._presenter.select(name), otherwise=self._presenter.show_rows)

    def _discard(self) -> None:
        self._state.notice_kept = False
        self._window.notice.clear()
        self._presenter.expect(None)
        self.look()

    def _come_to_front(self, request: Request) -> None:
        self._window.bring_to_front(request.activation_token)
        if request.page == ADD:
            self._adding.open()

    def _copy_command(self) -> None:
        """Copy the command that starts the CLI with the selected profile."""
        if self._state.selected is not None:
            self._menus.copy(run_command(self._state.selected, windows=sys.platform == "win32"))

    def _focus_search(self) -> None:
        if self._window.search.isVisible():
            self._window.search.setFocus()
            self._window.search.selectAll()

    # ---- wiring ------------------------------------------------------------------------------------

    def _connect_buttons(self) -> None:
        window, actions = self._window, self._actions
        for pressed, act in (
            (window.add, self._adding.open),
            (window.switch, actions.switch),
            (window.duplicate, actions.duplicate),
            (window.delete, actions.delete),
            (window.revert, self._presenter.show_saved),
            (window.save, self._saving.save),
        ):
            when_clicked(pressed, act)

    def _connect_signals(self) -> None:
        window, presenter, actions = self._window, self._presenter, self._actions
        window.search.textChanged.connect(presenter.show_rows)
        window.list.selectionModel().currentChanged.connect(self._choose)
        window.list.step_asked.connect(self._moving.step)
        window.list.dropped.connect(self._moving.move)
        window.list.delete_asked.connect(actions.delete)
        window.form.edited.connect(presenter.show_buttons)
        window.form.remove_token_asked.connect(actions.remove_token)
        window.form.open_file_asked.connect(actions.open_file)
        window.conflicts.decided.connect(lambda decided: presenter.decide(*decided))
        window.close_asked.connect(self.close)
        presenter.restore_asked.connect(actions.restore)
        presenter.open_file_asked.connect(actions.open_file)
        presenter.add_asked.connect(self._adding.open)
        presenter.add_again_asked.connect(self._adding.add_again)
        self._adding.import_asked.connect(self._transfer.import_)
        self._adding.first_token_stored.connect(self._offer.make)
        presenter.discard_asked.connect(self._discard)
        self._runner.ended.connect(self.look)
        self._runner.try_again_asked.connect(self._saving.save)
        self._live.changed.connect(self.look)
        self._live.raise_requested.connect(self._come_to_front)

    def _connect_keys(self) -> None:
        window, actions = self._window, self._actions
        switch, close = _("S&witch to this profile"), _("Close the window")
        shortcuts: tuple[tuple[str | QKeySequence.StandardKey, Callable[[], object], str], ...] = (
            (QKeySequence.StandardKey.New, self._adding.open, _("&Add a profile")),
            (QKeySequence.StandardKey.Save, self._saving.save, _("&Save")),
            (QKeySequence.StandardKey.Undo, window.toast.undo, _("&Undo")),
            ("Ctrl+Return", actions.switch, switch),
            ("F2", window.form.focus_name, _("Rename")),
            ("Ctrl+D", actions.duplicate, _("&Duplicate")),
            ("Ctrl+Shift+C", self._copy_command, _("Copy &command")),
            ("Ctrl+E", self._transfer.export, _("&Export…")),
            (QKeySequence.StandardKey.Find, self._focus_search, _("Search profiles")),
            ("Ctrl+,", self._open_settings, _("Open the settings")),
            ("Ctrl+W", self.close, close),
            ("Escape", self.close, close),
        )
        for keys, does, caption in shortcuts:
            window.shortcut(keys, does, caption)
        for at in range(1, 10):
            caption = _("Switch to one of the first nine profiles")
            window.shortcut(f"Ctrl+{at}", partial(actions.switch_to, at - 1), caption)
        window.list_keys(_("De&lete"), "Del")
        window.list_keys(_("Move &up"), "Alt+Up")
        window.list_keys(_("Move dow&n"), "Alt+Down")

    def _open_settings(self) -> None:
        home = self._home
        self._work.do(lambda: open_beside(home, "settings"), lambda _none: None, self._runner.say_failed)
