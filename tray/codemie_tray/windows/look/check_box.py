"""Check boxes and radio buttons whose outline can be seen on light and dark: 3:1 or more (WCAG 2.2, 1.4.11).

Fusion derives the outline from the window's colour, which on a dark window is nearly black.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox, QRadioButton, QStyle, QStyleOptionButton

_TICK = ((0.24, 0.53), (0.43, 0.71), (0.77, 0.31))
"""The corners of the tick in a box of size 1."""


class CheckBox(QCheckBox):
    """A box with a tick."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the text as usual, and the box in our colours."""
        super().paintEvent(event)
        _draw(self, QStyle.SubElement.SE_CheckBoxIndicator, corner=0.26)


class RadioButton(QRadioButton):
    """A circle with a dot."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the text as usual, and the circle in our colours."""
        super().paintEvent(event)
        _draw(self, QStyle.SubElement.SE_RadioButtonIndicator, corner=0.5)


def _draw(button: QCheckBox | QRadioButton, element: QStyle.SubElement, *, corner: float) -> None:
    option = QStyleOptionButton()
    button.initStyleOption(option)
    box = QRectF(button.style().subElementRect(element, option, button))
    size = min(box.width(), box.height())
    box = QRectF(box.x(), box.center().y() - size / 2, size, size)
    roles, palette = QPalette.ColorRole, button.palette()
    painter = QPainter(button)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(box.adjusted(-1, -1, 1, 1), palette.color(roles.Window))  # over Fusion's own
    inside = box.adjusted(1, 1, -1, -1)
    filled = button.isChecked() and button.isEnabled()
    painter.setBrush(palette.color(roles.Accent if filled else roles.Base))
    painter.setPen(QPen(palette.color(roles.Accent if filled else roles.PlaceholderText), 1.25))
    painter.drawRoundedRect(inside, size * corner, size * corner)
    if button.isChecked():
        mark = palette.color(roles.HighlightedText if filled else roles.PlaceholderText)
        if corner < 0.5:
            pen = QPen(mark, size / 8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            corners = [QPointF(box.x() + x * size, box.y() + y * size) for x, y in _TICK]
            painter.drawPolyline(QPolygonF(corners))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(mark)
            painter.drawEllipse(box.center(), size * 0.2, size * 0.2)
    if button.hasFocus():
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(palette.color(roles.Text if filled else roles.Accent), 2))
        painter.drawRoundedRect(inside, size * corner, size * corner)
    painter.end()
