"""The page of logs and sessions: how long they are kept, what that removes now, and a cleanup."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout

from codemie_core import CodeMieError
from codemie_tray.text.errors import in_words
from codemie_tray.text.language import _
from codemie_tray.windows.data.settings.cleaning import preview
from codemie_tray.windows.data.settings.general import SettingsChanges
from codemie_tray.windows.look.card import Card
from codemie_tray.windows.look.check_box import CheckBox
from codemie_tray.windows.look.table import ReadTable
from codemie_tray.windows.parts.basics import button, label
from codemie_tray.windows.parts.basics.translated import show
from codemie_tray.windows.pure.settings.cleaning import Preview, clean_caption, preview_rows, why_nothing
from codemie_tray.windows.pure.settings.general import SettingsShown
from codemie_tray.windows.pure.settings.numbers import shown_days, typed_days
from codemie_tray.windows.settings.dialogs.cleaning import CleaningDialog
from codemie_tray.windows.settings.pages.page import Page, Tools
from codemie_tray.windows.settings.pages.settings_notice import SettingsNotice
from codemie_tray.windows.settings.pages.value_field import ValueField

COUNT_AFTER_MS = 300
"""Delay between the last key and the count of what would be removed."""
_FIRST_SESSION_DAYS = 90
"""Proposed when the removal of sessions is turned on."""


def _headings() -> tuple[str, ...]:
    return _("To be removed"), _("How many"), _("Size")


class LogsPage(Page):
    """See the module."""

    def __init__(self, tools: Tools) -> None:
        super().__init__(_("Logs and sessions"), tools)
        self._changes = SettingsChanges(tools.home)
        self._shown = SettingsShown()
        self._preview: Preview | None = None
        self._counting = ""
        self.notice = SettingsNotice(tools)
        self._logs = ValueField(_("Remove &logs after"), _("days"), typed_days, shown_days)
        self._sessions = ValueField(_("Remove &sessions after"), _("days"), typed_days, shown_days)
        self._with_sessions = CheckBox()
        show(self._with_sessions.setText, _("Remove &old sessions, too"))
        self._with_sessions.clicked.connect(self._turn_sessions)
        self._logs.chosen.connect(partial(self._set, "log_retention_days"))
        self._sessions.chosen.connect(partial(self._set, "session_retention_days"))
        self._later = QTimer(self, singleShot=True, interval=COUNT_AFTER_MS)
        self._later.timeout.connect(self._count)
        for field in (self._logs, self._sessions):
            field.typed.connect(self._later.start)
        self._table = ReadTable(_("What a cleanup would remove"), _headings())
        self._problem = label("", "message", wrap=True)
        self._problem.setProperty("severity", "warning")
        self._problem.hide()
        self._clean = button(clean_caption(None), self._ask, "primary")
        foot = QHBoxLayout()
        foot.addWidget(label(_("The tray removes old files once a day."), "hint", wrap=True), 1)
        foot.addWidget(self._clean, 0, Qt.AlignmentFlag.AlignTop)
        logs_hint = _("Days since a log was last written.")
        sessions_hint = _("A removed session can't be resumed, and is no longer counted in the usage.")
        for widget in (
            self.notice,
            Card(_("Logs"), logs_hint, below=(self._logs,)),
            Card(_("Sessions"), sessions_hint, below=(self._with_sessions, self._sessions)),
            self._table,
            self._problem,
        ):
            self.column.addWidget(widget)
        self.column.addLayout(foot)
        self.column.addStretch(1)
        self._show_preview(None)

    def translate(self) -> None:
        """Show the headings in another language."""
        self._table.head(_headings())

    def look(self) -> None:
        """Read the settings, and count."""
        self.read(self._changes.read, self._show)

    def count_soon(self) -> None:
        """Count again: a log or a session was added or removed."""
        if self.isVisible() and not self._later.isActive():
            self._later.start()

    def commit(self) -> None:
        """Save what was typed."""
        self._logs.commit()
        if self._sessions.isVisibleTo(self):
            self._sessions.commit()

    def _show(self, shown: SettingsShown) -> None:
        self._shown = shown
        settings, editable = shown.settings, not shown.read_only
        self.notice.say_about(shown)
        self._logs.show_value(settings.log_retention_days)
        removes = settings.session_retention_days is not None
        self._with_sessions.setChecked(removes)
        self._with_sessions.setEnabled(editable)
        self._sessions.setVisible(removes)
        self._sessions.show_value(settings.session_retention_days)
        for field in (self._logs, self._sessions):
            field.allow(editing=editable)
        self._count()

    def _count(self) -> None:
        logs = int(self._logs.value or 1)
        sessions = int(self._sessions.value or 1) if self._with_sessions.isChecked() else None
        self._counting = asked = f"{logs} {sessions}"

        def show(counted: Preview) -> None:
            if asked == self._counting:  # otherwise something else was typed meanwhile
                self._show_preview(counted)

        home = self.tools.home
        self.tools.work.do(lambda: preview(home, logs, sessions), show, self._not_counted)

    def _not_counted(self, error: CodeMieError) -> None:
        self._say_problem(in_words(error))

    def _show_preview(self, counted: Preview | None) -> None:
        self._preview = counted
        self._table.show_rows(preview_rows(counted))
        self._table.fit()
        show(self._clean.setText, clean_caption(counted))
        self._clean.setEnabled(counted is not None and counted.files > 0)
        self._say_problem(why_nothing(counted) if counted else "")

    def _say_problem(self, sentence: str) -> None:
        show(self._problem.setText, sentence)
        self._problem.setVisible(bool(sentence))

    def _turn_sessions(self, on: bool) -> None:
        self._set("session_retention_days", _FIRST_SESSION_DAYS if on else None)

    def _set(self, name: str, value: object) -> None:
        self.tools.runner.run(lambda: self._changes.set(name, value))

    def _ask(self) -> None:
        self.commit()
        if self._preview is not None and self._preview.files:
            dialog = CleaningDialog(self, self.tools, self._preview)
            dialog.ended.connect(self._count)
            dialog.open()
