"""The list of profiles: a coloured initial, the name, provider and model, and which one is active."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from codemie_tray.windows.look.theme import Theme
from codemie_tray.windows.pure.rows import Row

_Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_ACTIVE = "Active"
_WHITE = "#ffffff"
_DETAIL_PIXELS = 13
_CHIP_PIXELS = 12


class Rows(QAbstractListModel):
    """The rows as a Qt model."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[Row, ...] = ()

    def set_rows(self, rows: tuple[Row, ...]) -> None:
        """Show other rows."""
        if rows != self.rows:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()

    def rowCount(self, parent: _Index = _NO_INDEX) -> int:  # noqa: N802  Qt's name
        """Return how many there are."""
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a row's data for one of Qt's roles."""
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.label
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return row.spoken
        return None


class ProfileList(QListView):
    """Shows rows, one of them selected."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.model_of_rows = Rows(self)
        self.setModel(self.model_of_rows)
        self.setItemDelegate(_Painter(theme, self))
        self.setAccessibleName("Profiles")
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        theme.changed.connect(self.viewport().update)

    def show_rows(self, rows: tuple[Row, ...], chosen: str | None) -> None:
        """Show rows and select one, without reporting that the selection changed."""
        blocked = self.selectionModel().blockSignals(True)
        self.model_of_rows.set_rows(rows)
        names = [row.name for row in rows]
        if chosen in names:
            self.setCurrentIndex(self.model_of_rows.index(names.index(chosen)))
        else:
            self.setCurrentIndex(QModelIndex())
        self.selectionModel().blockSignals(blocked)
        self.viewport().update()

    def name_at(self, index: QModelIndex) -> str | None:
        """Return the profile at an index; None if it is not a row."""
        rows = self.model_of_rows.rows
        return rows[index.row()].name if index.isValid() and index.row() < len(rows) else None


class _Painter(QStyledItemDelegate):
    """Draws a row."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, _index: _Index) -> QSize:  # noqa: N802  Qt's name
        """Return the size of a row: two lines of text."""
        return QSize(180, 2 * QFontMetrics(option.font).height() + 16)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        """Draw one row."""
        model = index.model()
        assert isinstance(model, Rows)  # noqa: S101 - for the type checker: we show no other
        row, colours = model.rows[index.row()], self._theme.colours
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(option.rect).adjusted(2, 2, -2, -2)
        if state & QStyle.StateFlag.State_Selected:
            ring = state & QStyle.StateFlag.State_HasFocus
            painter.setPen(QPen(QColor(colours.accent), 2) if ring else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.selected))
            painter.drawRoundedRect(area, 9, 9)
        badge = QRectF(area.x() + 8, area.center().y() - 16, 32, 32)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(row.colour))
        painter.drawRoundedRect(badge, 8, 8)
        bold = QFont(option.font)
        bold.setBold(True)
        painter.setFont(bold)
        painter.setPen(QColor(_WHITE))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, row.initial)
        left, right = badge.right() + 10, area.right() - 8
        if row.active:
            right = self._draw_chip(painter, bold, area, right) - 8
        self._draw_texts(painter, row, bold, QRectF(left, area.y(), right - left, area.height()))
        painter.restore()

    def _draw_chip(self, painter: QPainter, bold: QFont, area: QRectF, right: float) -> float:
        """Draw the mark of the active profile; return its left edge."""
        small = QFont(bold)
        small.setPixelSize(_CHIP_PIXELS)
        width = QFontMetrics(small).horizontalAdvance(_ACTIVE) + 16
        chip = QRectF(right - width, area.center().y() - 10, width, 20)
        painter.setFont(small)
        painter.setPen(QColor(self._theme.colours.good))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(chip, 10, 10)
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, _ACTIVE)
        return chip.left()

    def _draw_texts(self, painter: QPainter, row: Row, bold: QFont, area: QRectF) -> None:
        colours, width = self._theme.colours, int(area.width())
        plain = QFont(bold)
        plain.setBold(False)
        plain.setPixelSize(_DETAIL_PIXELS)
        middle = area.center().y()
        lines = (
            (bold, colours.text, row.label, QRectF(area.x(), area.y(), width, middle - area.y())),
            (
                plain,
                colours.muted if row.usable else colours.bad,
                row.details,
                QRectF(area.x(), middle, width, middle - area.y()),
            ),
        )
        for font, colour, text, box in lines:
            painter.setFont(font)
            painter.setPen(QColor(colour))
            elided = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, elided)
