"""Shown if another program changed the profile during editing: both texts per field, and which one to use."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from codemie_core.config.secret_detection.classifier import shown
from codemie_tray.text.language import _
from codemie_tray.text.plain_text import plain
from codemie_tray.windows.look.check_box import RadioButton
from codemie_tray.windows.parts.basics import button, escaped, label
from codemie_tray.windows.parts.basics.translated import show
from codemie_tray.windows.pure.fields.merge import Conflict

_LONGEST = 60


class ConflictStrip(QFrame):
    """Asks, for each field that both changed, which text to use."""

    decided = Signal(object)
    """Carries the names of the fields for which the other program's text was chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._conflicts: tuple[Conflict, ...] = ()
        self._theirs: dict[str, RadioButton] = {}
        self._groups: list[QButtonGroup] = []
        self._title = label("", wrap=True)
        self._inside = QWidget()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(14, 9, 14, 9)
        self._layout.addWidget(self._title)
        self._layout.addWidget(self._inside)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(button(_("Use &theirs"), lambda: self._decide_all(theirs=True)))
        buttons.addWidget(button(_("&Keep mine"), lambda: self._decide_all(theirs=False)))
        buttons.addWidget(button(_("&Use the selected values"), self._decide, "primary"))
        self._layout.addLayout(buttons)
        self.hide()

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return bool(self._conflicts)

    def ask(self, profile: str, conflicts: tuple[Conflict, ...]) -> None:
        """Ask about fields; do nothing if there are none."""
        self._conflicts = conflicts
        self.setVisible(bool(conflicts))
        if not conflicts:
            return
        text = _("Another program changed {name} while you were typing. Which do you want?")
        title = text.format(name=plain(profile))
        show(self._title.setText, title)
        show(self.setAccessibleName, title)
        self._layout.removeWidget(self._inside)
        self._inside.deleteLater()
        self._inside = QWidget()
        grid = QGridLayout(self._inside)
        grid.setContentsMargins(0, 0, 0, 0)
        self._theirs, self._groups = {}, []
        for at, conflict in enumerate(conflicts):
            grid.addWidget(label(conflict.label, "label"), at, 0)
            theirs, mine = self._choices(conflict)
            grid.addWidget(theirs, at, 1)
            grid.addWidget(mine, at, 2)
        grid.setColumnStretch(2, 1)
        self._layout.insertWidget(1, self._inside)

    def _choices(self, conflict: Conflict) -> tuple[RadioButton, RadioButton]:
        group = QButtonGroup(self)
        made = []
        theirs, yours = _("Theirs: {value}"), _("Yours: {value}")
        for whose, text in ((theirs, conflict.theirs), (yours, conflict.mine)):
            visible = plain(shown(tuple(conflict.field.split(".")), text), _LONGEST) or _("(empty)")
            one = RadioButton()
            show(one.setText, whose.format(value=escaped(visible)))
            spoken = _("{field}, {choice}").format(field=conflict.label, choice=whose.format(value=visible))
            show(one.setAccessibleName, spoken)
            group.addButton(one)
            made.append(one)
        made[1].setChecked(True)
        self._groups.append(group)
        self._theirs[conflict.field] = made[0]
        return made[0], made[1]

    def _decide(self) -> None:
        self._end(frozenset(name for name, radio in self._theirs.items() if radio.isChecked()))

    def _decide_all(self, *, theirs: bool) -> None:
        self._end(frozenset(self._theirs) if theirs else frozenset())

    def _end(self, theirs: frozenset[str]) -> None:
        conflicts, self._conflicts = self._conflicts, ()
        self.hide()
        if conflicts:
            self.decided.emit((conflicts, theirs))
