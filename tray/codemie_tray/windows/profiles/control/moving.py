"""Moves profiles in the list, shows that at once, and writes it to our settings."""

from __future__ import annotations

from dataclasses import replace

from codemie_core import CodeMieError
from codemie_core.config.model.arrangement import moved
from codemie_tray.windows.data.arranging import Move
from codemie_tray.windows.data.changes import ProfileChanges
from codemie_tray.windows.parts.change_runner import sentence_of
from codemie_tray.windows.profiles.control.change_runner import ProfileChangeRunner
from codemie_tray.windows.profiles.control.presenter import Presenter
from codemie_tray.windows.profiles.control.window_state import WindowState
from codemie_tray.windows.profiles.window import ProfilesWindow
from codemie_tray.windows.pure.rows import found, neighbour


class Moving:
    """Used on Qt's thread.

    Args:
        window: the widgets.
        state: what they show.
        presenter: shows it.
        runner: carries out a move.
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

    def can_step(self, step: int) -> bool:
        """Return whether the selected profile can move by so many rows."""
        return self._beside(step) is not None

    def step(self, step: int) -> None:
        """Move the selected profile by so many rows; with a search, of those that it found."""
        name, anchor = self._state.selected, self._beside(step)
        if name is not None and anchor is not None:
            self.move(name, anchor, below=step > 0)

    def move(self, name: str, anchor: str, below: bool) -> None:
        """Move a profile next to another one."""
        loaded = self._state.loaded
        if loaded is None:
            return
        present = [profile.name for profile in loaded.config.profiles]
        if name not in present or anchor not in present:
            return
        # Shown before it is written: the next key counts from where the row is now.
        now = moved(loaded.arrangement, present, name, anchor, after=below)
        self._presenter.show_arranged(replace(loaded, arrangement=now))
        move = Move(name, anchor, below)
        self._state.moves += 1
        self._runner.run(lambda: self._changes.move(move), lambda _: self._written(), self._say_failed)

    def _beside(self, step: int) -> str | None:
        rows = found(self._state.rows, self._window.search.text())
        return neighbour(rows, self._state.selected, step) if self._state.selected is not None else None

    def _written(self) -> None:
        self._state.moves -= 1

    def _say_failed(self, error: CodeMieError) -> None:
        self._state.moves -= 1
        self._runner.say(sentence_of(error))
