"""The fields that a provider needs, one row each; another provider has other rows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from codemie_core.profiles.provider import Provider
from codemie_tray.text.language.core_texts import from_core
from codemie_tray.windows.look.combo_box import ComboBox
from codemie_tray.windows.parts.basics import for_qt
from codemie_tray.windows.parts.field_row import FieldRow
from codemie_tray.windows.pure.fields.problems import Problems

_MODEL = "model"
_LONGEST = 1 << 20
"""Qt would truncate anything longer than 32,767 characters."""


class ProviderFields(QWidget):
    """Rows of text fields, in the order of the provider table."""

    edited = Signal()
    left = Signal(str)
    """A field lost the focus; carries its name."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, FieldRow] = {}
        self._lines: dict[str, QLineEdit] = {}
        self._shown: dict[str, tuple[str, str]] = {}
        """What a field showed at first, and the text that was put into it."""
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(12)

    def build(self, provider: Provider, *, models: Sequence[str], only_needed: bool = False) -> None:
        """Create the rows of a provider, replacing the present ones.

        Args:
            provider: the provider.
            models: offered for the model.
            only_needed: omit what a profile can do without.
        """
        for row in self._rows.values():
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows, self._lines, self._shown = {}, {}, {}
        for field in provider.fields:
            if only_needed and not field.needed:
                continue
            widget: QLineEdit | QComboBox = QLineEdit()
            if field.name == _MODEL and models:
                widget = ComboBox()
                widget.setEditable(True)
                widget.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
                widget.addItems(list(models))
                widget.setCurrentIndex(-1)
                widget.setMinimumContentsLength(8)
            line = widget if isinstance(widget, QLineEdit) else widget.lineEdit()
            assert line is not None  # noqa: S101 - for the type checker: the combo box is editable
            line.setMaxLength(_LONGEST)
            line.textChanged.connect(lambda _text: self.edited.emit())
            line.editingFinished.connect(lambda name=field.name: self.left.emit(name))
            row = FieldRow(from_core(field.asks), widget)
            self._rows[field.name], self._lines[field.name] = row, line
            self._layout.addWidget(row)

    def set_texts(self, texts: dict[str, str]) -> None:
        """Fill in the fields, without reporting an edit."""
        for name, line in self._lines.items():
            text = texts.get(name, "")
            if line.text() != for_qt(text):
                blocked = line.blockSignals(True)
                line.setText(for_qt(text))
                line.setCursorPosition(0)
                line.blockSignals(blocked)
            self._shown[name] = (line.text(), text)

    def texts(self) -> dict[str, str]:
        """Return the content of the fields, without empty ones.

        Typed text is stripped of surrounding spaces; untouched text is returned as it was put in, even if Qt
        can't show it that way.
        """
        found = {}
        for name, line in self._lines.items():
            shown, text = self._shown.get(name, ("", ""))
            found[name] = text if line.text() == shown else line.text().strip()
        return {name: text for name, text in found.items() if text}

    def show_problems(self, problems: Problems) -> None:
        """Show problems below each field."""
        for name, row in self._rows.items():
            row.show_problem(problems.get(name))

    def allow(self, editing: bool) -> None:
        """Make the fields editable or read-only."""
        for row in self._rows.values():
            if isinstance(row.field, QComboBox):
                row.field.setEnabled(editing)
        for line in self._lines.values():
            line.setReadOnly(not editing)

    def focus_on(self, name: str) -> bool:
        """Put the focus on a field; return whether it is here."""
        if name in self._rows:
            self._rows[name].field.setFocus()
        return name in self._rows

    def tab_order(self) -> list[QWidget]:
        """Return the fields from top to bottom."""
        return [row.field for row in self._rows.values()]
