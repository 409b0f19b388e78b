"""The form of one profile: its fields, their problems, and its token."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QScrollArea, QVBoxLayout, QWidget

from codemie_core import Profile
from codemie_core.profiles.providers import PROVIDERS, is_known, provider_named
from codemie_tray.text.language import _, pgettext
from codemie_tray.text.language.core_texts import from_core
from codemie_tray.windows.data.changes import NewToken
from codemie_tray.windows.data.read import Loaded
from codemie_tray.windows.look.combo_box import ComboBox
from codemie_tray.windows.parts.basics import for_qt
from codemie_tray.windows.parts.field_row import FieldRow
from codemie_tray.windows.profiles.form.note_field import NoteField
from codemie_tray.windows.profiles.form.other_fields_view import OtherFields
from codemie_tray.windows.profiles.form.provider_fields import ProviderFields
from codemie_tray.windows.profiles.form.token_field import TokenField
from codemie_tray.windows.pure.fields.form import Form, form_of, with_provider
from codemie_tray.windows.pure.fields.other_fields import other_fields
from codemie_tray.windows.pure.fields.problems import NAME, NOTE, TOKEN, Problems, problems_in
from codemie_tray.windows.pure.fields.token_place import TokenPlace, token_place
from codemie_tray.windows.pure.offers import models_for

PROBLEMS_AFTER_MS = 600
"""Delay from the last key until problems are shown; leaving a field shows them at once."""
_WIDEST = 720


class FormView(QScrollArea):
    """Shows a profile and accepts input."""

    edited = Signal()
    """The input changed: typed, chosen or ticked."""
    remove_token_asked = Signal()
    open_file_asked = Signal()
    """The user wants to open the configuration in an editor."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFocusPolicy(self.focusPolicy().NoFocus)
        self._loaded: Loaded | None = None
        self._profile: Profile | None = None
        self.saved: Form | None = None
        """The form as it is in the file."""
        self._provider = ""
        self._shown_name = self._shown_note = ("", "")
        self._name = QLineEdit()
        self._name.textChanged.connect(self._note)
        self._name.editingFinished.connect(self.show_problems)
        self.name_row = FieldRow(_("&Name"), self._name)
        self._providers = ComboBox()
        self._providers.activated.connect(self._choose_provider)
        self._fields = ProviderFields()
        self._fields.edited.connect(self._note)
        self._fields.left.connect(lambda _name: self.show_problems())
        self.token_field = TokenField()
        self.token_field.edited.connect(self._note)
        self.token_field.line.editingFinished.connect(self.show_problems)
        self.token_field.remove_asked.connect(self.remove_token_asked)
        self._note_row = NoteField()
        self._note_line = self._note_row.line
        self._note_line.textChanged.connect(self._note)
        self._note_line.editingFinished.connect(self.show_problems)
        self._others = OtherFields(self.open_file_asked.emit)
        self._later = QTimer(self, singleShot=True, interval=PROBLEMS_AFTER_MS)
        self._later.timeout.connect(self.show_problems)
        inside = QWidget()
        inside.setObjectName("main")
        inside.setMaximumWidth(_WIDEST)
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(28, 8, 28, 20)
        layout.setSpacing(12)
        for widget in (
            self.name_row,
            FieldRow(_("&Provider"), self._providers),
            self._fields,
            self.token_field,
            self._note_row,
            self._others,
        ):
            layout.addWidget(widget)
        layout.addStretch(1)
        self.setWidget(inside)

    # ---- showing -----------------------------------------------------------------------------------

    def show_profile(self, profile: Profile, loaded: Loaded, form: Form | None = None) -> None:
        """Show a profile; discards previous input.

        Args:
            profile: as saved.
            loaded: the configuration it is from.
            form: what to show in the fields instead of the saved state; None for the saved state.
        """
        self._profile, self._loaded, self.saved = profile, loaded, _saved(profile, loaded)
        self._later.stop()
        self.set_form(form or self.saved)
        self._show_token()
        self._others.show_fields(
            other_fields(profile.fields, provider_named(self.saved.provider)), loaded.name
        )
        self._allow()
        self.show_problems()

    def translate(self) -> None:
        """Show in another language what is chosen from; what is typed stays."""
        self._offer_providers(self._provider)
        self.token_field.translate()
        self.show_problems()

    def rebase(self, profile: Profile, loaded: Loaded, form: Form) -> None:
        """Use another saved state below the input, which stays: another program wrote the file."""
        self._profile, self._loaded, self.saved = profile, loaded, _saved(profile, loaded)
        self.set_form(form)
        self._others.show_fields(
            other_fields(profile.fields, provider_named(self.saved.provider)), loaded.name
        )
        self._allow()
        self.show_problems()

    def set_form(self, form: Form) -> None:
        """Put texts into the fields, without reporting an edit."""
        blocked = self._name.blockSignals(True)
        if self._name.text() != for_qt(form.name):
            self._name.setText(for_qt(form.name))
        self._shown_name = (self._name.text(), form.name)
        self._name.blockSignals(blocked)
        blocked = self._note_line.blockSignals(True)
        if self._note_line.text() != for_qt(form.note):
            self._note_line.setText(for_qt(form.note))
            self._note_line.setCursorPosition(0)
        self._shown_note = (self._note_line.text(), form.note)
        self._note_line.blockSignals(blocked)
        self._offer_providers(form.provider)
        if form.provider != self._provider:
            self._build(form.provider)
        self._fields.set_texts(dict(form.texts))

    def _offer_providers(self, chosen: str) -> None:
        self._providers.clear()
        for provider in PROVIDERS:
            self._providers.addItem(from_core(provider.title), provider.key)
        if not is_known(chosen):
            self._providers.addItem(chosen or pgettext("a provider", "(none)"), chosen)
        self._providers.setCurrentIndex(self._providers.findData(chosen))

    def _build(self, key: str) -> None:
        self._provider = key
        provider = provider_named(key)
        profiles: Sequence[Profile] = self._loaded.config.profiles if self._loaded else ()
        self._fields.build(provider, models=models_for(key, profiles))
        self.token_field.setVisible(provider.token is not None)
        if provider.token:
            self.token_field.set_caption(from_core(provider.token.asks))
        self._order_tabs()
        self._allow()

    def _order_tabs(self) -> None:
        order: list[QWidget] = [self._name, self._providers, *self._fields.tab_order(), self.token_field.line]
        for one, following in pairwise(order):
            self.setTabOrder(one, following)

    def _show_token(self) -> None:
        assert self._profile is not None  # noqa: S101 - for the type checker: it is shown
        assert self._loaded is not None  # noqa: S101
        rule = provider_named(self._provider).token
        self.token_field.show_place(
            from_core(rule.asks) if rule else _("Token"),
            token_place(self._profile.fields),
            self._loaded.name,
            read_by_cli=self._loaded.read_by_cli,
        )

    def _allow(self) -> None:
        editing = self._loaded is not None and not self._loaded.read_only
        usable = editing and (self._profile is None or self._profile.problem is None)
        self._name.setReadOnly(not usable)
        self._note_line.setReadOnly(not usable)
        self._providers.setEnabled(usable)
        self._fields.allow(usable)
        self.token_field.allow(
            editing=usable, why_not_stored=self._loaded.store_problem if self._loaded else ""
        )

    # ---- what is typed -----------------------------------------------------------------------------

    def form(self) -> Form:
        """Return the content of the fields."""
        shown, name = self._shown_name
        typed = self._name.text()
        shown_note, note = self._shown_note
        typed_note = self._note_line.text()
        return Form(
            name if typed == shown else typed.strip(),
            self._provider,
            self._fields.texts(),
            note if typed_note == shown_note else " ".join(typed_note.split()),
        )

    def token(self) -> NewToken | None:
        """Return the typed token; None if there is none."""
        return self.token_field.token() if provider_named(self._provider).token else None

    @property
    def is_dirty(self) -> bool:
        """Whether there are unsaved changes."""
        return self.saved is not None and (self.form() != self.saved or bool(self.token_field.text))

    def problems(self) -> Problems:
        """Return all problems with the present content of the fields."""
        if self.saved is None or self._loaded is None or self._profile is None:
            return {}
        return problems_in(
            self.form(),
            names=[profile.name for profile in self._loaded.config.profiles],
            before=self.saved,
            token=self.token_field.text,
            token_is_stored=token_place(self._profile.fields) is TokenPlace.STORE,
        )

    def show_problems(self) -> None:
        """Show problems below the fields."""
        self._later.stop()
        problems = self.problems()
        self.name_row.show_problem(problems.get(NAME))
        self._fields.show_problems(problems)
        self.token_field.show_problem(problems.get(TOKEN))
        self._note_row.show_problem(problems.get(NOTE))

    def focus_name(self) -> None:
        """Put the focus on the name, and select all of it."""
        self._name.setFocus()
        self._name.selectAll()

    def _note(self) -> None:
        self._later.start()
        self.edited.emit()

    def _choose_provider(self, at: int) -> None:
        key = self._providers.itemData(at)
        if key == self._provider:
            return
        before = self.form()
        back_to_saved = self.saved is not None and key == self.saved.provider
        form = replace(before, provider=key, texts=self.saved.texts) if back_to_saved and self.saved else None
        self._build(key)
        self._fields.set_texts(dict((form or with_provider(before, key)).texts))
        self._note()
        self.show_problems()


def _saved(profile: Profile, loaded: Loaded) -> Form:
    return form_of(profile, loaded.arrangement.note_on(profile.name))
