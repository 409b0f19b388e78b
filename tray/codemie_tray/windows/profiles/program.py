"""The process of the Profiles window."""

from __future__ import annotations

from collections.abc import Callable

from codemie_core import Home
from codemie_tray.windows.parts.application import Process, run_window
from codemie_tray.windows.parts.one_window import OneWindow
from codemie_tray.windows.profiles.controller import AT_START, ProfilesController
from codemie_tray.windows.profiles.window import ProfilesWindow


def run_profiles(home: Home, one: OneWindow, *, page: str) -> int:
    """Show the window until it is closed, and return the exit code.

    Args:
        home: the home.
        one: the claim to be its only Profiles window.
        page: what to open in it; empty for the sheet that adds a profile, if there is none yet.
    """

    def build(process: Process) -> Callable[[], None]:
        window = ProfilesWindow(process.theme)
        controller = ProfilesController(home, window, process.work, process.live)
        process.language.changed.connect(controller.translate)
        window.show()
        controller.start(page or AT_START)
        return controller.end

    return run_window(home, one, build)
