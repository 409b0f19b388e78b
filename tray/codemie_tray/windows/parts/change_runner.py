"""Carries out one change of the files at a time, beside Qt's thread, and offers to undo it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from codemie_core import CodeMieError
from codemie_tray.text.errors import in_words
from codemie_tray.text.language import _
from codemie_tray.text.language.core_texts import from_core
from codemie_tray.windows.parts.basics.translated import now
from codemie_tray.windows.parts.notices import Notice, Toast
from codemie_tray.windows.parts.work import Work

_BUSY_AFTER_MS = 300
"""A change that takes longer is announced."""


class Result(Protocol):
    """The result of a change."""

    @property
    def sentence(self) -> str:
        """What was done; empty to say nothing."""


R = TypeVar("R", bound=Result)


class ChangeRunner(QObject):
    """Runs changes, and reports how they ended.

    Args:
        parent: Qt's owner.
        work: runs core calls.
        toast: says what was done.
        notice: says what failed.
    """

    ended = Signal()
    """A change ended, successfully or not: read the files again."""

    def __init__(self, parent: QObject, work: Work, toast: Toast, notice: Notice) -> None:
        super().__init__(parent)
        self._work, self._toast, self._notice = work, toast, notice
        self.changing = False
        self._busy = QTimer(self, singleShot=True, interval=_BUSY_AFTER_MS)
        self._busy.timeout.connect(self.say_busy)

    def run(
        self,
        change: Callable[[], R],
        then: Callable[[R], object] = lambda _result: None,
        failed: Callable[[CodeMieError], object] | None = None,
    ) -> None:
        """Carry out a change.

        Args:
            change: calls the core; runs on the worker's thread.
            then: called with its result, before the files are read again.
            failed: reports why it was not done; None shows a notice.
        """
        self.changing = True
        self._toast.drop()  # its Undo belongs to the change before
        self._busy.start()
        self.began()

        def done(result: R) -> None:
            self._end()
            then(result)
            if result.sentence:
                self._toast.say(result.sentence, self.undo_of(result))
            self.ended.emit()

        def not_done(error: CodeMieError) -> None:
            self._end()
            (failed or self.say_failed)(error)
            self.ended.emit()

        self._work.do(change, done, not_done)

    def when_done(self, act: Callable[[], object]) -> None:
        """Do something once no change is being written."""
        if self.changing and self._work.busy:
            self._work.idle.connect(lambda: self.when_done(act))
        else:
            act()

    def began(self) -> None:
        """Show that a change is being written."""

    def say_busy(self) -> None:
        """Show that it takes a while."""

    def finished(self) -> None:
        """Show that none is being written any more."""

    def undo_of(self, result: Result) -> Callable[[], object] | None:
        """Return what undoes a change; None if nothing does."""
        raise NotImplementedError

    def say_failed(self, error: CodeMieError) -> None:
        """Report why something was not done."""
        self._notice.say(sentence_of(error), [(_("&Close"), self._notice.clear)])

    def _end(self) -> None:
        self.changing = False
        self._busy.stop()
        self.finished()


def sentence_of(error: CodeMieError) -> str:
    """Return what went wrong and what helps, for a notice."""
    text = in_words(error)
    text = text if text.endswith((".", "!", "?")) else f"{text}."
    return f"{text} {now(from_core(error.advice))}".strip()
