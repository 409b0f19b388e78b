"""The process of the Settings window."""

from __future__ import annotations

from collections.abc import Callable

from codemie_core import Home
from codemie_tray.background.watch.changes import FilesChanged, Watched
from codemie_tray.desktop.autostart import Autostart
from codemie_tray.windows.parts.application import Process, run_window
from codemie_tray.windows.parts.one_window import OneWindow
from codemie_tray.windows.settings.controller import SettingsController
from codemie_tray.windows.settings.window import SettingsWindow


def run_settings(home: Home, one: OneWindow, *, page: str) -> int:
    """Show the window until it is closed, and return the exit code.

    Args:
        home: the home.
        one: the claim to be its only Settings window.
        page: the page to open; empty for the first one.
    """

    def build(process: Process) -> Callable[[], None]:
        window = SettingsWindow(process.theme)
        controller = SettingsController(window, process)
        window.show()
        controller.start(page)
        return controller.end

    login = FilesChanged(Watched.LOGIN_ENTRY)
    return run_window(home, one, build, watched=dict.fromkeys(Autostart().watched(), login))
