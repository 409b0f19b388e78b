"""A thread with a mailbox: other threads post values, and it handles them one after the other.

The tray has one for everything that reads or writes a file, so that no toolkit thread waits for a disk, and
another for the keyring (`keyring_worker`).
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

LOG = logging.getLogger(__name__)

M = TypeVar("M", bound=Hashable)


class Mailbox(Generic[M]):
    """Handles what is posted, in order.

    Args:
        name: of the thread.
        handle: called with each message, on the mailbox's thread.
        on_fault: called with what `handle` raised, on the same thread; then the next message is handled.
    """

    def __init__(
        self,
        name: str,
        handle: Callable[[M], None],
        on_fault: Callable[[Exception], None] = lambda _error: None,
    ) -> None:
        self._handle = handle
        self._on_fault = on_fault
        self._messages: queue.SimpleQueue[M | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._waiting: set[M] = set()
        self._lock = threading.Lock()

    @property
    def started(self) -> bool:
        """Whether it was started."""
        return self._thread.ident is not None

    def start(self) -> None:
        """Start with the messages that are waiting."""
        self._thread.start()

    def post(self, message: M) -> None:
        """Add a message; callable from any thread."""
        self._messages.put(message)

    def post_once(self, message: M) -> None:
        """Add a message unless an equal one is waiting: a hundred file events need only one read."""
        with self._lock:
            if message in self._waiting:
                return
            self._waiting.add(message)
        self._messages.put(message)

    def stop(self, timeout_seconds: float = 5.0) -> None:
        """Handle what was posted, then end. Waits at most `timeout_seconds`."""
        self._messages.put(None)
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout_seconds)

    def _run(self) -> None:
        while (message := self._messages.get()) is not None:
            with self._lock:
                self._waiting.discard(message)
            try:
                self._handle(message)
            except Exception as error:  # the thread's edge: one failed message must not end the tray
                LOG.exception("Handling %s failed", type(message).__name__)
                self._on_fault(error)
