"""The General page: starting at login, the look, and budgets."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QWidget

from codemie_tray.windows.data.settings.general import LoginChanges, SettingsChanges
from codemie_tray.windows.look.card import Card
from codemie_tray.windows.look.check_box import CheckBox
from codemie_tray.windows.look.combo_box import ComboBox
from codemie_tray.windows.parts.field_row import FieldRow
from codemie_tray.windows.pure.settings.general import THEMES, LoginShown, SettingsShown
from codemie_tray.windows.pure.settings.numbers import shown_dollars, typed_dollars
from codemie_tray.windows.settings.pages.page import Page, Tools
from codemie_tray.windows.settings.pages.settings_notice import SettingsNotice
from codemie_tray.windows.settings.pages.value_field import ValueField

_BUDGETS = (
    "The tray notifies you at 80 % and at 100 % of a budget. Costs are estimates. Leave empty for no budget."
)


class GeneralPage(Page):
    """See the module."""

    def __init__(self, tools: Tools) -> None:
        super().__init__("General", tools)
        self._changes, self._login = SettingsChanges(tools.home), LoginChanges()
        self.notice = SettingsNotice(tools)
        self._at_login = CheckBox("Start CodeMie Tray when I &log in")
        self._at_login.clicked.connect(self._turn)
        self._login_card = Card("Start", below=(self._at_login,))
        self._themes = ComboBox()
        for value, caption in THEMES:
            self._themes.addItem(caption, value)
        self._themes.activated.connect(lambda at: self._set("theme", self._themes.itemData(at)))
        self._day = ValueField("Budget per &day", "US dollars", typed_dollars, shown_dollars)
        self._month = ValueField("Budget per &month", "US dollars", typed_dollars, shown_dollars)
        self._day.chosen.connect(partial(self._set, "daily_budget_usd"))
        self._month.chosen.connect(partial(self._set, "monthly_budget_usd"))
        both = QWidget()
        line = QHBoxLayout(both)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(24)
        line.addWidget(self._day, 1)
        line.addWidget(self._month, 1)
        colours = QWidget()
        short = QHBoxLayout(colours)
        short.setContentsMargins(0, 0, 0, 0)
        short.addWidget(FieldRow("&Colours of the windows", self._themes))
        short.addStretch(1)
        for widget in (
            self.notice,
            self._login_card,
            Card("Appearance", below=(colours,)),
            Card("Budgets", _BUDGETS, below=(both,)),
        ):
            self.column.addWidget(widget)
        self.column.addStretch(1)

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
        if not self._themes.view().isVisible():
            self._themes.setCurrentIndex(self._themes.findData(shown.settings.theme))
        self._themes.setEnabled(editable)
        self._day.show_value(shown.settings.daily_budget_usd)
        self._month.show_value(shown.settings.monthly_budget_usd)
        for field in (self._day, self._month):
            field.allow(editing=editable)

    def _turn(self, on: bool) -> None:
        self.tools.runner.run(lambda: self._login.turn(on=on))

    def _set(self, name: str, value: object) -> None:
        self.tools.runner.run(lambda: self._changes.set(name, value))
