"""The Profiles window's widgets and their layout; `controller.py` says what they do."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from codemie_tray.text.language import _
from codemie_tray.windows.look.theme import Theme
from codemie_tray.windows.parts.basics import area, button, label
from codemie_tray.windows.parts.basics.translated import show
from codemie_tray.windows.parts.notices import Notice, Toast
from codemie_tray.windows.parts.window import Window
from codemie_tray.windows.profiles.blank_page import BlankPage
from codemie_tray.windows.profiles.conflict_strip import ConflictStrip
from codemie_tray.windows.profiles.form.form_view import FormView
from codemie_tray.windows.profiles.profile_list.list_view import ProfileList

_SIZE = (920, 640)
_LEAST = (640, 480)
_SIDE_WIDTH = 272
_LEAST_SIDE_WIDTH = 190
_BETWEEN = 4
_NARROW = 760
"""A narrower window does not have room for everything."""


class ProfilesWindow(Window):
    """List on the left, form on the right, buttons below.

    Args:
        theme: the look.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__(_("Profiles"), _SIZE, _LEAST)
        self.search = QLineEdit()
        show(self.search.setPlaceholderText, _("Search profiles"))
        show(self.search.setAccessibleName, _("Search profiles"))
        self.search.setClearButtonEnabled(True)
        self.list = ProfileList(theme)
        self.add = button(_("+ &Add profile"), lambda: None)
        self.heading = label("", "heading", wrap=True)
        self.chip = label(_("This is the active profile"), "chip")
        self.switch = button(_("S&witch to this profile"), lambda: None, "primary")
        self.notice = Notice()
        self.conflicts = ConflictStrip()
        self.form = FormView()
        self.toast = Toast()
        self.duplicate = button(_("&Duplicate"), lambda: None, "quiet")
        self.delete = button(_("De&lete"), lambda: None, "danger")
        self.copy_command = button(_("Copy &command"), lambda: None, "quiet")
        show(self.copy_command.setToolTip, _("Copy a command that uses this profile in a terminal"))
        self.more = button(_("&More"), lambda: None, "quiet")
        show(self.more.setToolTip, _("Move, export or import profiles"))
        self.state = label("", "hint")
        self.revert = button(_("Re&vert"), lambda: None)
        self.save = button(_("&Save"), lambda: None, "primary")
        self.save.setDefault(True)
        self.blank = BlankPage()
        self.pages = QStackedWidget()
        self._arrange()

    def _arrange(self) -> None:
        side = area("side")
        side.setMinimumWidth(_LEAST_SIDE_WIDTH)
        left = QVBoxLayout(side)
        left.setContentsMargins(12, 14, 12, 14)
        left.setSpacing(10)
        left.addWidget(self.search)
        left.addWidget(self.list, 1)
        left.addWidget(self.add)
        right = area("main")
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(28, 16, 28, 8)
        head.addWidget(self.heading, 1)
        head.addWidget(self.chip)
        head.addWidget(self.switch)
        messages = QVBoxLayout()
        messages.setContentsMargins(28, 0, 28, 4)
        messages.addWidget(self.notice)
        messages.addWidget(self.conflicts)
        below = QVBoxLayout()
        below.setContentsMargins(28, 0, 28, 8)
        # The toast keeps its place even while empty: Undo must not move under the pointer.
        below.addWidget(self.state, 0, Qt.AlignmentFlag.AlignRight)
        below.addWidget(self.toast)
        column.addLayout(head)
        column.addLayout(messages)
        column.addWidget(self.form, 1)
        column.addLayout(below)
        self._buttons = self._foot()
        column.addWidget(self._buttons)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.addWidget(side)
        self.splitter.addWidget(right)
        self.splitter.setCollapsible(0, False)
        self.splitter.setCollapsible(1, False)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([_SIDE_WIDTH, _SIZE[0] - _SIDE_WIDTH])
        self.splitter.setHandleWidth(1)
        self.pages.addWidget(self.splitter)
        self.pages.addWidget(self.blank)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.pages)

    def _foot(self) -> QWidget:
        foot = area("foot")
        line = QHBoxLayout(foot)
        line.setContentsMargins(18, 10, 18, 10)
        line.setSpacing(_BETWEEN)
        for widget in (self.duplicate, self.delete, self.copy_command, self.more):
            line.addWidget(widget)
        line.addStretch(1)
        for widget in (self.revert, self.save):
            line.addWidget(widget)
        return foot

    def say_busy(self, sentence: str) -> None:
        """Say that something takes a while; empty for nothing."""
        show(self.state.setText, sentence)
        self.state.setVisible(bool(sentence))

    @property
    def needed_width(self) -> int:
        """Width that the buttons need, but one, which a narrow window leaves to its shortcut."""
        needed = _LEAST_SIDE_WIDTH + self._buttons.minimumSizeHint().width() + 1
        if not self.copy_command.isHidden():
            needed -= self.copy_command.sizeHint().width() + _BETWEEN
        return needed

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Give the list less room in a narrow window, and leave one button to its shortcut."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        self.copy_command.setVisible(not narrow)
        if narrow:
            self.splitter.setSizes([_LEAST_SIDE_WIDTH, self.width() - _LEAST_SIDE_WIDTH])
