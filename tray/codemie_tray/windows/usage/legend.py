"""The legend of the chart: a button per part of the bars, which hides the part and shows it again."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QWidget

from codemie_tray.windows.look.theme import Theme
from codemie_tray.windows.parts.basics import escaped, for_qt
from codemie_tray.windows.pure.usage.chart import Chart, longest_fitting
from codemie_tray.windows.usage.chart_view import part_colour

_SWATCH = 12
_LONGEST_PIXELS = 150
"""A longer name is cut; its tooltip has all of it. In a narrow window, so are shorter ones."""
_AROUND_PIXELS = 38
"""What a button needs besides its text."""


class Legend(QWidget):
    """One row of buttons, pressed as long as their part is shown.

    Args:
        theme: the look.
    """

    changed = Signal()
    """Other parts are hidden."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._chart = Chart()
        self._buttons: list[QPushButton] = []
        self.hidden: frozenset[str] = frozenset()
        """Names of the parts that are not shown."""
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(2)
        self._row.addStretch(1)
        # Long names must not make the window wider.
        self._row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._colour)

    def show_chart(self, chart: Chart) -> None:
        """Show the parts of another chart; what was hidden and is in it stays hidden."""
        names, self._chart = self._chart.names, chart
        self.hidden &= frozenset(chart.names)
        self.setVisible(len(chart.names) > 1)
        if names != chart.names:
            self._rebuild()

    def _rebuild(self) -> None:
        for old in self._buttons:
            self._row.removeWidget(old)
            old.deleteLater()
        self._buttons = [self._button(name) for name in self._chart.names]
        for at, made in enumerate(self._buttons):
            self._row.insertWidget(at, made)
        self._colour()
        self._fit()
        if self._buttons:
            self.setFixedHeight(self._buttons[0].sizeHint().height())

    def _button(self, name: str) -> QPushButton:
        made = QPushButton()
        made.setObjectName("quiet")
        made.setCheckable(True)
        made.setAutoDefault(False)
        made.setChecked(name not in self.hidden)
        made.setToolTip(for_qt(name))
        made.setAccessibleName(for_qt(name))
        made.setIconSize(QSize(_SWATCH, _SWATCH))
        made.toggled.connect(lambda _on: self._toggle())
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Cut the names so that they fit."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if not self._buttons:
            return
        metrics = self._buttons[0].fontMetrics()
        wanted = [min(_LONGEST_PIXELS, metrics.horizontalAdvance(for_qt(name))) for name in self._chart.names]
        longest = longest_fitting(wanted, self.width() - _AROUND_PIXELS * len(wanted))
        for name, made in zip(self._chart.names, self._buttons, strict=True):
            shown = metrics.elidedText(for_qt(name), Qt.TextElideMode.ElideMiddle, longest + 1)
            made.setText(escaped(shown))

    def _toggle(self) -> None:
        self.hidden = frozenset(
            name for name, made in zip(self._chart.names, self._buttons, strict=True) if not made.isChecked()
        )
        self._colour()
        self.changed.emit()

    def _colour(self) -> None:
        for at, made in enumerate(self._buttons):
            colour = QColor(part_colour(self._theme.colours, self._chart, at))
            made.setIcon(_swatch(colour, filled=made.isChecked(), ratio=self.devicePixelRatioF()))


def _swatch(colour: QColor, *, filled: bool, ratio: float) -> QIcon:
    """Return a square in a colour; only its outline if its part is hidden."""
    picture = QPixmap(round(_SWATCH * ratio), round(_SWATCH * ratio))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.5))
    painter.setBrush(colour if filled else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(1, 1, _SWATCH - 2, _SWATCH - 2, 2.5, 2.5)
    painter.end()
    return QIcon(picture)
