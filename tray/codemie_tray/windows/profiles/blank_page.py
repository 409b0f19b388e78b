"""What the window shows without a profile: there is none yet, or the file can't be read."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from codemie_tray.windows.parts.basics import button, label
from codemie_tray.windows.parts.notices import Choice


class BlankPage(QWidget):
    """A heading, a sentence, and the available actions."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._heading = label("", "heading", wrap=True)
        self._text = label("", "", wrap=True)
        self._hint = label("", "hint", wrap=True)
        self._buttons = QHBoxLayout()
        self._buttons.addStretch(1)
        inside = QWidget()
        inside.setMaximumWidth(560)
        column = QVBoxLayout(inside)
        column.setSpacing(12)
        for text in (self._heading, self._text, self._hint):
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(text)
        column.addLayout(self._buttons)
        self._buttons.addStretch(1)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(inside, 4)
        row.addStretch(1)
        outer.addLayout(row)
        outer.addStretch(3)

    def say(self, heading: str, text: str, hint: str, choices: Sequence[Choice]) -> None:
        """Show what is wrong; the first action has the focus."""
        before = (self._heading.text(), self._text.text(), self._hint.text())
        self._heading.setText(heading)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        captions = [caption for caption, _ in choices]
        if before == (heading, text, hint) and captions == self._captions():
            return
        while self._buttons.count() > 2:
            item = self._buttons.takeAt(1)
            if item is not None and (old := item.widget()):
                old.deleteLater()
        for at, (caption, clicked) in enumerate(choices):
            made = button(caption, clicked, "primary" if not at else "")
            self._buttons.insertWidget(at + 1, made)
            if not at:
                made.show()  # a layout shows it only later, and a hidden widget can't have the focus
                made.setFocus()

    def _captions(self) -> list[str]:
        items = (self._buttons.itemAt(at) for at in range(1, self._buttons.count() - 1))
        widgets = (item.widget() for item in items if item is not None)
        return [widget.text() for widget in widgets if isinstance(widget, QPushButton)]
