"""A short field whose value applies as soon as the user leaves it or presses Enter."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from codemie_core.profiles.checks import Problem, Severity
from codemie_tray.windows.parts.basics import label
from codemie_tray.windows.parts.field_row import FieldRow
from codemie_tray.windows.pure.settings.numbers import Typed

_PROBLEMS_AFTER_MS = 600
_WIDTH = 110

Value = float | int | None


class ValueField(FieldRow):
    """A number with its unit.

    Args:
        caption: the label; `&` before its mnemonic.
        unit: shown at the right.
        read: reads what was typed.
        write: shows a value as it is typed.
    """

    typed = Signal()
    """The field holds another valid value, not applied yet."""
    chosen = Signal(object)
    """Carries the new value once it applies."""

    def __init__(
        self, caption: str, unit: str, read: Callable[[str], Typed], write: Callable[[Value], str]
    ) -> None:
        self._line = QLineEdit()
        self._line.setFixedWidth(_WIDTH)
        beside = QWidget()
        line = QHBoxLayout(beside)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._line)
        line.addWidget(label(unit))
        line.addStretch(1)
        super().__init__(caption, self._line, beside)
        self._read, self._write = read, write
        self._saved: Value = None
        self._later = QTimer(self, singleShot=True, interval=_PROBLEMS_AFTER_MS)
        self._later.timeout.connect(self._say)
        self._line.textEdited.connect(self._note)
        self._line.editingFinished.connect(self.commit)

    @property
    def value(self) -> Value:
        """The value in the field; the saved one if what is typed can't be used."""
        typed = self._read(self._line.text())
        return self._saved if typed.problem else typed.value

    @property
    def is_dirty(self) -> bool:
        """Whether the field differs from what is saved."""
        return self._line.text() != self._write(self._saved)

    def show_value(self, value: Value) -> None:
        """Show what is saved; what the user is typing stays."""
        dirty = self.is_dirty and self._line.hasFocus()
        self._saved = value
        if not dirty:
            self._line.setText(self._write(value))
            self._say()

    def allow(self, *, editing: bool) -> None:
        """Set whether something may be typed."""
        self._line.setReadOnly(not editing)

    def commit(self) -> None:
        """Apply what is typed, if it is valid."""
        self._say()
        typed = self._read(self._line.text())
        if not typed.problem and self.is_dirty:
            if typed.value == self._saved:
                self._line.setText(self._write(self._saved))  # `007` is 7
            else:
                self.chosen.emit(typed.value)

    def revert(self) -> None:
        """Show what is saved."""
        self._line.setText(self._write(self._saved))
        self._say()

    def _note(self) -> None:
        self._later.start()
        if not self._read(self._line.text()).problem:
            self._say()
            self.typed.emit()

    def _say(self) -> None:
        self._later.stop()
        sentence = self._read(self._line.text()).problem
        self.show_problem(Problem(Severity.ERROR, "", sentence) if sentence else None)
