"""Asks before a cleanup, shows its progress, and stops it on demand."""

from __future__ import annotations

import threading

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from codemie_core import CodeMieError
from codemie_core.retention import Cleanup
from codemie_tray.text.errors import in_words
from codemie_tray.text.language import _
from codemie_tray.windows.data.settings.cleaning import clean_now
from codemie_tray.windows.parts.basics import button, label
from codemie_tray.windows.parts.basics.translated import show
from codemie_tray.windows.pure.settings.cleaning import Preview, question, result_sentence
from codemie_tray.windows.settings.pages.page import Tools

_WIDTH = 440


class CleaningDialog(QDialog):
    """First a question, then the progress, then the result.

    Args:
        parent: the page.
        tools: what it works with.
        preview: what would be removed.
    """

    ended = Signal()
    _progressed = Signal(int, int)

    def __init__(self, parent: QWidget, tools: Tools, preview: Preview) -> None:
        super().__init__(parent)
        self._tools, self._preview = tools, preview
        self._stop = threading.Event()
        self._running = False
        self.setObjectName("window")
        show(self.setWindowTitle, _("Clean up"))
        self.setFixedWidth(_WIDTH)
        asked, means = question(preview)
        self._heading = label(asked, "title", wrap=True)
        self._text = label(means, "", wrap=True)
        self._bar = QProgressBar()
        show(self._bar.setAccessibleName, _("Progress"))
        self._bar.hide()
        self._remove = button(_("&Remove"), self._start, "primary")
        self._cancel = button(_("Cancel"), self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self._cancel)
        buttons.addWidget(self._remove)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 20, 22, 18)
        layout.setSpacing(12)
        for widget in (self._heading, self._text, self._bar):
            layout.addWidget(widget)
        layout.addLayout(buttons)
        self._progressed.connect(self._show_progress)
        self._cancel.setFocus()  # what can't be undone is not what Enter does

    def reject(self) -> None:
        """Stop the cleanup if it runs; otherwise close."""
        if self._running:
            self._stop.set()
        else:
            super().reject()

    def _start(self) -> None:
        self._running = True
        self._remove.hide()
        self._bar.show()
        show(self._cancel.setText, _("&Stop"))
        home, asked = self._tools.home, self._preview

        def progress(done: int, total: int) -> bool:
            self._progressed.emit(done, total)
            return not self._stop.is_set()

        def work() -> Cleanup:
            return clean_now(home, asked, progress)

        self._tools.work.do(work, self._show_result, self._show_error)

    def _show_progress(self, done: int, total: int) -> None:
        self._bar.setMaximum(total)
        self._bar.setValue(done)

    def _show_result(self, result: Cleanup) -> None:
        self._end(result_sentence(result))

    def _show_error(self, error: CodeMieError) -> None:
        self._end(in_words(error))

    def _end(self, sentence: str) -> None:
        self._running = False
        show(self._heading.setText, sentence)
        self._text.hide()
        self._bar.hide()
        show(self._cancel.setText, _("&Close"))
        self._cancel.setFocus()
        self.ended.emit()
