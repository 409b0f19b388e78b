"""The list of a window's pages."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from codemie_tray.text.language import _
from codemie_tray.windows.look.theme import Theme
from codemie_tray.windows.parts.basics.translated import now, show

_ROW_HEIGHT = 36
_WIDTH = 170
_BESIDE = 24
"""Room that a row needs beside its text."""


class PageList(QListWidget):
    """Names of pages; a ring around the chosen one shows that the list has the focus.

    Args:
        theme: the look.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._titles: list[str] = []
        self.setObjectName("pages")
        show(self.setAccessibleName, _("Pages"))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_Painter(theme, self))
        theme.changed.connect(self.viewport().update)

    def add(self, title: str) -> None:
        """Add a page below the others."""
        row = QListWidgetItem()
        row.setSizeHint(QSize(0, _ROW_HEIGHT))
        self.addItem(row)
        self._titles.append(title)
        self.name_again()

    def name_again(self) -> None:
        """Show the titles in the present language."""
        for at, title in enumerate(self._titles):
            self.item(at).setText(now(title))
        widest = max(self.fontMetrics().horizontalAdvance(now(title)) for title in self._titles)
        self.setFixedWidth(max(_WIDTH, widest + _BESIDE))


class _Painter(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QListWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one row."""
        colours, state = self._theme.colours, option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(option.rect).adjusted(1, 1, -1, -1)
        if state & QStyle.StateFlag.State_Selected:
            ring = state & QStyle.StateFlag.State_HasFocus
            painter.setPen(QPen(QColor(colours.accent), 2) if ring else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.selected))
            painter.drawRoundedRect(area, 7, 7)
        painter.setPen(QColor(colours.text))
        inside = area.adjusted(10, 0, -6, 0)
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        painter.restore()
