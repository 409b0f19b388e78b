"""The History page: the versions, what restoring one would change, and the button that does."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QTextOption
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QPlainTextEdit, QVBoxLayout

from codemie_tray.text.language import _
from codemie_tray.windows.data.settings.history import HistoryChanges, VersionRow, VersionShown
from codemie_tray.windows.look.difference import DifferenceColours
from codemie_tray.windows.look.theme import Theme
from codemie_tray.windows.parts.basics import button, for_qt, label
from codemie_tray.windows.parts.basics.translated import show
from codemie_tray.windows.settings.pages.page import Page, Tools

_EMPTY = _("No version yet. Every state of the configuration is kept from its first change on.")

_HIDDEN = _("Tokens are hidden. The current version is kept, too.")


class HistoryPage(Page):
    """See the module.

    Args:
        tools: what it works with.
        theme: the look of the difference.
    """

    def __init__(self, tools: Tools, theme: Theme) -> None:
        super().__init__(_("History"), tools)
        # The list and the text scroll, so the page does not have to.
        self._history = HistoryChanges(tools.home)
        self._rows: tuple[VersionRow, ...] = ()
        self._wanted = ""
        self.list = QListWidget()
        show(self.list.setAccessibleName, _("Versions, newest first"))
        self.list.setMinimumHeight(110)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.currentRowChanged.connect(self._choose)
        self._text = QPlainTextEdit()
        self._text.setReadOnly(True)
        self._text.setTabChangesFocus(True)
        show(self._text.setAccessibleName, _("What restoring this version would change"))
        self._text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._text.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self._text.setMinimumHeight(120)
        self._colours = DifferenceColours(self._text.document(), theme)
        self._problem = label("", "message", wrap=True)
        self._problem.setProperty("severity", "warning")
        self._problem.hide()
        self._empty = label(_EMPTY, "hint", wrap=True)
        self._restore = button(_("&Restore this version"), self._restore_it, "primary")
        foot = QHBoxLayout()
        foot.addWidget(label(_HIDDEN, "hint", wrap=True), 1)
        foot.addWidget(self._restore, 0, Qt.AlignmentFlag.AlignTop)
        inside = QVBoxLayout()
        inside.setSpacing(9)
        inside.addWidget(self._empty)
        inside.addWidget(self.list, 2)
        inside.addWidget(label(_("What would change:"), "label"))
        inside.addWidget(self._text, 3)
        inside.addWidget(self._problem)
        inside.addLayout(foot)
        self.column.addLayout(inside, 1)
        self._show_version(VersionShown("", (), False))

    def look(self) -> None:
        """Read the list, and the chosen version again: what restoring it changes depends on the present."""
        self.read(self._history.read, self._show)

    def _show(self, rows: tuple[VersionRow, ...]) -> None:
        if rows != self._rows:
            self._rows = rows
            blocked = self.list.blockSignals(True)
            self.list.clear()
            for row in rows:
                item = QListWidgetItem(for_qt(row.text))
                item.setToolTip(for_qt(row.text))
                self.list.addItem(item)
            ids = [row.id for row in rows]
            self.list.setCurrentRow(ids.index(self._wanted) if self._wanted in ids else min(0, len(ids) - 1))
            self.list.blockSignals(blocked)
        self._empty.setVisible(not rows)
        self.list.setVisible(bool(rows))
        self._choose(self.list.currentRow())

    def _choose(self, at: int) -> None:
        if not 0 <= at < len(self._rows):
            self._wanted = ""
            self._show_version(VersionShown("", (), False))
            return
        self._wanted = wanted = self._rows[at].id

        def show(shown: VersionShown) -> None:
            if shown.id == self._wanted:  # otherwise another one was chosen meanwhile
                self._show_version(shown)

        history = self._history
        self.tools.work.do(lambda: history.look_at(wanted), show, self.tools.runner.say_failed)

    def _show_version(self, shown: VersionShown) -> None:
        text = for_qt("\n".join(shown.lines))
        if text != self._text.toPlainText():
            self._text.setPlainText(text)
        show(self._problem.setText, for_qt(shown.why_not))
        self._problem.setVisible(bool(shown.why_not))
        self._restore.setEnabled(shown.restorable)

    def _restore_it(self) -> None:
        wanted, history = self._wanted, self._history
        if wanted and self._restore.isEnabled():
            self.tools.runner.run(lambda: history.restore(wanted))
