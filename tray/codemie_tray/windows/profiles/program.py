"""The process of the Profiles window."""

from __future__ import annotations

import signal
import sys

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from codemie_core import Home
from codemie_tray import PRODUCT, PROGRAM
from codemie_tray.windows.look.theme import Theme
from codemie_tray.windows.one_window import OneWindow
from codemie_tray.windows.parts.live import Live
from codemie_tray.windows.parts.work import Work
from codemie_tray.windows.profiles.controller import ProfilesController
from codemie_tray.windows.profiles.window import ProfilesWindow

_SIGNALS_MS = 500
"""How often Python gets to see a signal such as Ctrl-C: Qt's loop does not run it otherwise."""


def run_profiles(home: Home, one: OneWindow, *, page: str) -> int:
    """Show the window until it is closed, and return the exit code.

    Args:
        home: which home.
        one: the claim to be its one Profiles window.
        page: what to open in it; empty: the sheet that adds a profile where there is none yet.
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
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: application.quit())
    ticking = QTimer(application)
    ticking.timeout.connect(lambda: None)
    ticking.start(_SIGNALS_MS)
    window.show()
    controller.start(page or "start")
    code = application.exec()
    live.stop()
    window.toast.drop()
    return code
