"""The page of credentials: where the key is, the recovery code, and tokens in the clear."""

from __future__ import annotations

from PySide6.QtWidgets import QMessageBox, QPushButton, QVBoxLayout, QWidget

from codemie_core.credentials import RecoveryCode
from codemie_tray.text.language import _, english
from codemie_tray.windows.data.settings.credentials import CredentialChanges
from codemie_tray.windows.look.card import Card as CardView
from codemie_tray.windows.parts.basics import button
from codemie_tray.windows.parts.basics.translated import show
from codemie_tray.windows.parts.notices import Notice
from codemie_tray.windows.parts.work import Work
from codemie_tray.windows.pure.settings.protection import Act, Card, CredentialsShown, cards, question
from codemie_tray.windows.settings.dialogs.recovery import RecoveryDialog
from codemie_tray.windows.settings.pages.page import Page, Tools
from codemie_tray.windows.settings.runner import SettingsRunner


class CredentialsPage(Page):
    """See the module.

    Args:
        tools: what it works with.
        keyring_work: runs what may wait for the keyring, and thus for the user, for minutes.
        keyring_runner: changes on that thread.
    """

    def __init__(self, tools: Tools, keyring_work: Work, keyring_runner: SettingsRunner) -> None:
        super().__init__(_("Credentials"), tools)
        self._work, self._runner = keyring_work, keyring_runner
        # One for each thread: neither is thread-safe.
        self._reader, self._changes = CredentialChanges(tools.home), CredentialChanges(tools.home)
        self._shown = CredentialsShown()
        self._kinds: list[tuple[str, Act | None]] = []
        self._drawn: list[tuple[CardView, QPushButton | None]] = []
        self._keyring: str | None = None
        self.notice = Notice()
        self._cards = QWidget()
        self.column.addWidget(self.notice)
        self.column.addWidget(self._cards)
        self.column.addStretch(1)
        self._runner.ended.connect(self.look)

    def look(self) -> None:
        """Read how the store is protected; at first, ask which keyring there is."""
        if self._keyring is None:
            self._keyring = ""
            self._work.do(self._changes.keyring_name, self._name_keyring, lambda _error: None)
        self.read(self._reader.read, self._show)

    def _name_keyring(self, name: str) -> None:
        self._keyring = name
        self._show(self._shown)

    def _show(self, shown: CredentialsShown) -> None:
        self._shown = shown
        text = shown.problem or shown.read_only
        if text != self.notice.text:
            self.notice.say(text)
        made = cards(shown, self._keyring or "")
        if [(english(card.title), card.act) for card in made] != self._kinds:
            self._draw(made)
        for card, (view, pressed) in zip(made, self._drawn, strict=True):
            view.name(card.title)
            view.say(card.text)
            if pressed is not None:
                show(pressed.setText, card.caption)
                pressed.setEnabled(card.enabled and not self._runner.changing)

    def _draw(self, made: tuple[Card, ...]) -> None:
        """Show other cards; those that stay the same keep the focus, because they are reused."""
        self._kinds = [(english(card.title), card.act) for card in made]
        old, self._cards = self._cards, QWidget()
        column = QVBoxLayout(self._cards)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self._drawn = [self._view(card) for card in made]
        for view, _pressed in self._drawn:
            column.addWidget(view)
        self.column.replaceWidget(old, self._cards)
        old.hide()
        old.deleteLater()

    def _view(self, card: Card) -> tuple[CardView, QPushButton | None]:
        act, pressed = card.act, None
        if act is not None:
            wanted = act in (Act.MOVE_IN, Act.PROTECT)
            pressed = button(card.caption, lambda: self._ask(act), "primary" if wanted else "")
        return CardView(card.title, card.text, pressed), pressed

    def _ask(self, act: Act) -> None:
        if self._runner.changing:
            return
        if act in (Act.NEW_CODE, Act.REPLACE_CODE):
            self._show_code(replaces=act is Act.REPLACE_CODE)
            return
        asked = question(act, self._shown)
        if asked is None or self._agreed(*asked):
            self._runner.run(lambda: self._changes.carry_out(act))
            self._show(self._shown)  # with the buttons disabled

    def _agreed(self, asked: str, means: str, caption: str) -> bool:
        box = QMessageBox(self)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(self.window().windowTitle())
        box.setText(asked)
        box.setInformativeText(means)
        agree = box.addButton(caption, QMessageBox.ButtonRole.AcceptRole)
        cancel = box.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(cancel)
        box.exec()
        return box.clickedButton() is agree

    def _show_code(self, *, replaces: bool) -> None:
        def add(code: RecoveryCode) -> None:
            self._runner.run(lambda: self._changes.add_code(code, replace=replaces))

        dialog = RecoveryDialog(self, replaces=replaces)
        dialog.confirmed.connect(add)
        dialog.open()
