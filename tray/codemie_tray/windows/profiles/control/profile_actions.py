"""What the buttons and keys of the Profiles window do with the selected profile."""

from __future__ import annotations

from codemie_core import Home
from codemie_core.config.model.layout import live_layout
from codemie_tray.desktop.open import open_path
from codemie_tray.windows.data.changes import Done, ProfileChanges
from codemie_tray.windows.parts.work import Work
from codemie_tray.windows.profiles.control.change_runner import ProfileChangeRunner
from codemie_tray.windows.profiles.control.presenter import Presenter
from codemie_tray.windows.profiles.control.saving import Saving
from codemie_tray.windows.profiles.control.window_state import WindowState
from codemie_tray.windows.profiles.window import ProfilesWindow


class ProfileActions:
    """One method per action; used on Qt's thread.

    Args:
        home: the home.
        window: the widgets.
        state: what they show.
        presenter: shows it.
        runner: carries out a change.
        saving: first asks about unsaved input.
        changes: writes.
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
        changes: ProfileChanges,
        work: Work,
    ) -> None:
        self._home, self._window, self._state, self._presenter = home, window, state, presenter
        self._runner, self._saving, self._changes, self._work = runner, saving, changes, work

    def switch(self) -> None:
        """Make the selected profile the active one."""
        window, state = self._window, self._state
        name = state.selected
        if name is None or not window.switch.isEnabled() or not window.switch.isVisibleTo(window):
            return

        def switch() -> None:
            now = state.selected or name  # saving may have renamed it
            self._runner.run(lambda: self._changes.switch(now))

        self._saving.first(switch)

    def switch_to(self, at: int) -> None:
        """Show a profile by its position, from 0, and make it the active one."""
        rows = self._state.rows
        if not self._state.editable or at >= len(rows) or not rows[at].usable:
            return
        name = rows[at].name

        def switch() -> None:
            self._presenter.select(name)
            self._runner.run(lambda: self._changes.switch(name))

        self._saving.first(switch)

    def duplicate(self) -> None:
        """Copy the selected profile, and show the copy."""

        def copy() -> None:
            name = self._state.selected or ""
            self._runner.run(lambda: self._changes.duplicate(name), self._show)

        if self._window.duplicate.isEnabled():
            self._saving.first(copy)

    def delete(self) -> None:
        """Delete the selected profile at once; Undo restores it."""
        name = self._state.selected
        if name is None or not self._window.delete.isEnabled():
            return
        if self._window.form.is_dirty:
            self._presenter.show_saved()
        self._runner.run(lambda: self._changes.delete(name))

    def remove_token(self) -> None:
        """Remove the selected profile's token; Undo restores it."""
        name = self._state.selected
        if name is not None:
            self._saving.first(lambda: self._runner.run(lambda: self._changes.remove_token(name)))

    def restore(self) -> None:
        """Restore the offered version."""
        offered = self._state.shown.offered if self._state.shown else None
        if offered:
            self._runner.run(lambda: self._changes.restore(offered.version))

    def open_file(self) -> None:
        """Open the configuration in the user's editor."""
        path = self._home.join(live_layout(self._home).config_name)
        self._work.do(lambda: open_path(path), lambda _: None, self._runner.say_failed)

    def _show(self, done: Done) -> None:
        self._presenter.expect(done.profile)
