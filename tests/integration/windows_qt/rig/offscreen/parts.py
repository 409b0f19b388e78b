"""What the programs of this folder share: Qt with a home's files, waiting for it, and measuring its texts."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QWidget,
)

from codemie_core import Home
from codemie_tray.windows.look.palette import DARK, LIGHT
from codemie_tray.windows.look.theme import Theme
from codemie_tray.windows.parts.application import Process
from codemie_tray.windows.parts.basics.translated import ShownLanguage
from codemie_tray.windows.parts.live import Live
from codemie_tray.windows.parts.one_window import OneWindow
from codemie_tray.windows.parts.work import Work
from codemie_tray.windows.toolkit import keep_constants

LIMIT_SECONDS = 60.0
_BESIDE_A_PAGE = 18
"""What the painter of the list of pages leaves free beside a text."""
RIGHT_TO_LEFT = "rtl"
"""Argument of every program: lay the window out as for Arabic or Hebrew."""
SCHEMES = {"light": LIGHT, "dark": DARK}
"""Without a screen there is no system to follow, so a program chooses."""


@dataclass(frozen=True, slots=True)
class Offscreen:
    """Qt without a screen."""

    application: QApplication
    process: Process

    def settle(self, done: Callable[[], bool] | None = None) -> None:
        """Process events until a condition is true; by default, until nothing is being read."""
        end = time.monotonic() + LIMIT_SECONDS
        while not (done() if done else not self.process.work.busy) and time.monotonic() < end:
            self.application.processEvents()
            time.sleep(0.005)
        for _ in range(50):
            self.application.processEvents()
            # Without Qt's own loop, nobody else deletes the widgets of another provider.
            self.application.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def save_in_both(self, window: QWidget, name: str) -> None:
        """Save two pictures of a window, light and dark.

        Args:
            window: the window.
            name: the path of a picture up to its scheme and ending.
        """
        for scheme, colours in SCHEMES.items():
            self.process.theme.use(colours)
            self.settle()
            window.grab().save(f"{name}-{scheme}.png")


@contextmanager
def offscreen(kind: str) -> Iterator[Offscreen]:
    """Start Qt for a window of this kind, on the home of the environment; at the end, stop following it."""
    keep_constants()
    application = QApplication(sys.argv[:1])
    if RIGHT_TO_LEFT in sys.argv:
        application.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    home = Home.from_environ()
    live, work = Live(home, OneWindow(home, kind), application), Work(application)
    theme, language = Theme(application), ShownLanguage(application)
    yield Offscreen(application, Process(home, theme, language, live, work))
    live.stop()


def texts(window: QWidget) -> list[str]:
    """Return the texts that a picture of a window shows whenever it is taken: those without a number."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisibleTo(window):
            continue
        if isinstance(widget, QLabel | QAbstractButton):
            found.append(widget.text())
        elif isinstance(widget, QComboBox):
            found.append(widget.currentText())
        elif isinstance(widget, QLineEdit):
            found += [widget.text(), widget.placeholderText()]
    return [text for text in found if text and not any(char.isdigit() for char in text)]


def cut(window: QWidget) -> list[str]:
    """Return the texts of visible labels and buttons that need more room than they have."""
    found = []
    texts: list[QLabel | QAbstractButton] = [
        *window.findChildren(QLabel),
        *window.findChildren(QAbstractButton),
    ]
    for widget in texts:
        if not widget.text() or not widget.isVisibleTo(window):
            continue
        wraps = isinstance(widget, QLabel) and widget.wordWrap()
        needs = widget.heightForWidth(widget.width()) if wraps else widget.sizeHint().height()
        wide = wraps or widget.sizeHint().width() <= widget.width()
        if not wide or needs > widget.height():
            found.append(widget.text())
    for pages in window.findChildren(QListWidget):
        if pages.isVisibleTo(window) and pages.textElideMode() is not Qt.TextElideMode.ElideRight:
            room = pages.viewport().width() - _BESIDE_A_PAGE
            texts_of_rows = [pages.item(at).text() for at in range(pages.count())]
            found += [text for text in texts_of_rows if pages.fontMetrics().horizontalAdvance(text) > room]
    return found
