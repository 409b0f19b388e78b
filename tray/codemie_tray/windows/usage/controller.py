"""Counts beside Qt's thread whenever a session wrote or something else is asked for, and shows the result."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import QFileDialog

from codemie_core import CodeMieError
from codemie_core.sessions.usage import Grouping
from codemie_tray.desktop.window_process import open_beside
from codemie_tray.text.language import _
from codemie_tray.text.plain_text import short_path
from codemie_tray.windows.data.usage.read import Asked, Counted, Stopped, count, save
from codemie_tray.windows.parts.application import Process
from codemie_tray.windows.parts.basics import for_qt, when_clicked
from codemie_tray.windows.parts.change_runner import sentence_of
from codemie_tray.windows.parts.one_window import Request
from codemie_tray.windows.pure.usage.csv_text import csv_text
from codemie_tray.windows.pure.usage.rows import SESSIONS, headings, notes, summary, table_rows
from codemie_tray.windows.usage.window import UsageWindow

AGAIN_AFTER_MS = 1000
"""Least time between two counts while sessions write."""
_PROGRESS_AFTER_MS = 500


class UsageController(QObject):
    """See the module.

    Args:
        window: the widgets.
        process: what the window is built on.
    """

    _progressed = Signal(int)

    def __init__(self, window: UsageWindow, process: Process) -> None:
        super().__init__(window)
        self._window, self._process = window, process
        self._counted: Counted | None = None
        self._measure_chosen = False
        self._stop = threading.Event()
        self._again = QTimer(self, singleShot=True, interval=AGAIN_AFTER_MS)
        self._again.timeout.connect(self.count)
        self._slow = QTimer(self, singleShot=True, interval=_PROGRESS_AFTER_MS)
        self._slow.timeout.connect(window.progress.show)
        self._connect()

    def start(self) -> None:
        """Count, and follow the sessions."""
        self._process.live.start()
        self.count()

    def end(self) -> None:
        """Stop a count that is under way."""
        self._stop.set()

    def close(self) -> None:
        """Close the window."""
        self.end()
        self._window.may_close = True
        self._window.close()

    def count(self) -> None:
        """Count what is asked for; a count under way for something else stops."""
        self._stop.set()
        stop = self._stop = threading.Event()
        asked, home = self._asked, self._process.home
        self._slow.start()

        def report(percent: int) -> bool:
            self._progressed.emit(percent)
            return not stop.is_set()

        self._process.work.do(lambda: count(home, asked, report), self._show, self._failed)

    @property
    def _asked(self) -> Asked:
        window = self._window
        return Asked(int(window.period.currentData()), Grouping(window.grouping.currentData()))

    def _show(self, counted: Counted) -> None:
        if counted.asked != self._asked:
            return  # something else was asked for meanwhile, and is being counted
        self._counted = counted
        window, usage, grouping = self._window, counted.usage, counted.asked.grouping
        self._ended()
        window.notice.clear()
        window.summary.setText(summary(usage))
        if not self._measure_chosen and usage.lines and usage.totals.tokens is None:
            window.measure.setCurrentIndex(window.measure.findData(SESSIONS))  # the notes say why
        self._show_chart()
        window.table.head(headings(grouping))
        window.table.show_rows([[for_qt(cell) for cell in row] for row in table_rows(usage, grouping)])
        text = notes(usage)
        window.notes.setText(for_qt(text))
        window.notes.setVisible(bool(text))
        for pressed in (window.copy, window.export):
            pressed.setEnabled(bool(usage.lines))

    def _show_chart(self) -> None:
        if self._counted is None:
            return
        window = self._window
        of_sessions = window.measure.currentData() == SESSIONS
        chart = self._counted.sessions if of_sessions else self._counted.chart
        window.chart.name(_("Sessions per day") if of_sessions else _("Tokens per day"))
        window.legend.show_chart(chart)
        window.chart.show_chart(chart.without(window.legend.hidden))

    def _choose_measure(self) -> None:
        self._measure_chosen = True
        self._show_chart()

    def _choose_period(self, days: int) -> None:
        self._window.period.setCurrentIndex(self._window.period.findData(days))
        self.count()

    def _failed(self, error: CodeMieError) -> None:
        if not isinstance(error, Stopped):
            self._ended()
            self._window.notice.say(sentence_of(error), [(_("Try &again"), self.count)])

    def _ended(self) -> None:
        self._slow.stop()
        self._window.progress.hide()

    def _copy(self) -> None:
        if self._counted is not None and self._window.copy.isEnabled():
            text = csv_text(self._counted.usage, self._counted.asked.grouping)
            QGuiApplication.clipboard().setText(for_qt(text))
            self._window.toast.say(_("Copied the table as comma-separated values."))

    def _export(self) -> None:
        if self._counted is None or not self._window.export.isEnabled():
            return
        asked = self._counted.asked
        name = f"codemie-usage-by-{asked.grouping.value}.csv"
        proposed = os.path.join(os.path.expanduser("~"), name)
        path = QFileDialog.getSaveFileName(self._window, _("Export CSV"), proposed, "CSV (*.csv)")[0]
        if path:
            self._save(path)

    def _save(self, path: str) -> None:
        assert self._counted is not None  # noqa: S101 - for the type checker: there was something to export
        text = csv_text(self._counted.usage, self._counted.asked.grouping)

        def saved(_done: None) -> None:
            self._window.toast.say(_("Saved to {path}").format(path=short_path(path)))

        self._process.work.do(lambda: save(path, text), saved, self._failed)

    def _translate(self) -> None:
        self._window.offer()
        self.count()  # the chart's sentences and the table are made from the numbers

    def _come_to_front(self, request: Request) -> None:
        self._window.bring_to_front(request.activation_token)

    def _count_soon(self) -> None:
        if not self._again.isActive():
            self._again.start()

    def _connect(self) -> None:
        window, live = self._window, self._process.live
        self._process.language.changed.connect(self._translate)
        window.period.activated.connect(self.count)
        window.grouping.activated.connect(self.count)
        window.measure.activated.connect(self._choose_measure)
        when_clicked(window.copy, self._copy)
        when_clicked(window.export, self._export)
        window.legend.changed.connect(self._show_chart)
        window.close_asked.connect(self.close)
        self._progressed.connect(window.progress.setValue)
        live.records_changed.connect(self._count_soon, Qt.ConnectionType.QueuedConnection)
        live.raise_requested.connect(self._come_to_front)
        for key, days in (("7", 7), ("3", 30), ("9", 90)):
            caption = _("Show the last 7, 30 or 90 days")
            window.shortcut(key, partial(self._choose_period, days), caption)
        window.list_keys(_("Another day in the chart"), "Left", "Right")
        close = _("Close the window")
        shortcuts: tuple[tuple[str | QKeySequence.StandardKey, Callable[[], object], str], ...] = (
            ("Ctrl+Shift+C", self._copy, _("Copy the table as comma-separated values")),
            ("Ctrl+E", self._export, _("&Export CSV…")),
            (QKeySequence.StandardKey.Refresh, self.count, _("Count again")),
            ("Ctrl+,", self._open_settings, _("Open the settings")),
            ("Ctrl+W", self.close, close),
            ("Escape", self.close, close),
        )
        for keys, does, caption in shortcuts:
            window.shortcut(keys, does, caption)

    def _open_settings(self) -> None:
        home = self._process.home
        self._process.work.do(lambda: open_beside(home, "settings"), lambda _none: None, self._failed)
