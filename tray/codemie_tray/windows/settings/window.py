"""The Settings window's widgets: the list of pages at the left, one page at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from codemie_tray.text.language import _
from codemie_tray.windows.look.page_list import PageList
from codemie_tray.windows.look.theme import Theme
from codemie_tray.windows.parts.basics import area, label
from codemie_tray.windows.parts.basics.translated import show
from codemie_tray.windows.parts.notices import Notice, Toast
from codemie_tray.windows.parts.window import Window
from codemie_tray.windows.settings.pages.page import Page

_SIZE = (860, 620)
_LEAST = (640, 480)


class SettingsWindow(Window):
    """A list of pages, and the chosen one.

    Args:
        theme: the look.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__(_("Settings"), _SIZE, _LEAST)
        self.list = PageList(theme)
        self.stack = QStackedWidget()
        self.notice = Notice()
        self.toast = Toast()
        self.busy = label("", "hint")
        side = area("side")
        left = QVBoxLayout(side)
        left.setContentsMargins(10, 14, 10, 14)
        left.addWidget(self.list)
        right = area("main")
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        above = QVBoxLayout()
        above.setContentsMargins(24, 12, 24, 0)
        above.addWidget(self.notice)
        below = QVBoxLayout()
        below.setContentsMargins(24, 4, 24, 10)
        # The toast keeps its place even while empty: Undo must not move under the pointer.
        below.addWidget(self.busy, 0, Qt.AlignmentFlag.AlignRight)
        below.addWidget(self.toast)
        column.addLayout(above)
        column.addWidget(self.stack, 1)
        column.addLayout(below)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(side)
        whole.addWidget(right, 1)

    def add_page(self, page: Page) -> None:
        """Add a page below the others."""
        self.list.add(page.title)
        self.stack.addWidget(page)

    def say_busy(self, sentence: str) -> None:
        """Say that something takes a while; empty for nothing."""
        show(self.busy.setText, sentence)
