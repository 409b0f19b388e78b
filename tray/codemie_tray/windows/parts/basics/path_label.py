"""A path on one line, with its middle left out where there is no room for all of it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

from codemie_tray.windows.parts.basics.widgets import for_qt

_LEAST_WIDTH = 160


class PathLabel(QLabel):
    """Shows a path; its tooltip and its accessible name have all of it.

    Args:
        path: the path.
    """

    def __init__(self, path: str) -> None:
        super().__init__()
        self._whole = for_qt(path)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setObjectName("hint")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setText(self._whole)
        self.setToolTip(self._whole)
        self.setAccessibleName(self._whole)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return room for the beginning and the end."""
        return QSize(_LEAST_WIDTH, super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return the same: a long path must not make the window wider."""
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  Qt's name
        """Show as much of the path as there is room for."""
        super().resizeEvent(event)
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideMiddle, self.width()))
