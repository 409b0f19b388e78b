"""Shows a new recovery code, once; it becomes valid when its last group was typed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from codemie_core.credentials import RecoveryCode
from codemie_core.profiles.checks import Problem, Severity
from codemie_core.system.process.core_dumps import forbid_core_dumps
from codemie_tray.text.language import _
from codemie_tray.windows.parts.basics import button, label
from codemie_tray.windows.parts.basics.translated import show
from codemie_tray.windows.parts.field_row import FieldRow
from codemie_tray.windows.pure.settings.recovery import code_lines, is_last_group, problem_of, spoken
from codemie_tray.windows.settings.dialogs.secret_clipboard import WIPED_AFTER_SECONDS, SecretClipboard

_WIDTH = 540
_CODE_PIXELS = 22
_EMPTIED = _("The clipboard is emptied after {count} seconds, or when this dialog closes.").format(
    count=f"{WIPED_AFTER_SECONDS:g}"
)


class RecoveryDialog(QDialog):
    """Forgets the code when it closes.

    Args:
        parent: the page.
        replaces: whether another code becomes invalid.
    """

    confirmed = Signal(object)
    """Carries the `RecoveryCode` that the user wrote down."""

    def __init__(self, parent: QWidget, *, replaces: bool) -> None:
        super().__init__(parent)
        forbid_core_dumps()  # until this process ends: Qt copies a text wherever it likes
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._code: RecoveryCode | None = RecoveryCode.new()
        text = self._code.text()
        self._clipboard = SecretClipboard(self)
        self.setObjectName("window")
        show(self.setWindowTitle, _("Recovery code"))
        self.setFixedWidth(_WIDTH)
        self._shown = label(code_lines(text), "code")
        self._shown.setFont(_code_font())
        self._shown.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._shown.setAccessibleName(spoken(text))
        self._copied = label(_EMPTIED, "hint", wrap=True)
        self._typed = QLineEdit()
        self._typed.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._typed.setMaxLength(12)
        self._row = FieldRow(_("Type the &last group to confirm that you have the code"), self._typed)
        self._done = button(_("&Done"), self._confirm, "primary")
        self._done.setDefault(True)
        self._done.setEnabled(False)
        self._typed.textChanged.connect(self._check)
        hint = _("Write the code down, and keep it away from this computer. It is shown only this once.")
        if replaces:
            hint = _("The old code stops working. {hint}").format(hint=hint)
        buttons = QHBoxLayout()
        buttons.addWidget(button(_("&Copy"), self._copy))
        buttons.addStretch(1)
        buttons.addWidget(button(_("Cancel"), self.reject))
        buttons.addWidget(self._done)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 18)
        layout.setSpacing(14)
        layout.addWidget(label(_("Your recovery code"), "heading"))
        layout.addWidget(label(hint, "", wrap=True))
        layout.addWidget(self._shown)
        layout.addWidget(self._copied)
        layout.addWidget(self._row)
        layout.addLayout(buttons)
        self._shown.ensurePolished()
        self._shown.setMinimumHeight(self._shown.sizeHint().height())
        self._typed.setFocus()

    def done(self, result: int) -> None:
        """Forget the code, on the screen and in the clipboard."""
        self._clipboard.wipe()
        self._shown.clear()
        self._shown.setAccessibleName("")
        self._typed.clear()
        self._code = None
        super().done(result)

    def _copy(self) -> None:
        if self._code is not None:
            self._clipboard.copy(self._code.text())
            show(self._copied.setText, _("Copied. {hint}").format(hint=_EMPTIED))

    def _check(self) -> None:
        if self._code is None:
            return
        text = self._code.text()
        sentence = problem_of(self._typed.text(), text)
        self._row.show_problem(Problem(Severity.ERROR, "", sentence) if sentence else None)
        self._done.setEnabled(is_last_group(self._typed.text(), text))

    def _confirm(self) -> None:
        code = self._code
        if code is not None and self._done.isEnabled():
            self.accept()
            self.confirmed.emit(code)


def _code_font() -> QFont:
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(_CODE_PIXELS)
    font.setBold(True)
    return font
