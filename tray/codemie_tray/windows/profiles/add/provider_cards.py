"""One card per provider, to search, click, or navigate with the arrow keys."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QWidget

from codemie_core.profiles.provider import Provider
from codemie_core.profiles.providers import PROVIDERS
from codemie_tray.text.language import _
from codemie_tray.text.language.core_texts import from_core
from codemie_tray.windows.parts.basics.translated import show
from codemie_tray.windows.pure.offers import matching, needs

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
"""By how many columns and rows a key moves."""


class ProviderCards(QWidget):
    """All providers, at most one of them selected."""

    chosen = Signal(object)
    """Carries the `Provider`."""
    done = Signal()
    """Enter was pressed: continue with the fields."""
    moved = Signal(QWidget)
    """The arrow keys moved the focus to a card."""

    def __init__(self) -> None:
        super().__init__()
        self._columns = 2
        self._group = QButtonGroup(self)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        self._cards = [_Card(provider, self) for provider in PROVIDERS]
        for card in self._cards:
            self._group.addButton(card)
            card.toggled.connect(lambda on, card=card: self.chosen.emit(card.provider) if on else None)
        self.search("")

    def focus_first(self) -> None:
        """Put the focus on the first card."""
        self._cards[0].setFocus()

    def search(self, text: str) -> None:
        """Show the providers that match a text."""
        wanted = [provider.key for provider in matching(text)]
        for card in self._cards:
            self._grid.removeWidget(card)
            card.setVisible(card.provider.key in wanted)
        for at, card in enumerate(self._shown()):
            self._grid.addWidget(card, at // self._columns, at % self._columns)

    def choose_first(self) -> bool:
        """Choose the first card shown; return whether there is one."""
        shown = self._shown()
        if shown:
            shown[0].setChecked(True)
        return bool(shown)

    def use_one_column(self) -> None:
        """Show one card per row, where two don't fit beside each other."""
        self._columns = 1
        self.search("")

    def move_from(self, card: QPushButton, columns: int, rows: int) -> None:
        """Put the focus on another card, and choose it."""
        shown, step = self._shown(), columns + rows * self._columns
        at = next(at for at, one in enumerate(shown) if one is card) + step
        if 0 <= at < len(shown):
            shown[at].setFocus()
            shown[at].setChecked(True)
            self.moved.emit(shown[at])

    def _shown(self) -> list[_Card]:
        return [card for card in self._cards if not card.isHidden()]


class _Card(QPushButton):
    """One provider."""

    def __init__(self, provider: Provider, cards: ProviderCards) -> None:
        super().__init__(cards)
        self.provider, self._all = provider, cards
        title, needed = from_core(provider.title), needs(provider)
        text = _("{title}\n{needs}").format(title=title, needs=needed) if needed else title
        show(self.setText, text)
        self.setObjectName("card")
        self.setCheckable(True)
        self.setAutoDefault(False)
        show(self.setAccessibleName, title)
        show(self.setAccessibleDescription, needed)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  Qt's name
        """Move with the arrow keys; Enter continues with the fields."""
        key = Qt.Key(event.key())
        if key in _ARROWS:
            self._all.move_from(self, *_ARROWS[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.setChecked(True)
            self._all.done.emit()
        else:
            super().keyPressEvent(event)
