"""One card per provider, to search, click, or navigate with the arrow keys."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QStyle, QStyleOptionButton, QWidget

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
_PADDING = 13
"""Left and right of a card's text, with its border."""


class ProviderCards(QWidget):
    """All providers, at most one of them selected."""

    chosen = Signal(object)
    """Carries the `Provider`."""
    done = Signal()
    """A card was clicked, or Enter pressed: continue with the fields."""
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
            card.toggled.connect(lambda on, card=card: self._choose(card) if on else None)
            # Once the fields are laid out: a short window has no room for them below the cards.
            card.clicked.connect(lambda: QTimer.singleShot(0, self.done.emit))
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
        self._allow_tab()

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

    def _choose(self, card: _Card) -> None:
        self._allow_tab()
        self.chosen.emit(card.provider)

    def _allow_tab(self) -> None:
        """Let Tab stop at the chosen card, or else at the first one; the arrow keys reach the others.

        Qt does that only after a card had the focus, so that one chosen by searching was never reached.
        """
        shown = self._shown()
        stop = next((card for card in shown if card.isChecked()), shown[0] if shown else None)
        for card in self._cards:
            policy = Qt.FocusPolicy.StrongFocus if card is stop else Qt.FocusPolicy.ClickFocus
            card.setFocusPolicy(policy)

    def _shown(self) -> list[_Card]:
        return [card for card in self._cards if not card.isHidden()]


class _Card(QPushButton):
    """One provider."""

    def __init__(self, provider: Provider, cards: ProviderCards) -> None:
        super().__init__(cards)
        self.provider, self._all = provider, cards
        self._bold = QFont(self.font())
        self._bold.setWeight(QFont.Weight.DemiBold)
        title, needed = from_core(provider.title), needs(provider)
        text = _("{title}\n{needs}").format(title=title, needs=needed) if needed else title
        show(self.setText, text)
        self.setObjectName("card")
        self.setCheckable(True)
        self.setAutoDefault(False)
        show(self.setAccessibleName, title)
        show(self.setAccessibleDescription, needed)

    def sizeHint(self) -> QSize:  # noqa: N802  Qt's name
        """Return room for the title in bold, which is wider than the button takes it to be."""
        hint = super().sizeHint()
        plain, bold = QFontMetrics(self.font()), QFontMetrics(self._bold)
        title, _break, needed = self.text().partition("\n")
        below = plain.horizontalAdvance(needed)
        more = max(bold.horizontalAdvance(title), below) - max(plain.horizontalAdvance(title), below)
        return QSize(hint.width() + max(0, more), hint.height())

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802  Qt's name
        """Draw the button, its title in bold, and below it what the provider needs."""
        painter = QPainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        title, _break, needed = option.text.partition("\n")
        option.text = ""
        self.style().drawControl(QStyle.ControlElement.CE_PushButton, option, painter, self)
        inside = self.rect().adjusted(_PADDING, 0, -_PADDING, 0)
        height = QFontMetrics(self._bold).height()
        inside.setTop((self.height() - 2 * height) // 2)
        inside.setHeight(height)
        leading = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        painter.setPen(self.palette().color(QPalette.ColorRole.ButtonText))
        painter.setFont(self._bold)
        painter.drawText(inside, leading, title)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(inside.translated(0, height), leading, needed)
        painter.end()

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
