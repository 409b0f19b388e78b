"""The field of the user's note about a profile."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

from codemie_core.config.model.arrangement import LONGEST_NOTE
from codemie_tray.text.language import _
from codemie_tray.windows.parts.basics.translated import show
from codemie_tray.windows.parts.field_row import FieldRow

_LONGEST_TYPED = 4 * LONGEST_NOTE
"""A pasted text that is too long is shown and explained, rather than cut."""


class NoteField(FieldRow):
    """A line of text with its problem below."""

    def __init__(self) -> None:
        self.line = QLineEdit()
        show(self.line.setPlaceholderText, _("Only for you; shown in the list"))
        self.line.setMaxLength(_LONGEST_TYPED)
        super().__init__(_("&Your note"), self.line)
