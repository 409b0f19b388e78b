"""One thread for all that may take time, so that the toolkit's thread never waits for a file."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable

LOG = logging.getLogger(__name__)


class Worker:
    """Runs jobs one after the other, in the order they came.

    Args:
        on_fault: told of what a job did not handle, on the worker's thread; the next job follows.
    """

    def __init__(self, on_fault: Callable[[Exception], None] = lambda _error: None) -> None:
        self._on_fault = on_fault
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="worker", daemon=True)
        self._waiting: set[Callable[[], None]] = set()
        self._lock = threading.Lock()

    @property
    def started(self) -> bool:
        """Whether it was begun."""
        return self._thread.ident is not None

    def start(self) -> None:
        """Begin with the jobs that are there."""
        self._thread.start()

    def submit(self, job: Callable[[], None]) -> None:
        """Add a job; callable from any thread."""
        self._jobs.put(job)

    def submit_once(self, job: Callable[[], None]) -> None:
        """Add a job unless the same one is waiting: a hundred file events are one look at the file."""
        with self._lock:
            if job in self._waiting:
                return
            self._waiting.add(job)
        self._jobs.put(job)

    def stop(self, timeout_seconds: float = 5.0) -> None:
        """Finish what was submitted, then end; waits for that at most `timeout_seconds`."""
        self._jobs.put(None)
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout_seconds)

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            with self._lock:
                self._waiting.discard(job)
            try:
                job()
            except Exception as error:  # the thread's edge: one failed job must not end the tray
                LOG.exception("a job failed")
                self._on_fault(error)
