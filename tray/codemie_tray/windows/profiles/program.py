"""The process of the Profiles window."""

from __future__ import annotations

import signal
import sys

from PySide6.QtWidgets import QApplication

from codemie_core import Home
from codemie_tray import PRODUCT, PROGRAM
from codemie_tray.windows.look.theme import Theme
from codemie_tray.windows.one_window import OneWindow
from codemie_tray.windows.parts.live import Live
from codemie_tray.windows.parts.work import Work
from codemie_tray.windows.profiles.controller import ProfilesController
from codemie_tray.windows.profiles.window import ProfilesWindow


def run_profiles(home: Home, one: OneWindow, *, page: str) -> int:
    """Show the window until it is closed, and return the exit code.

    Args:
        home: the home.
        one: the claim to be its only Profiles window.
        page: what to open in it; empty for the sheet that adds a profile, if there is none yet.
    """
    application = QApplication(sys.argv[:1])
    application.setApplicationName(PROGRAM)
    application.setApplicationDisplayName(PRODUCT)
    application.setDesktopFileName(PROGRAM)
    theme = Theme(application)
    live = Live(home, one, application)
    work = Work(application)
    window = ProfilesWindow(theme)
    controller = ProfilesController(home, window, work, live)
    # Python's own handler would wait until Qt's loop runs Python. Exiting at once leaves nothing
    # half-written.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    window.show()
    controller.start(page or "start")
    code = application.exec()
    live.stop()
    work.stop()
    window.toast.drop()
    return code
