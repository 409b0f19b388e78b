"""A choice from a list that looks like the fields around it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF, QWheelEvent
from PySide6.QtWidgets import QComboBox

from codemie_tray.windows.parts.basics.translated import now

_FROM_RIGHT = 17
_HALF_WIDTH, _HALF_HEIGHT = 4.0, 2.0


class ComboBox(QComboBox):
    """Draws its own arrow, because a style sheet would need a picture of one in each colour."""

    def offer(self, choices: Sequence[tuple[object, str]]) -> None:
        """Offer values with their captions, in the present language; the chosen one stays chosen."""
        value = self.currentData()
        blocked = self.blockSignals(True)
        self.clear()
        for each, caption in choices:
            self.addItem(now(caption), each)
        self.setCurrentIndex(max(0, self.findData(value)))
        self.blockSignals(blocked)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the box, then the arrow."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # The style sheet's colour, greyed out like the box.
        pen = QPen(self.palette().color(self.foregroundRole()), 1.5)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        left = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x = float(_FROM_RIGHT if left else self.width() - _FROM_RIGHT)
        y = self.height() / 2
        painter.drawPolyline(
            QPolygonF(
                [
                    QPointF(x - _HALF_WIDTH, y - _HALF_HEIGHT),
                    QPointF(x, y + _HALF_HEIGHT),
                    QPointF(x + _HALF_WIDTH, y - _HALF_HEIGHT),
                ]
            )
        )
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  Qt's name
        """Leave the wheel to the form: scrolling the form must not change the choice under the pointer."""
        event.ignore()
