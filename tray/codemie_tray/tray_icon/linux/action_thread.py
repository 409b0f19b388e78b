"""Carries clicks off the bus's thread, so that no action, however slow, keeps the tray from answering."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

_LOG = logging.getLogger(__name__)


class ActionThread:
    """Does what it is given, one after the other. Its thread begins with the first, and waits asleep."""

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def do(self, work: Callable[[], None]) -> None:
        """Have `work` done soon. To be called from one thread only."""
        self._work.put(work)
        if self._thread is None:
            # A daemon: an action that hangs must not keep the program from ending.
            self._thread = threading.Thread(target=self._run, name="tray-actions", daemon=True)
            self._thread.start()

    def end(self) -> None:
        """Let the thread end after what it was given."""
        if self._thread is not None:
            self._thread = None
            self._work.put(None)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            try:
                work()
            except Exception:  # noqa: BLE001 - the edge of this thread
                _LOG.exception("An action of the menu failed")
