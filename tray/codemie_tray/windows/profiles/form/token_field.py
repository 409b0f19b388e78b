"""The token's field: it accepts a new token and never shows one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from codemie_core import Secret
from codemie_core.profiles.checks import Problem
from codemie_core.system.process.core_dumps import forbid_core_dumps
from codemie_tray.text.language import _
from codemie_tray.windows.data.changes import NewToken
from codemie_tray.windows.look.check_box import CheckBox
from codemie_tray.windows.parts.basics import button, label
from codemie_tray.windows.parts.basics.translated import show
from codemie_tray.windows.parts.field_row import FieldRow
from codemie_tray.windows.pure.fields.token_place import TokenPlace, hint, placeholder_text
from codemie_tray.windows.pure.fields.token_shape import without_blanks


class TokenField(QWidget):
    """A write-only field, with whether the token goes into the store and what happens to the saved one.

    Args:
        beside_it: shown at the end of the field's line; None for nothing.
    """

    edited = Signal()
    remove_asked = Signal()

    def __init__(self, beside_it: QWidget | None = None) -> None:
        super().__init__()
        self._place, self._config_name, self._read_by_cli = TokenPlace.NONE, "config.json", False
        self._dumps_forbidden = False
        self.line = QLineEdit()
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.line.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self.line.textChanged.connect(self._typed)
        self._remove = button(_("&Remove"), self.remove_asked.emit, "danger")
        show(self._remove.setAccessibleName, _("Remove the token"))
        self._tidy = button(_("Remove the &spaces"), self._without_blanks, "quiet")
        self._tidy.hide()
        beside = QWidget()
        line = QHBoxLayout(beside)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.line, 1)
        line.addWidget(self._tidy)
        line.addWidget(self._remove)
        if beside_it is not None:
            line.addWidget(beside_it)
        self.row = FieldRow(_("Token"), self.line, beside)
        self._hint = label("", "hint", wrap=True)
        after = [] if beside_it is None else [beside_it]
        self._store = CheckBox()
        show(self._store.setText, _("Keep the token in the &encrypted store"))
        self._store.setChecked(True)
        self._store.toggled.connect(self._typed)
        self._order = [self.line, self._tidy, self._remove, *after, self._store]
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        layout.addWidget(self.row)
        layout.addWidget(self._hint)
        layout.addWidget(self._store)

    def show_place(self, caption: str, place: TokenPlace, config_name: str, *, read_by_cli: bool) -> None:
        """Discard the input, and say where the saved token is.

        Args:
            caption: the provider's name for it.
            place: where it is.
            config_name: the name of the configuration's file.
            read_by_cli: whether a plain `codemie` takes its token from there.
        """
        self._place, self._config_name, self._read_by_cli = place, config_name, read_by_cli
        self.set_caption(caption)
        self.clear()
        show(self.line.setPlaceholderText, placeholder_text(place))
        self._remove.setVisible(place is not TokenPlace.NONE)
        self._say()

    def tab_order(self) -> list[QWidget]:
        """Return its widgets in the order in which Tab reaches them."""
        return self._order

    def set_caption(self, caption: str) -> None:
        """Use the provider's name for the token."""
        self.row.name(caption)

    def translate(self) -> None:
        """Say the same in another language."""
        self._say()

    def clear(self) -> None:
        """Discard the input."""
        blocked = self.line.blockSignals(True)
        self.line.clear()
        self.line.blockSignals(blocked)
        self._store.blockSignals(True)
        self._store.setChecked(True)
        self._store.blockSignals(False)
        self.show_problem(None)
        self._say()

    def allow(self, *, editing: bool, why_not_stored: str) -> None:
        """Set whether a token may be typed, and whether the store can accept it.

        Args:
            editing: whether the configuration may be changed.
            why_not_stored: a sentence; empty if it can be stored.
        """
        self.line.setReadOnly(not editing or bool(why_not_stored))
        self._remove.setEnabled(editing and not why_not_stored)
        self._store.setEnabled(editing and not why_not_stored)
        if why_not_stored:
            show(self._hint.setText, why_not_stored)

    @property
    def text(self) -> str:
        """The present input; only its shape is used."""
        return self.line.text()

    def token(self) -> NewToken | None:
        """Return the typed token; None if nothing was typed."""
        return NewToken(Secret(self.text), self._store.isChecked()) if self.text else None

    def show_problem(self, problem: Problem | None) -> None:
        """Show the problem with the input."""
        self.row.show_problem(problem)
        self._tidy.setVisible(any(char.isspace() for char in self.text.strip("\0")) and problem is not None)

    def _without_blanks(self) -> None:
        self.line.setText(without_blanks(self.text))
        self.line.setFocus()

    def _typed(self) -> None:
        if self.text and not self._dumps_forbidden:
            self._dumps_forbidden = True  # until this process ends: Qt copies a text wherever it likes
            forbid_core_dumps()
        self._say()
        self.edited.emit()

    def _say(self) -> None:
        show(
            self._hint.setText,
            hint(
                self._place,
                config_name=self._config_name,
                typed=bool(self.text),
                in_store=self._store.isChecked(),
                cli_reads_config=self._read_by_cli,
            ),
        )
