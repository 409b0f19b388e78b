"""Draws the chart of stacked bars; the arrow keys walk through the days, and a strip below says each."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame

from codemie_tray.text.language import _
from codemie_tray.windows.look.palette import Colours
from codemie_tray.windows.look.theme import Theme
from codemie_tray.windows.parts.basics.translated import show
from codemie_tray.windows.pure.usage.chart import Bar, Chart, day_label, tick_label

_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 12, 14, 28
_LABEL_PIXELS = 12
_DIVIDER = 1.0
_BETWEEN_LABELS = 20


class ChartView(QFrame):
    """One stacked bar per day.

    Args:
        theme: the look.
    """

    chosen = Signal(str)
    """Carries the sentence about the day under the pointer or the keyboard's mark."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._chart = Chart()
        self._at = -1
        self.name(_("Tokens per day"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumHeight(140)
        theme.changed.connect(self.update)

    def name(self, name: str) -> None:
        """Say what the bars are, for a screen reader."""
        show(self.setAccessibleName, name)

    def show_chart(self, chart: Chart) -> None:
        """Show another chart; the day stays marked if it is in it."""
        marked = self._chart.bars[self._at].day if 0 <= self._at < len(self._chart.bars) else None
        self._chart = chart
        days = [bar.day for bar in chart.bars]
        self._mark(days.index(marked) if marked in days else len(days) - 1)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return its usual size."""
        return QSize(640, 210)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Walk through the days."""
        last = len(self._chart.bars) - 1
        to = {
            Qt.Key.Key_Left: max(0, self._at - 1),
            Qt.Key.Key_Right: min(last, self._at + 1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }.get(Qt.Key(event.key()))
        if to is None or last < 0:
            super().keyPressEvent(event)
        else:
            self._mark(to)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  Qt's name
        """Mark the day under the pointer."""
        at = int((event.position().x() - _LEFT) // self._step) if self._chart.bars else -1
        if 0 <= at < len(self._chart.bars) and at != self._at:
            self._mark(at)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the axis, the bars, and the mark."""
        colours = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = self.font()
        font.setPixelSize(_LABEL_PIXELS)
        painter.setFont(font)
        plot = self._plot
        for tick in self._chart.ticks:
            y = plot.bottom() - self._height_of(tick)
            painter.setPen(QPen(QColor(colours.line), 1))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            painter.setPen(QColor(colours.muted))
            box = QRectF(0, y - 9, _LEFT - 8, 18)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, flags, tick_label(tick))
        self._draw_bars(painter, plot)
        self._draw_days(painter, plot, QFontMetrics(font))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    def _draw_bars(self, painter: QPainter, plot: QRectF) -> None:
        colours = self._theme.colours
        for at, bar in enumerate(self._chart.bars):
            left = plot.left() + at * self._step
            gap = min(4.0, self._step * 0.2)
            if at == self._at and self._chart.top:  # alone, the mark would look like a bar
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(colours.selected))
                painter.drawRect(QRectF(left, plot.top(), self._step, plot.height()))
            width = max(1.0, self._step - gap)
            if bar.value is None:
                painter.setPen(QPen(QColor(colours.warning), 1.5, Qt.PenStyle.DotLine))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(left + gap / 2, plot.bottom() - 12, width, 12))
            elif bar.value:
                box = QRectF(left + gap / 2, plot.top(), width, plot.height())
                self._draw_parts(painter, bar, box, is_today=at == len(self._chart.bars) - 1)

    def _draw_parts(self, painter: QPainter, bar: Bar, area: QRectF, *, is_today: bool) -> None:
        """Draw the parts of a bar, largest at the bottom; a thin line divides them, if colours do not."""
        parts = bar.parts or (bar.value or 0,)
        bottom, drawn = area.bottom(), 0
        for at, part in enumerate(parts):
            if not part:
                continue
            drawn += part
            top = area.bottom() - max(2.0, self._height_of(drawn))
            box = QRectF(area.x(), top, area.width(), bottom - top)
            if at and box.height() > 2 * _DIVIDER:
                box.setBottom(box.bottom() - _DIVIDER)
            bottom = top
            colour = QColor(part_colour(self._theme.colours, self._chart, at))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            if is_today:  # which is not over
                painter.setPen(QPen(colour, 1))
                painter.setBrush(QBrush(colour, Qt.BrushStyle.BDiagPattern))
                box.adjust(0.5, 0.5, -0.5, -0.5)
            painter.drawRect(box)

    def _draw_days(self, painter: QPainter, plot: QRectF, metrics: QFontMetrics) -> None:
        bars = self._chart.bars
        painter.setPen(QColor(self._theme.colours.muted))
        widest = max((metrics.horizontalAdvance(day_label(bar.day)) for bar in bars), default=0)
        every = max(1, -int(-(widest + _BETWEEN_LABELS) // max(1.0, self._step)))
        for at in range(len(bars) - 1, -1, -every):
            text = day_label(bars[at].day)
            width = metrics.horizontalAdvance(text) + 2
            x = plot.left() + (at + 0.5) * self._step - width / 2
            x = min(max(x, 0.0), self.width() - width)
            box = QRectF(x, plot.bottom() + 6, width, 18)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    @property
    def _plot(self) -> QRectF:
        return QRectF(
            _LEFT, _TOP, max(1, self.width() - _LEFT - _RIGHT), max(1, self.height() - _TOP - _BOTTOM)
        )

    @property
    def _step(self) -> float:
        return self._plot.width() / max(1, len(self._chart.bars))

    def _height_of(self, tokens: int) -> float:
        return self._plot.height() * tokens / self._chart.top if self._chart.top else 0.0

    def _mark(self, at: int) -> None:
        self._at = at
        sentence = self._chart.bars[at].sentence if 0 <= at < len(self._chart.bars) else ""
        self.setAccessibleDescription(sentence)
        self.chosen.emit(sentence)
        self.update()


def part_colour(colours: Colours, chart: Chart, at: int) -> str:
    """Return the colour of a part of the bars; what stands for all others has the last one."""
    if chart.has_others and at == len(chart.names) - 1:
        return colours.series[-1]
    return colours.series[at % len(colours.series)]
