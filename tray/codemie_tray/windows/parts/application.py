"""The process of a window, the same for every kind: Qt, the look, the watched files, and an orderly end."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtWidgets import QApplication

from codemie_core import Home
from codemie_core.config.settings import Settings, SettingsStore
from codemie_tray import PRODUCT, PROGRAM
from codemie_tray.background.watch.changes import Change
from codemie_tray.windows.look.theme import Theme
from codemie_tray.windows.parts.basics.translated import ShownLanguage
from codemie_tray.windows.parts.live import Live
from codemie_tray.windows.parts.one_window import OneWindow
from codemie_tray.windows.parts.work import Work


@dataclass(frozen=True, slots=True)
class Process:
    """What a window is built on."""

    home: Home
    theme: Theme
    language: ShownLanguage
    live: Live
    work: Work


Build = Callable[[Process], Callable[[], None]]
"""Makes the window and shows it; returns what is to be done once it is closed."""


def run_window(
    home: Home, one: OneWindow, build: Build, *, watched: Mapping[str, Change] | None = None
) -> int:
    """Show a window until it is closed, and return the exit code.

    Args:
        home: the home.
        one: the claim to be its only window of this kind.
        build: makes it.
        watched: further files to follow.
    """
    application = QApplication(sys.argv[:1])
    application.setApplicationName(PROGRAM)
    application.setApplicationDisplayName(PRODUCT)
    application.setDesktopFileName(PROGRAM)
    live = Live(home, one, application, watched)
    work = Work(application)
    theme, language = Theme(application), ShownLanguage(application)
    _follow_settings(home, theme, language, live, work)
    # Python's own handler would wait until Qt's loop runs Python. Exiting at once leaves nothing
    # half-written.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    end = build(Process(home, theme, language, live, work))
    code = application.exec()
    live.stop()
    work.stop()
    end()
    return code


def _follow_settings(home: Home, theme: Theme, language: ShownLanguage, live: Live, work: Work) -> None:
    """Use the look and the language that the settings name, now and whenever they change."""
    settings = SettingsStore(home)

    def follow(now: Settings) -> None:
        theme.choose(now.theme)
        language.choose(now.language)

    # Before the window appears, so that it does not change before the user's eyes.
    follow(SettingsStore(home, torn_patience_seconds=0).load().settings)
    live.changed.connect(lambda: work.do(lambda: settings.load().settings, follow, lambda _error: None))
