"""A card: a bold title, a text below it, and buttons at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from codemie_tray.windows.parts.basics import label
from codemie_tray.windows.parts.basics.translated import show


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
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addWidget(self._title)
        texts.addWidget(self._hint)
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addLayout(texts, 1)
        if control is not None:
            line.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 13)
        layout.setSpacing(9)
        layout.addLayout(line)
        for widget in below:
            layout.addWidget(widget)

    def name(self, title: str) -> None:
        """Show another title."""
        show(self._title.setText, title)

    def say(self, hint: str) -> None:
        """Show another hint; empty for none."""
        show(self._hint.setText, hint)
        self._hint.setVisible(bool(hint))
