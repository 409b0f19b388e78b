"""Draws a row: a coloured initial, the name, provider and model, the note, and which profile is active."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from codemie_tray.text.language import pgettext
from codemie_tray.windows.look.theme import Theme
from codemie_tray.windows.profiles.profile_list.rows import Index, Rows
from codemie_tray.windows.pure.rows import Row

_ACTIVE = pgettext("a profile", "Active")
_WHITE = "#ffffff"
_DETAIL_PIXELS = 13
_CHIP_PIXELS = 12
_PADDING = 16


class RowPainter(QStyledItemDelegate):
    """Draws a row."""

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802  Qt's name
        """Return the size of a row: two lines of text, and one more for a note."""
        lines = 3 if self._row(index).note else 2
        return QSize(180, lines * option.fontMetrics.height() + _PADDING)

    def _row(self, index: Index) -> Row:
        model = index.model()
        assert isinstance(model, Rows)  # noqa: S101 - for the type checker: we show no other
        return model.rows[index.row()]

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        row, colours = self._row(index), self._theme.colours
        state: QStyle.StateFlag = option.state
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(option.rect).adjusted(2, 2, -2, -2)
        if state & QStyle.StateFlag.State_Selected:
            ring = state & QStyle.StateFlag.State_HasFocus
            painter.setPen(QPen(QColor(colours.accent), 2) if ring else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.selected))
            painter.drawRoundedRect(area, 9, 9)
        bold = QFont(option.font)
        bold.setBold(True)
        badge = QRectF(area.x() + 8, area.center().y() - 16, 32, 32)
        texts = QRectF(badge.right() + 10, area.y() + 6, 0, area.height() - 12)
        texts.setRight(area.right() - 8)
        self._draw_badge(painter, row, bold, _mirrored(badge, option))
        self._draw_texts(painter, row, bold, texts, option)
        painter.restore()

    def _draw_badge(self, painter: QPainter, row: Row, bold: QFont, badge: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(row.colour))
        painter.drawRoundedRect(badge, 8, 8)
        painter.setFont(bold)
        painter.setPen(QColor(_WHITE))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, row.initial)

    def _draw_texts(
        self, painter: QPainter, row: Row, bold: QFont, area: QRectF, option: QStyleOptionViewItem
    ) -> None:
        colours = self._theme.colours
        small = QFont(bold)
        small.setBold(False)
        small.setPixelSize(_DETAIL_PIXELS)
        lines = [
            (bold, colours.text, row.label),
            (small, colours.muted if row.usable else colours.bad, row.details),
            *([(small, colours.text, row.note)] if row.note else []),
        ]
        height = area.height() / len(lines)
        leading = Qt.AlignmentFlag.AlignLeft
        if option.direction == Qt.LayoutDirection.RightToLeft:
            leading = Qt.AlignmentFlag.AlignRight
        for at, (font, colour, text) in enumerate(lines):
            line = QRectF(area.x(), area.y() + at * height, area.width(), height)
            if row.active and not at:  # beside the name, so that the model has the whole width
                line.setRight(self._draw_chip(painter, bold, line, option) - 8)
            painter.setFont(font)
            painter.setPen(QColor(colour))
            elided = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(line.width()))
            alignment = leading | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(_mirrored(line, option), alignment, elided)

    def _draw_chip(self, painter: QPainter, bold: QFont, line: QRectF, option: QStyleOptionViewItem) -> float:
        """Draw the mark of the active profile at the end of a line; return where it begins."""
        small = QFont(bold)
        small.setPixelSize(_CHIP_PIXELS)
        width = QFontMetrics(small).horizontalAdvance(_ACTIVE.now) + 14
        chip = QRectF(line.right() - width, line.center().y() - 9, width, 18)
        painter.setFont(small)
        painter.setPen(QColor(self._theme.colours.good))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(_mirrored(chip, option), 9, 9)
        painter.drawText(_mirrored(chip, option), Qt.AlignmentFlag.AlignCenter, _ACTIVE.now)
        return chip.left()


def _mirrored(part: QRectF, option: QStyleOptionViewItem) -> QRectF:
    """Return where a part of a row is: on the other side in a right-to-left layout."""
    if option.direction != Qt.LayoutDirection.RightToLeft:
        return part
    row = QRectF(option.rect)
    return QRectF(row.left() + row.right() - part.right(), part.y(), part.width(), part.height())
