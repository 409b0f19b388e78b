"""The sheet that lists the keys of a window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from codemie_tray.text.language import _
from codemie_tray.windows.look.table import ReadTable
from codemie_tray.windows.parts.basics import button, label, without_mnemonic
from codemie_tray.windows.parts.basics.translated import now, show


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys, and what they do."""

    caption: str
    """May have a mnemonic; empty for keys that are not listed."""
    keys: tuple[QKeySequence, ...]


class KeysSheet(QDialog):
    """Lists keys.

    Args:
        parent: their window.
        listed: in the order in which they are shown.
    """

    def __init__(self, parent: QWidget, listed: Sequence[Keys]) -> None:
        super().__init__(parent)
        self.setObjectName("window")
        show(self.setWindowTitle, _("Keyboard shortcuts"))
        table = ReadTable(_("Keyboard shortcuts"), (_("Action"), _("Keys")))
        table.show_rows([(without_mnemonic(now(one.caption)), _names_of(one.keys)) for one in listed])
        table.resizeColumnsToContents()
        table.setMinimumWidth(sum(table.columnWidth(at) for at in range(2)) + 2 * table.frameWidth() + 24)
        table.fit()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 18, 24, 16)
        column.setSpacing(12)
        column.addWidget(label(_("Keyboard shortcuts"), "heading"))
        column.addWidget(table)
        close = button(_("&Close"), self.accept)
        close.setDefault(True)
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        table.setFocus()


def _names_of(keys: Sequence[QKeySequence]) -> str:
    """Return keys as this system writes them; of a row such as Ctrl+1, Ctrl+2, ... the first and the last."""
    shown = [one.toString(QKeySequence.SequenceFormat.NativeText) for one in keys]
    return f"{shown[0]} – {shown[-1]}" if len(shown) > 3 else ", ".join(shown)  # noqa: RUF001
