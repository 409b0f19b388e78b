"""One tray per home, user and session; a second start in a session asks the first to show itself.

The first holds a lock for as long as it lives. The second creates a file beside it, which the first's watcher
sees and removes: no socket and no port, and the same on every OS. Trays of other sessions on the same home
have their own files; `duty` decides which of them does what must be done only once."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import time
from collections.abc import Iterator

from codemie_core import Home, StoreBusy, StoreError
from codemie_core.files.lock import StoreLock, note_in
from codemie_core.files.private.file import open_private, remove_private
from codemie_core.system.desktop_session import host_key, session_key

ANSWER_SECONDS = 2.0
"""How long a second start waits for the first to react."""
CLOSING_SECONDS = 1.0
"""How long the first waits for the second to close its request."""
FORGOTTEN_SECONDS = 30 * 86400.0
"""The files of a session without a tray are removed after this long."""

_LOCK = re.compile(r"instance-(?P<host>[0-9a-f]{8})-(?P<session>[0-9a-f]{8})\.lock")
_WAITS = b"waits for a tray"


class SingleInstance:
    """The claim to be the only tray of a home in a session.

    Args:
        home: the home.
        host: the machine; default: this one.
        session: the session; default: this one.
    """

    def __init__(self, home: Home, *, host: str | None = None, session: str | None = None) -> None:
        self._home = home
        self._host = host_key() if host is None else host
        self._key = f"{self._host}-{session_key() if session is None else session}"
        self._lock = StoreLock(os.path.join(home.tray, f"instance-{self._key}.lock"), timeout_seconds=0)
        self._claimed = False
        self.request = os.path.join(home.tray, f"show-{self._key}")
        """File whose creation asks the running tray to show itself."""
        self.record = os.path.join(home.tray, f"running-{self._key}.json")
        """What a crash leaves; see `crash_record`."""

    def claim(self) -> bool:
        """Become the only instance; False if another one runs.

        Raises:
            StoreError: the home can't hold a lock.
        """
        try:
            self._lock.acquire()
        except StoreBusy:
            return False
        self._claimed = True
        self._lock.leave_note(b"")
        return True

    def release(self) -> None:
        """Give up the claim, so that another start can have it."""
        self._claimed = False
        self._lock.release()

    def waits(self, waits: bool) -> None:
        """Record whether we have no tray for the icon: a start that has one then asks us to make way."""
        if self._claimed:
            self._lock.leave_note(_WAITS if waits else b"")

    def ask_to_show(self) -> bool:
        """Ask the running tray to show itself; returns whether it reacted in time.

        Raises:
            StoreUnsafe: a link, a pipe or the like is in place of the request.
        """
        if not self._ask():
            return False
        deadline = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < deadline:
            if not os.path.exists(self.request):
                return True
            time.sleep(0.01)
        self.answer()
        return False

    def _ask(self) -> bool:
        try:
            os.close(open_private(self.request, os.O_CREAT | os.O_WRONLY))
        except OSError:
            return False
        return True

    def answer(self) -> bool:
        """Remove a request; returns whether there was one."""
        deadline = time.monotonic() + CLOSING_SECONDS
        while True:
            try:
                remove_private(self.request)
            except PermissionError:
                # On Windows, we may notice the file while the requester still has it open.
                if sys.platform != "win32" or time.monotonic() >= deadline:
                    return False
                time.sleep(0.005)
            except (OSError, StoreError):
                return False
            else:
                return True

    # ---- other sessions of this machine ------------------------------------------------------------

    def others(self) -> Iterator[SingleInstance]:
        """Yield the instances of other sessions of this machine that left a file here."""
        try:
            names = os.listdir(self._home.tray)
        except OSError:
            return
        for name in names:
            found = _LOCK.fullmatch(name)
            if found and found["host"] == self._host and name != os.path.basename(self._lock.path):
                yield SingleInstance(self._home, host=self._host, session=found["session"])

    def ask_those_that_wait(self) -> None:
        """Ask trays without a place for an icon, in other sessions, to make way for this one."""
        for other in self.others():
            with contextlib.suppress(StoreError):
                if note_in(other._lock.path) == _WAITS and not other.is_over():
                    other._ask()

    def is_over(self) -> bool:
        """Return whether no tray runs in that session."""
        try:
            over = self.claim()
        except StoreError:
            return False
        self.release()
        return over

    def forget_if_old(self) -> None:
        """Remove the lock of a session that ended long ago."""
        with contextlib.suppress(OSError, StoreError):
            age_seconds = time.time() - os.stat(self._lock.path).st_mtime
            if age_seconds > FORGOTTEN_SECONDS and self.claim():
                remove_private(self._lock.path)
                self.answer()
        self.release()
