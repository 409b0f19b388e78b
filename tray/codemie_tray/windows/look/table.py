"""A table that is only read."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from codemie_tray.windows.parts.basics.translated import now, show


class ReadTable(QTableWidget):
    """Rows of texts; the first column takes the room that the others leave.

    Args:
        name: what a screen reader calls it.
        headings: of its columns.
        left: how many columns are aligned to the left, as texts are; the others are numbers.
    """

    def __init__(self, name: str, headings: Sequence[str], *, left: int = 1) -> None:
        super().__init__(0, len(headings))
        self._left = left
        show(self.setAccessibleName, name)
        self.head(headings)
        self.verticalHeader().hide()
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def head(self, headings: Sequence[str]) -> None:
        """Show the headings of the columns in the present language."""
        self.setHorizontalHeaderLabels([now(heading) for heading in headings])
        for column in range(len(headings)):
            if heading := self.horizontalHeaderItem(column):
                heading.setTextAlignment(self._alignment(column))

    def show_rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Show other rows; the selected place stays selected."""
        place = self.currentRow(), self.currentColumn()
        self.setRowCount(len(rows))
        for at, row in enumerate(rows):
            for column, text in enumerate(row):
                if (item := self.item(at, column)) is None:
                    item = QTableWidgetItem()
                    item.setTextAlignment(self._alignment(column))
                    self.setItem(at, column, item)
                if item.text() != text:
                    item.setText(text)
        if place[0] >= 0 and place[0] < len(rows):
            self.setCurrentCell(*place)

    def fit(self) -> None:
        """Be as high as its rows."""
        height = self.horizontalHeader().sizeHint().height() + 2 * self.frameWidth() + 2
        height += sum(self.rowHeight(at) for at in range(self.rowCount()))
        self.setFixedHeight(height)

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignLeft if column < self._left else Qt.AlignmentFlag.AlignRight
        return side | Qt.AlignmentFlag.AlignVCenter
