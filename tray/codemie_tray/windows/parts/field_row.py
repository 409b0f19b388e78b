"""A field with its label above and its problem below."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from codemie_core.profiles.checks import Problem
from codemie_tray.text.language import Message
from codemie_tray.windows.parts.basics import label, without_mnemonic
from codemie_tray.windows.parts.basics.translated import show


class FieldRow(QWidget):
    """One field of a form.

    Args:
        caption: the label; `&` before its mnemonic.
        field: what is edited.
        beside: widgets on the same line, to the right of the field.
    """

    def __init__(self, caption: str, field: QLineEdit | QComboBox, beside: QWidget | None = None) -> None:
        super().__init__()
        self.field = field
        self.caption = label(caption, "label")
        self.caption.setBuddy(field)
        self.name(caption)
        field.setMinimumHeight(34)
        self._message = label("", "message", wrap=True)
        self._message.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.caption)
        layout.addWidget(beside or field)
        layout.addWidget(self._message)

    def name(self, caption: str) -> None:
        """Name the field, also for a screen reader."""
        spoken = caption
        if isinstance(caption, Message):
            spoken = Message.of(lambda catalogue: without_mnemonic(caption.in_language(catalogue)))
        else:
            spoken = without_mnemonic(caption)
        show(self.caption.setText, caption)
        show(self.field.setAccessibleName, spoken)
        if isinstance(self.field, QComboBox) and (line := self.field.lineEdit()):
            show(line.setAccessibleName, spoken)

    @property
    def message(self) -> str:
        """What is shown below the field; empty for nothing."""
        return self._message.text() if self._message.isVisibleTo(self) else ""

    def show_problem(self, problem: Problem | None) -> None:
        """Show what is wrong, or that nothing is."""
        severity = problem.severity.value if problem else ""
        sentence = problem.sentence if problem else ""
        show(self._message.setText, sentence)
        self._message.setVisible(bool(sentence))
        show(self.field.setAccessibleDescription, sentence)
        for widget in (self.field, self._message):
            if widget.property("severity") != severity:
                widget.setProperty("severity", severity)
                widget.style().unpolish(widget)
                widget.style().polish(widget)
