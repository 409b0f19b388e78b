"""The General page: starting at login, the look, budgets, and the order of the profiles."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from codemie_tray.text.language import _
from codemie_tray.windows.data.settings.general import LoginChanges, SettingsChanges
from codemie_tray.windows.look.card import Card
from codemie_tray.windows.look.check_box import CheckBox
from codemie_tray.windows.look.combo_box import ComboBox
from codemie_tray.windows.parts.basics import button
from codemie_tray.windows.parts.basics.translated import show
from codemie_tray.windows.parts.field_row import FieldRow
from codemie_tray.windows.pure.settings.general import (
    LoginShown,
    SettingsShown,
    languages,
    order_hint,
    themes,
)
from codemie_tray.windows.pure.settings.numbers import shown_dollars, typed_dollars
from codemie_tray.windows.settings.pages.page import Page, Tools
from codemie_tray.windows.settings.pages.settings_notice import SettingsNotice
from codemie_tray.windows.settings.pages.value_field import ValueField

_BUDGETS = _(
    "The tray notifies you at 80% and at 100% of a budget. Costs are estimates. Leave empty for no budget."
)


class GeneralPage(Page):
    """See the module."""

    def __init__(self, tools: Tools) -> None:
        super().__init__(_("General"), tools)
        self._changes, self._login = SettingsChanges(tools.home), LoginChanges()
        self.notice = SettingsNotice(tools)
        self._at_login = CheckBox()
        show(self._at_login.setText, _("Start CodeMie Tray when I &log in"))
        self._at_login.clicked.connect(self._turn)
        self._login_card = Card(_("Start"), below=(self._at_login,))
        self._languages, self._themes = ComboBox(), ComboBox()
        for name, box in (("language", self._languages), ("theme", self._themes)):
            box.activated.connect(partial(self._choose, name, box))
        self.translate()
        self._day = ValueField(_("Budget per &day"), _("US dollars"), typed_dollars, shown_dollars)
        self._month = ValueField(_("Budget per &month"), _("US dollars"), typed_dollars, shown_dollars)
        self._day.chosen.connect(partial(self._set, "daily_budget_usd"))
        self._month.chosen.connect(partial(self._set, "monthly_budget_usd"))
        both = QWidget()
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._day)
        column.addWidget(self._month)
        looks = QWidget()
        beside = QHBoxLayout(looks)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setSpacing(24)
        for caption, box in ((_("L&anguage"), self._languages), (_("&Colours of the windows"), self._themes)):
            box.setSizeAdjustPolicy(ComboBox.SizeAdjustPolicy.AdjustToContents)
            beside.addWidget(FieldRow(caption, box))
        beside.addStretch(1)
        self._reset = button(_("&Reset order"), partial(self._set, "profile_order", ()))
        self._order = Card(_("Order of the profiles"), order_hint(()), self._reset)
        for widget in (
            self.notice,
            self._login_card,
            Card(_("Appearance"), below=(looks,)),
            Card(_("Budgets"), _BUDGETS, below=(both,)),
            self._order,
        ):
            self.column.addWidget(widget)
        self.column.addStretch(1)

    def translate(self) -> None:
        """Show the choices in another language."""
        self._languages.offer(languages())
        self._themes.offer(themes())

    def look(self) -> None:
        """Read the settings and the login entry."""
        self.read(lambda: (self._changes.read(), self._login.read()), lambda both: self._show(*both))

    def commit(self) -> None:
        """Save what was typed."""
        for field in (self._day, self._month):
            field.commit()

    def _show(self, shown: SettingsShown, login: LoginShown) -> None:
        editable = not shown.read_only
        self.notice.say_about(shown)
        self._at_login.setChecked(login.on)
        self._at_login.setEnabled(login.enabled)
        self._login_card.say(login.hint)
        for box, value in ((self._languages, shown.settings.language), (self._themes, shown.settings.theme)):
            if not box.view().isVisible():
                box.setCurrentIndex(box.findData(value))
            box.setEnabled(editable)
        own = shown.settings.profile_order
        self._order.say(order_hint(own))
        self._reset.setEnabled(editable and bool(own))
        self._day.show_value(shown.settings.daily_budget_usd)
        self._month.show_value(shown.settings.monthly_budget_usd)
        for field in (self._day, self._month):
            field.allow(editing=editable)

    def _turn(self, on: bool) -> None:
        self.tools.runner.run(lambda: self._login.turn(on=on))

    def _choose(self, name: str, box: ComboBox, at: int) -> None:
        self._set(name, box.itemData(at))

    def _set(self, name: str, value: object) -> None:
        self.tools.runner.run(lambda: self._changes.set(name, value))
