"""Messages across a window: a notice that stays until it is dealt with, and a toast with Undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from codemie_tray.text.language import _
from codemie_tray.windows.parts.basics import button, label
from codemie_tray.windows.parts.basics.translated import show

UNDO_SECONDS = 15
"""How long Undo is offered."""

Choice = tuple[str, Callable[[], object]]
"""A button's text and what it does."""


class Notice(QFrame):
    """A sentence and what can be done about it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._text = label("", wrap=True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._buttons: list[QWidget] = []
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(14, 9, 10, 9)
        self._layout.addWidget(self._text, 1)
        self.hide()

    def say(self, text: str, choices: Sequence[Choice] = ()) -> None:
        """Show a sentence instead of the previous one."""
        for old in self._buttons:
            self._layout.removeWidget(old)
            old.deleteLater()
        self._buttons = [button(caption, clicked) for caption, clicked in choices]
        for made in self._buttons:
            self._layout.addWidget(made)
        show(self._text.setText, text)
        show(self.setAccessibleName, text)
        self.setVisible(bool(text))

    def clear(self) -> None:
        """Show nothing."""
        self.say("")

    @property
    def text(self) -> str:
        """Its text; empty if nothing is shown."""
        return self._text.text()


class Toast(QFrame):
    """Says what was done, and offers to undo it for `UNDO_SECONDS`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self._text = label("", wrap=True)
        self._undo: Callable[[], object] | None = None
        self._button = button(_("&Undo"), self.undo)
        self._timer = QTimer(self, singleShot=True, interval=UNDO_SECONDS * 1000)
        self._timer.timeout.connect(self.drop)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 8, 8, 8)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._button)
        self.hide()

    def say(self, text: str, undo: Callable[[], object] | None = None) -> None:
        """Show a sentence.

        Args:
            text: what was done.
            undo: undoes it; None if it can't be undone.
        """
        self._undo = undo
        self._button.setVisible(undo is not None)
        show(self._text.setText, text)
        show(self.setAccessibleName, text)
        self.show()
        self._timer.start()

    def undo(self) -> None:
        """Undo what was done, if that is still offered."""
        undo = self._undo
        if undo is not None:
            self.drop()
            undo()

    def drop(self) -> None:
        """Withdraw the offer, and forget what was kept for Undo."""
        self._undo = None
        self._timer.stop()
        self.hide()
