"""The profile's other fields: shown, but not changed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from codemie_tray.text.language import _
from codemie_tray.windows.parts.basics import button, label
from codemie_tray.windows.parts.basics.translated import show

_MOST_ROWS = 6


class OtherFields(QWidget):
    """A table that unfolds.

    Args:
        open_file: opens the configuration in the user's editor.
    """

    def __init__(self, open_file: Callable[[], object]) -> None:
        super().__init__()
        self._fold = button("", self._toggle, "quiet")
        self._fold.setCheckable(True)
        self._inside = QWidget()
        self._table = QTableWidget(0, 2)
        self._table.setHorizontalHeaderLabels([_("Field"), _("Value")])
        show(self._table.setAccessibleName, _("Other fields"))
        self._table.verticalHeader().hide()
        self._table.setShowGrid(False)
        self._table.setTabKeyNavigation(False)
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self._table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self._open = button(_("&Open the file"), open_file)
        inside = QVBoxLayout(self._inside)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(label(_("These fields are kept as they are."), "hint", wrap=True))
        inside.addWidget(self._table)
        inside.addWidget(self._open, 0, Qt.AlignmentFlag.AlignLeft)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._fold, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._inside)
        self._inside.hide()

    def show_fields(self, rows: tuple[tuple[str, str], ...], config_name: str) -> None:
        """Show the fields; hidden if there are none."""
        self._count = len(rows)
        self.setVisible(bool(rows))
        self._table.setRowCount(len(rows))
        for at, row in enumerate(rows):
            for column, text in enumerate(row):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self._table.setItem(at, column, item)
        height = self._table.horizontalHeader().sizeHint().height() + 6
        height += min(len(rows), _MOST_ROWS) * self._table.verticalHeader().defaultSectionSize()
        self._table.setFixedHeight(height)
        show(self._open.setText, _("&Open {file}").format(file=config_name))
        self._table.setHorizontalHeaderLabels([_("Field"), _("Value")])
        self._say()

    def _toggle(self) -> None:
        self._inside.setVisible(self._fold.isChecked())
        self._say()

    def _say(self) -> None:
        mark = "▾" if self._fold.isChecked() else "▸"
        text = _("{mark}  Other fields ({count})").format(mark=mark, count=self._count)
        show(self._fold.setText, text)
        show(self._fold.setAccessibleName, _("Other fields, {count}").format(count=self._count))
