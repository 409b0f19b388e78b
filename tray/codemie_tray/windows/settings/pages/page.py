"""What every page of the Settings window has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from codemie_core import Home
from codemie_tray.desktop.open import open_path
from codemie_tray.windows.parts.basics import label
from codemie_tray.windows.parts.work import Work
from codemie_tray.windows.settings.runner import SettingsRunner

_WIDEST = 760
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Tools:
    """What a page works with."""

    home: Home
    work: Work
    """Reads the files."""
    runner: SettingsRunner
    """Changes them."""

    def open(self, path: str) -> None:
        """Open a file or a folder with the desktop's program for it."""
        self.work.do(lambda: open_path(path), lambda _done: None, self.runner.say_failed)


class Page(QScrollArea):
    """A heading, and what `fill` puts below it.

    Args:
        title: its name in the list, and its heading.
        tools: what it works with.
    """

    def __init__(self, title: str, tools: Tools) -> None:
        super().__init__()
        self.title, self.tools = title, tools
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        inside.setObjectName("main")
        inside.setMaximumWidth(_WIDEST)
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(24, 14, 24, 12)
        self.column.setSpacing(12)
        self.column.addWidget(label(title, "heading"))
        self._inside = inside
        self.setWidget(inside)
        inside.installEventFilter(self)
        self._looking = False

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return room for the texts: the page scrolls only downwards."""
        least = super().minimumSizeHint()
        inside = self._inside.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
        return QSize(max(least.width(), inside), least.height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        """Pass on that the texts need other room: a scroll area keeps that from its window."""
        if watched is self._inside and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def look(self) -> None:
        """Read the files again, and show what they say."""
        raise NotImplementedError

    def translate(self) -> None:
        """Show in another language what is neither read from a file nor always the same."""

    def commit(self) -> None:
        """Save what was typed but not confirmed; called before the page is left."""

    def read(self, read: Callable[[], T], show: Callable[[T], None]) -> None:
        """Read something on the worker's thread and show it; once for several calls in a row."""
        if self._looking:
            return
        self._looking = True

        def reading() -> T:
            self._looking = False  # what changes from here on needs another look
            return read()

        self.tools.work.do(reading, show, self.tools.runner.say_failed)
