"""A card: a bold title, a text below it, and buttons at the right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from codemie_tray.windows.parts.basics import label
from codemie_tray.windows.parts.basics.translated import show

_MARGIN, _BETWEEN = 16, 16
_MOST_OF_THE_LINE = 0.5
"""Part of the line that may be used by what can be done, so that the texts keep the rest."""


class Card(QFrame):
    """One subject of a page.

    Args:
        title: its name.
        hint: what there is to know about it; empty for nothing.
        control: what can be done, at the right; None for nothing.
        below: further widgets, one below the other.
    """

    def __init__(
        self, title: str, hint: str = "", control: QWidget | None = None, below: tuple[QWidget, ...] = ()
    ) -> None:
        super().__init__()
        self.setObjectName("panel")
        self._title = label(title, "title", wrap=True)
        self._hint = label(hint, "hint", wrap=True)
        self._hint.setVisible(bool(hint))
        self._control, self._below = control, below
        self._texts = texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addWidget(self._title)
        texts.addWidget(self._hint)
        self._line = line = QHBoxLayout()
        line.setSpacing(_BETWEEN)
        line.addLayout(texts, 1)
        if control is not None:
            line.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_MARGIN, 12, _MARGIN, 13)
        layout.setSpacing(9)
        layout.addLayout(line)
        for widget in below:
            layout.addWidget(widget)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return room for the texts, with what can be done below them."""
        parts = [self._texts.minimumSize().width(), *(one.minimumSizeHint().width() for one in self._below)]
        if self._control is not None:
            parts.append(self._control.sizeHint().width())
        return QSize(max(parts) + 2 * _MARGIN, super().minimumSizeHint().height())

    def event(self, event: QEvent) -> bool:
        """Put what can be done below the texts where it would leave them too little room."""
        if self._control is not None and event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            room = (self.width() - 2 * _MARGIN) * _MOST_OF_THE_LINE
            below = self._control.sizeHint().width() > room
            directions = QBoxLayout.Direction
            self._line.setDirection(directions.TopToBottom if below else directions.LeftToRight)
            self._line.setSpacing(9 if below else _BETWEEN)
        return super().event(event)

    def name(self, title: str) -> None:
        """Show another title."""
        show(self._title.setText, title)

    def say(self, hint: str) -> None:
        """Show another hint; empty for none."""
        show(self._hint.setText, hint)
        self._hint.setVisible(bool(hint))
