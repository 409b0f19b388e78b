"""The sheet that adds a profile: one card per provider, and below them the few fields to fill in."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from codemie_core import Profile
from codemie_core.profiles.provider import Provider
from codemie_tray.text.language import _
from codemie_tray.windows.data.changes import NewToken
from codemie_tray.windows.look.check_box import CheckBox
from codemie_tray.windows.parts.basics import button, label
from codemie_tray.windows.parts.basics.translated import show
from codemie_tray.windows.parts.field_row import FieldRow
from codemie_tray.windows.parts.notices import Notice
from codemie_tray.windows.profiles.add.provider_cards import ProviderCards
from codemie_tray.windows.profiles.form.note_field import NoteField
from codemie_tray.windows.profiles.form.provider_fields import ProviderFields
from codemie_tray.windows.profiles.form.token_field import TokenField
from codemie_tray.windows.pure.fields.form import Form, new_form
from codemie_tray.windows.pure.fields.problems import NAME, NOTE, TOKEN, Problems, has_errors, problems_in
from codemie_tray.windows.pure.fields.token_place import TokenPlace
from codemie_tray.windows.pure.names import free_name
from codemie_tray.windows.pure.offers import models_for, proposed_name, token_page
from codemie_tray.windows.pure.rows import short_title

Add = Callable[[Form, NewToken | None, bool], None]
"""Adds a profile: its form, its token, and whether to switch to it."""


class AddSheet(QDialog):
    """Asks for a new profile.

    Args:
        parent: the window below it.
        profiles: all existing profiles.
        config_name: the present or future name of the configuration's file.
        read_by_cli: whether a plain `codemie` takes its token from that file.
        store_problem: why no token can be stored, as a sentence; empty if one can.
        add: called when the user confirms; the sheet stays open until `close` is called.
    """

    import_asked = Signal()
    """Profiles should be imported from a file instead."""

    def __init__(
        self,
        parent: QWidget,
        profiles: tuple[Profile, ...],
        *,
        config_name: str,
        read_by_cli: bool,
        store_problem: str,
        add: Add,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("window")
        show(self.setWindowTitle, _("Add a profile"))
        self.setModal(True)
        self._profiles, self._add = profiles, add
        self._config_name, self._read_by_cli, self._store_problem = config_name, read_by_cli, store_problem
        self._names = [profile.name for profile in profiles]
        self._provider: Provider | None = None
        self._name_typed = False
        self._entered = False
        self._search = QLineEdit()
        show(self._search.setPlaceholderText, _("Type to find a provider"))
        show(self._search.setAccessibleName, _("Find a provider"))
        self._search.setClearButtonEnabled(True)
        self._search.returnPressed.connect(self._choose_first)
        self._cards = ProviderCards()
        self._cards.chosen.connect(self._choose)
        self._cards.done.connect(self.go_on)
        self._search.textChanged.connect(self._cards.search)
        self._name = QLineEdit()
        self._name.textEdited.connect(self._keep_name)
        self._name.textChanged.connect(self._check)
        self._name_row = FieldRow(_("&Name"), self._name)
        self._fields = ProviderFields()
        self._fields.edited.connect(self._check)
        self._get_token = button(_("&Get a token…"), self._open_token_page, "quiet")
        self._token = TokenField(self._get_token)
        self._token.edited.connect(self._check)
        self._note = NoteField()
        self._note.line.textChanged.connect(self._check)
        self._use = CheckBox()
        show(self._use.setText, _("&Switch to it now"))
        self._use.setChecked(True)
        self._use.toggled.connect(self._name_button)
        self._notice = Notice()
        self._done = button("", self._finish, "primary")
        self._done.setDefault(True)
        self._below, self._inside = QWidget(), QWidget()
        self._arrange()
        self._below.hide()
        self._name_button()
        room = self.screen().availableSize()
        wide = self._inside.minimumSizeHint().width() + self._scroll.verticalScrollBar().sizeHint().width()
        if wide > room.width() - 20:
            self._cards.use_one_column()
        self.resize(min(max(680, wide), room.width() - 20), min(680, room.height() - 60))
        self._cards.focus_first()

    def _arrange(self) -> None:
        below = QVBoxLayout(self._below)
        below.setContentsMargins(0, 6, 0, 0)
        below.setSpacing(10)
        for widget in (self._name_row, self._fields, self._token, self._note):
            below.addWidget(widget)
        below.addWidget(self._use)
        inside = self._inside
        inside.setObjectName("main")
        column = QVBoxLayout(inside)
        column.setContentsMargins(24, 4, 24, 12)
        column.setSpacing(8)
        column.addWidget(self._cards)
        column.addWidget(self._below)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inside)
        self._cards.moved.connect(self._scroll.ensureWidgetVisible)
        head = QVBoxLayout()
        head.setContentsMargins(24, 18, 24, 8)
        head.setSpacing(10)
        head.addWidget(label(_("Which provider?"), "heading"))
        line = QHBoxLayout()
        line.addWidget(self._search, 1)
        line.addWidget(button(_("From a &file…"), self.import_asked.emit))
        head.addLayout(line)
        foot = QWidget()
        foot.setObjectName("foot")
        line = QHBoxLayout(foot)
        line.setContentsMargins(24, 12, 24, 12)
        line.addWidget(label(_("Nothing is sent anywhere."), "hint"), 1)
        line.addWidget(button(_("Cancel"), self.reject))
        line.addWidget(self._done)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(self._scroll, 1)
        around = QVBoxLayout()
        around.setContentsMargins(24, 0, 24, 6)
        around.addWidget(self._notice)
        whole.addLayout(around)
        whole.addWidget(foot)

    # ---- choosing a provider -----------------------------------------------------------------------

    def go_on(self) -> None:
        """Put the focus on the first field to fill in."""
        problems = self._problems()
        missing = next((name for name in problems if name not in (NAME, TOKEN)), "")
        if not (missing and self._fields.focus_on(missing)):
            (self._token.line if TOKEN in problems else self._name).setFocus()
        if focused := self.focusWidget():
            self._scroll.ensureWidgetVisible(focused)

    def _choose_first(self) -> None:
        if self._cards.choose_first():
            self._entered = True  # the key that chose it also reaches the default button
            QTimer.singleShot(0, self._forget_entered)
            self.go_on()

    def _forget_entered(self) -> None:
        self._entered = False

    def _choose(self, provider: Provider) -> None:
        self._provider = provider
        form = new_form(provider, free_name(proposed_name(provider), self._names))
        models = models_for(provider.key, self._profiles)
        self._fields.build(provider, models=models, only_needed=True)
        texts = dict(form.texts)
        if models:
            texts.setdefault("model", models[0])
        self._fields.set_texts(texts)
        if not self._name_typed:
            self._name.setText(form.name)
        self._token.setVisible(provider.token is not None)
        if provider.token:
            self._token.show_place(
                provider.token.asks, TokenPlace.NONE, self._config_name, read_by_cli=self._read_by_cli
            )
            self._token.allow(editing=True, why_not_stored=self._store_problem)
        self._get_token.setVisible(bool(token_page(provider)))
        self._get_token.setToolTip(token_page(provider))
        self._below.show()
        order: list[QWidget] = [
            self._name,
            *self._fields.tab_order(),
            *self._token.tab_order(),
            self._note.line,
        ]
        for one, following in pairwise(order):
            self.setTabOrder(one, following)
        self._check()

    def _open_token_page(self) -> None:
        if self._provider and (page := token_page(self._provider)):
            QDesktopServices.openUrl(QUrl(page))

    # ---- filling in --------------------------------------------------------------------------------

    def _form(self) -> Form:
        key = self._provider.key if self._provider else ""
        return Form(self._name.text().strip(), key, self._fields.texts(), self._note.line.text())

    def _problems(self) -> Problems:
        return problems_in(self._form(), names=self._names, before=None, token=self._token.text)

    def _check(self) -> None:
        if self._provider is None:
            self._done.setEnabled(False)
            return
        problems = self._problems()
        self._done.setEnabled(not has_errors(problems))
        # An empty field is not a problem while the user is still filling in the form.
        texts = {**self._fields.texts(), NAME: self._name.text(), TOKEN: self._token.text}
        texts[NOTE] = self._note.line.text()
        shown = {name: problem for name, problem in problems.items() if texts.get(name) or name == NAME}
        self._name_row.show_problem(shown.get(NAME))
        self._fields.show_problems(shown)
        self._token.show_problem(shown.get(TOKEN))
        self._note.show_problem(shown.get(NOTE))

    def _keep_name(self) -> None:
        self._name_typed = bool(self._name.text())

    def _name_button(self) -> None:
        show(self._done.setText, _("&Add and switch") if self._use.isChecked() else _("&Add"))
        self._check()

    def _finish(self) -> None:
        if self._entered or self._provider is None or has_errors(self._problems()):
            return
        self._done.setEnabled(False)
        self._notice.clear()
        token = self._token.token() if self._provider.token else None
        self._add(self._form(), token, self._use.isChecked())

    def tell(self, sentence: str) -> None:
        """Report that it could not be added; everything typed is still there."""
        self._notice.say(sentence, [(_("Try &again"), self._finish)])
        self._done.setEnabled(True)

    @property
    def title(self) -> str:
        """The chosen provider, in a word or two; empty if none is chosen."""
        return short_title(self._provider.title) if self._provider else ""
