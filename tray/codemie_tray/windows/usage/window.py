"""The Usage window's widgets: the chart above, the table below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout

from codemie_core.sessions.usage import Grouping
from codemie_tray.text.language import _
from codemie_tray.windows.look.combo_box import ComboBox
from codemie_tray.windows.look.table import ReadTable
from codemie_tray.windows.look.theme import Theme
from codemie_tray.windows.parts.basics import area, button, label
from codemie_tray.windows.parts.basics.translated import show
from codemie_tray.windows.parts.notices import Notice, Toast
from codemie_tray.windows.parts.window import Window
from codemie_tray.windows.pure.usage.rows import groupings, headings, measures, periods
from codemie_tray.windows.usage.chart_view import ChartView
from codemie_tray.windows.usage.legend import Legend

_SIZE = (920, 640)
_LEAST = (760, 520)
_DEFAULT_DAYS = 30


class UsageWindow(Window):
    """Choices, the summary, the chart, and the table.

    Args:
        theme: the look.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__(_("Usage"), _SIZE, _LEAST)
        self.period, self.grouping, self.measure = ComboBox(), ComboBox(), ComboBox()
        self.offer()
        self.period.setCurrentIndex(self.period.findData(_DEFAULT_DAYS))
        self.summary = label("", "title", wrap=True)
        self.notice = Notice()
        self.chart = ChartView(theme)
        self.legend = Legend(theme)
        self.day = label("", "hint", wrap=True)
        self.day.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        # Two lines, whether needed or not: nothing moves while the user walks from day to day.
        self.day.setMinimumHeight(2 * self.day.fontMetrics().height())
        self.table = ReadTable(_("Usage"), headings(Grouping.DAY))
        self.notes = label("", "hint", wrap=True)
        self.progress = QProgressBar()
        show(self.progress.setAccessibleName, _("Counting"))
        self.progress.hide()
        self.copy = button(_("&Copy"), lambda: None)
        show(self.copy.setToolTip, _("Copy the table as comma-separated values"))
        self.export = button(_("&Export CSV…"), lambda: None)
        self.toast = Toast()
        self.chart.chosen.connect(self.day.setText)
        self._arrange()

    def offer(self) -> None:
        """Show the choices in the present language."""
        self.period.offer(periods())
        self.grouping.offer(groupings())
        self.measure.offer(measures())

    def _arrange(self) -> None:
        inside = area("main")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(label(_("Usage"), "heading"), 1)
        for caption, box in (
            (_("C&hart"), self.measure),
            (_("&Period"), self.period),
            (_("&Group"), self.grouping),
        ):
            name = label(caption, "label")
            name.setBuddy(box)
            box.setMinimumHeight(34)
            head.addWidget(name)
            head.addWidget(box)
        column = QVBoxLayout(inside)
        column.setContentsMargins(24, 14, 24, 12)
        column.setSpacing(9)
        column.addLayout(head)
        for widget in (self.notice, self.summary, self.progress):
            column.addWidget(widget)
        column.addWidget(self.chart, 3)
        column.addWidget(self.day)
        column.addWidget(self.legend)
        column.addWidget(self.table, 2)
        column.addWidget(self.notes)
        foot = QHBoxLayout()
        foot.addWidget(self.toast, 1)
        foot.addStretch(0)
        foot.addWidget(self.copy)
        foot.addWidget(self.export)
        column.addLayout(foot)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(inside)
