"""Runs core calls on one thread beside Qt's, and returns results on Qt's, so that nothing blocks a window."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from codemie_core import CodeMieError
from codemie_tray.text.language import _

LOG = logging.getLogger(__name__)
T = TypeVar("T")


class Work(QObject):
    """Runs jobs one after the other, in order."""

    _ended = Signal(object)
    idle = Signal()
    """No job is waiting or running."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: queue.SimpleQueue[Callable[[], Callable[[], None]] | None] = queue.SimpleQueue()
        self._left = 0
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._run, name="window work", daemon=True)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether a job runs or waits."""
        return self._left > 0

    def do(
        self, job: Callable[[], T], then: Callable[[T], None], failed: Callable[[CodeMieError], None]
    ) -> None:
        """Run a job on the thread; call the follow-up on Qt's thread.

        Args:
            job: calls the core.
            then: called with its result.
            failed: called with the error that it raised.
        """

        def carry_out() -> Callable[[], None]:
            try:
                result = job()
            except CodeMieError as error:
                return lambda error=error: failed(error)  # type: ignore[misc]
            except Exception as error:  # the thread's edge: one failed job must not end the window
                LOG.exception("a job of the window failed")
                fault = CodeMieError(
                    _("{error}: see the log for details.").format(error=type(error).__name__)
                )
                return lambda: failed(fault)
            return lambda: then(result)

        self._left += 1
        self._jobs.put(carry_out)

    def stop(self, timeout_seconds: float = 5.0) -> None:
        """End once the waiting jobs are done; wait for that for at most `timeout_seconds`."""
        self._jobs.put(None)
        self._thread.join(timeout_seconds)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            self._ended.emit(job())

    def _deliver(self, follow: Callable[[], None]) -> None:
        self._left -= 1
        try:
            follow()
        finally:
            if not self._left:
                self.idle.emit()
