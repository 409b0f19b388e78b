"""Elects one of several trays on a home (one per session) to remove logs and count usage.

It holds a lock; when it ends, even in a crash, the next one gets it. The others wait for the lock in the
kernel, without waking up in between."""

from __future__ import annotations

import logging
import math
import os
import threading
from collections.abc import Callable

from codemie_core import Home, StoreBusy, StoreError
from codemie_core.files.lock import StoreLock

LOG = logging.getLogger(__name__)


class Duty:
    """Whether this tray has the duty.

    Args:
        home: the home.
        on_taken: called on a separate thread when another tray left it to us.
    """

    def __init__(self, home: Home, on_taken: Callable[[], None]) -> None:
        self._path = os.path.join(home.tray, "duty.lock")
        self._on_taken = on_taken
        self._lock = StoreLock(self._path, timeout_seconds=0)
        self._is_ours = threading.Event()
        self._guard = threading.Lock()
        self._stopped = False

    @property
    def is_ours(self) -> bool:
        """Whether this tray has the duty now."""
        return self._is_ours.is_set()

    def start(self) -> None:
        """Take the duty if it is free, else wait for it. Without file locks, take it at once."""
        try:
            self._lock.acquire()
        except StoreBusy:
            LOG.info("Another session's tray cleans up and counts for this home.")
            threading.Thread(target=self._wait, name="duty", daemon=True).start()
        except StoreError as error:
            LOG.warning("%s; trays of other sessions can't be detected", error)
            self._is_ours.set()
        else:
            self._is_ours.set()

    def stop(self) -> None:
        """Leave it to the next."""
        with self._guard:
            self._stopped = True
            self._lock.release()
        self._is_ours.clear()

    def _wait(self) -> None:
        lock = StoreLock(self._path, timeout_seconds=math.inf)
        try:
            lock.acquire()
        except StoreError as error:
            LOG.warning("%s; trays of other sessions can't be detected", error)
        with self._guard:
            if self._stopped:
                lock.release()
                return
            self._lock = lock
        LOG.info("The other session's tray ended: this one cleans up and counts from now on.")
        self._is_ours.set()
        self._on_taken()
