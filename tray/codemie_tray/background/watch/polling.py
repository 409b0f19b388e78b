"""Polls what can't be watched, every few seconds."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable

INTERVAL_SECONDS = 5.0
SHARE_OF_TIME = 20.0
"""After polling, rest this many times its duration: polling uses at most 5% of the time."""

Look = Callable[[], object]
"""Returns a value that differs if something changed. Must not raise."""


class Poller:
    """Compares each look with the previous one, on a separate thread.

    Args:
        looks: what to poll, and what to call when it changed.
        after: called after each round; may stop the poller.
        interval_seconds: between two rounds.
    """

    def __init__(
        self,
        looks: Iterable[tuple[Look, Callable[[], None]]],
        *,
        after: Callable[[], None] = lambda: None,
        interval_seconds: float | None = None,
    ) -> None:
        self._looks = tuple(looks)
        self._after = after
        self._interval_seconds = INTERVAL_SECONDS if interval_seconds is None else interval_seconds
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="poller", daemon=True)
        self._seen = [look() for look, _ in self._looks]

    def start(self) -> None:
        """Begin; anything that changed since this object was created counts as a change."""
        self._thread.start()

    def stop(self) -> None:
        """End, without waiting: the caller may hold something that a look or `after` waits for."""
        self._stopped.set()

    def join(self) -> None:
        """Wait for the end, unless this is the poller's own thread."""
        if self._thread is not threading.current_thread() and self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        pause = self._interval_seconds
        while not self._stopped.wait(pause):
            began = time.monotonic()
            for number, (look, wake) in enumerate(self._looks):
                now = look()
                if now != self._seen[number] and not self._stopped.is_set():
                    self._seen[number] = now
                    wake()
            self._after()
            pause = max(self._interval_seconds, (time.monotonic() - began) * SHARE_OF_TIME)


def look_at(path: str) -> tuple[int, int, int, int, int] | None:
    """Return a value that changes if a file is replaced, written, or given other permissions; None if it is
    missing."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_mode


def look_into(folder: str, matters: Callable[[str], bool], *, contents: bool) -> object:
    """Return a value that changes if a relevant file is added, removed, or (with `contents`) written.

    Args:
        folder: may be missing.
        matters: judges a file by its name.
        contents: whether sizes and times count too.
    """
    found: list[object] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if matters(entry.name):
                    found.append((entry.name, look_at(entry.path)) if contents else entry.name)
    except OSError:
        return None
    return sorted(found, key=repr)
