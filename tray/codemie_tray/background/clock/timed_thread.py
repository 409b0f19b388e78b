"""A thread that sleeps until it is woken, or until a set time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from codemie_core.system.clock import Clock

if TYPE_CHECKING:
    from codemie_tray.background.clock.boot_timer import SuspendAwareTimer


class TimedThread:
    """Base of the log cleaner and the usage counter; their work is in `_run`, which waits with `_timer`."""

    _timer: SuspendAwareTimer

    def __init__(self, name: str, clock: Clock) -> None:
        self._clock = clock
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._live, name=name, daemon=True)
        self._has_timer = False

    def start(self) -> None:
        """Start the thread."""
        # Imported here: the icon shows before ctypes is loaded.
        from codemie_tray.background.clock.boot_timer import SuspendAwareTimer

        self._timer = SuspendAwareTimer(self._clock)
        self._has_timer = True
        self._thread.start()

    def stop(self, timeout_seconds: float = 0.0) -> None:
        """End the thread, and wait for it for at most `timeout_seconds`."""
        self._ended.set()
        self._wake()
        if timeout_seconds and self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout_seconds)

    def _wake(self) -> None:
        if self._has_timer:
            self._timer.wake()

    def _live(self) -> None:
        try:
            self._run()
        finally:
            self._timer.close()

    def _run(self) -> None:
        raise NotImplementedError
