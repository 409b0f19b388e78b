"""The sheet that shows what importing a file would do, before anything is changed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from codemie_core.profiles.transfer.importing import Fate
from codemie_tray.text.language import _
from codemie_tray.text.plain_text import plain
from codemie_tray.windows.look.check_box import CheckBox
from codemie_tray.windows.look.table import ReadTable
from codemie_tray.windows.parts.basics import area, button, for_qt, label
from codemie_tray.windows.parts.basics.translated import show
from codemie_tray.windows.parts.notices import Notice
from codemie_tray.windows.pure.importing import Plan, columns, import_rows, question_of

Import = Callable[[Plan, bool], None]
"""Carries out a plan: whether profiles that exist are changed, too."""
_WIDTH, _MOST_ROWS_HEIGHT = 560, 320


class ImportSheet(QDialog):
    """Lists the profiles of a file, and what would happen to each.

    Args:
        parent: the window below it.
        plan: what would be done.
        carry_out: called when the user confirms; the sheet stays open until `close` is called.
    """

    def __init__(self, parent: QWidget, plan: Plan, carry_out: Import) -> None:
        super().__init__(parent)
        self.setObjectName("window")
        show(self.setWindowTitle, _("Import profiles"))
        self.setModal(True)
        self._plan, self._carry_out = plan, carry_out
        self._replace = CheckBox()
        show(self._replace.setText, _("&Change profiles that exist already; their tokens stay"))
        self._replace.setVisible(bool(plan.names(Fate.REPLACE)))
        self._replace.toggled.connect(self._show)
        self._table = ReadTable(_("Profiles in the file"), columns(), left=len(columns()))
        self._notice = Notice()
        self._done = button("", self._finish, "primary")
        self._done.setDefault(True)
        self._arrange()
        self._show()
        self.resize(_WIDTH, self.sizeHint().height())
        self._done.setFocus()

    def _arrange(self) -> None:
        column = QVBoxLayout()
        column.setContentsMargins(24, 18, 24, 14)
        column.setSpacing(10)
        column.addWidget(label(question_of(self._plan), "heading", wrap=True))
        column.addWidget(
            label(
                _("{path} contains no tokens: set them afterwards.").format(
                    path=for_qt(plain(self._plan.path, 200))
                ),
                "hint",
                wrap=True,
            )
        )
        column.addWidget(self._table, 1)
        column.addWidget(self._replace)
        column.addWidget(self._notice)
        foot = area("foot")
        line = QHBoxLayout(foot)
        line.setContentsMargins(24, 12, 24, 12)
        line.addStretch(1)
        line.addWidget(button(_("Cancel"), self.reject))
        line.addWidget(self._done)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(column, 1)
        whole.addWidget(foot)

    def _show(self) -> None:
        replace = self._replace.isChecked()
        self._table.show_rows(
            [[for_qt(cell) for cell in row] for row in import_rows(self._plan, replace=replace)]
        )
        self._table.fit()
        self._table.setFixedHeight(min(self._table.height(), _MOST_ROWS_HEIGHT))
        wanted = len(self._plan.names(Fate.ADD)) + (len(self._plan.names(Fate.REPLACE)) if replace else 0)
        show(self._done.setText, _("&Import"))
        self._done.setEnabled(bool(wanted))

    def _finish(self) -> None:
        self._done.setEnabled(False)
        self._notice.clear()
        self._carry_out(self._plan, self._replace.isChecked())

    def tell(self, sentence: str) -> None:
        """Report that it could not be imported."""
        self._notice.say(sentence, [(_("Try &again"), self._finish)])
        self._done.setEnabled(True)
