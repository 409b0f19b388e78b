"""The process of the Usage window."""

from __future__ import annotations

from collections.abc import Callable

from codemie_core import Home
from codemie_tray.windows.parts.application import Process, run_window
from codemie_tray.windows.parts.one_window import OneWindow
from codemie_tray.windows.usage.controller import UsageController
from codemie_tray.windows.usage.window import UsageWindow


def run_usage(home: Home, one: OneWindow) -> int:
    """Show the window until it is closed, and return the exit code.

    Args:
        home: the home.
        one: the claim to be its only Usage window.
    """

    def build(process: Process) -> Callable[[], None]:
        window = UsageWindow(process.theme)
        controller = UsageController(window, process)
        window.show()
        controller.start()
        return controller.end

    return run_window(home, one, build)
