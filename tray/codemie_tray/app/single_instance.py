"""One tray per home and user; a second start asks the first to show itself.

The first holds a lock for as long as it lives. The second puts a file beside it, which the first's watcher
sees and removes: no socket and no port, and the same on every OS.
"""

from __future__ import annotations

import os
import sys
import time

from codemie_core import Home, StoreBusy, StoreError
from codemie_core.files.lock import StoreLock
from codemie_core.files.private_open import open_private, remove_private

ANSWER_SECONDS = 2.0
"""How long a second start waits for the first to react."""
CLOSING_SECONDS = 1.0
"""How long the first waits for the second to close its request."""


class SingleInstance:
    """The claim to be the one tray of a home."""

    def __init__(self, home: Home) -> None:
        self._lock = StoreLock(os.path.join(home.tray, "instance.lock"), timeout_seconds=0)
        self.request = os.path.join(home.tray, "show-request")
        """File whose appearing asks the running tray to show itself."""

    def claim(self) -> bool:
        """Become the one instance; False: another one is.

        Raises:
            StoreError: the home can't hold a lock.
        """
        try:
            self._lock.acquire()
        except StoreBusy:
            return False
        return True

    def release(self) -> None:
        """Let another start become the one."""
        self._lock.release()

    def ask_to_show(self) -> bool:
        """Ask the running tray to show itself; returns whether it reacted in time.

        Raises:
            StoreUnsafe: a link, a pipe or the like is in the place of the request.
        """
        try:
            os.close(open_private(self.request, os.O_CREAT | os.O_WRONLY))
        except OSError:
            return False
        deadline = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < deadline:
            if not os.path.exists(self.request):
                return True
            time.sleep(0.01)
        self.answer()
        return False

    def answer(self) -> bool:
        """Take a request away; returns whether there was one."""
        deadline = time.monotonic() + CLOSING_SECONDS
        while True:
            try:
                remove_private(self.request)
            except PermissionError:
                # On Windows we may hear of the file while the one who asks still has it open.
                if sys.platform != "win32" or time.monotonic() >= deadline:
                    return False
                time.sleep(0.005)
            except (OSError, StoreError):
                return False
            else:
                return True
