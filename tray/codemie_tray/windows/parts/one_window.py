"""One window of each kind per home and session; a second start raises the first.

The window holds a lock for as long as it is open. A second start creates a file beside it, which the window's
watcher notices: no socket and no port, and the same on every OS.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import dataclass

from codemie_core import Home, StoreBusy, StoreError
from codemie_core.files.lock import StoreLock
from codemie_core.files.private.file import make_own_folder, read_private, remove_private, replace_private
from codemie_core.system.desktop_session import host_key, session_key

FOLDER_NAME = "windows"
ANSWER_SECONDS = 3.0
"""How long a second start waits for the window to react."""
_LEVELS = 2
_LIMIT_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Request:
    """What a second start asks for."""

    activation_token: str = ""
    """Lets the window come to the front on Wayland (xdg-activation); empty if the desktop provided none."""
    page: str = ""
    """What to open in it; empty for nothing in particular."""


class OneWindow:
    """The claim to be the only window of its kind.

    Args:
        home: the home.
        kind: `profiles`, `usage` or `settings`.
    """

    def __init__(self, home: Home, kind: str) -> None:
        stem = os.path.join(home.tray, FOLDER_NAME, f"{kind}-{host_key()}-{session_key()}")
        self._lock = StoreLock(f"{stem}.lock", timeout_seconds=0)
        self.request = f"{stem}.raise"
        """File whose creation asks the window to come to the front."""

    def claim(self) -> bool:
        """Become the only window; False if another one is open.

        Raises:
            StoreError: the home can't hold a lock.
        """
        make_own_folder(os.path.dirname(self.request), levels=_LEVELS)
        try:
            self._lock.acquire()
        except StoreBusy:
            return False
        self.take_request()  # left by a start that gave up
        return True

    def release(self) -> None:
        """Let another start become the only window."""
        self._lock.release()

    def ask_to_raise(self, request: Request) -> bool:
        """Ask the open window to come to the front; return whether it reacted in time.

        Raises:
            StoreError: the request can't be written.
        """
        _let_it_come_to_the_front()
        text = json.dumps({"token": request.activation_token, "page": request.page})
        replace_private(self.request, text.encode(), levels=_LEVELS, durable=False)
        deadline = time.monotonic() + ANSWER_SECONDS
        while time.monotonic() < deadline:
            if not os.path.lexists(self.request):
                return True
            time.sleep(0.01)
        self.take_request()
        return False

    def take_request(self) -> Request | None:
        """Return the waiting request, and remove it; None if there is none."""
        try:
            data, _ = read_private(self.request, limit_bytes=_LIMIT_BYTES, levels=_LEVELS)
            remove_private(self.request, levels=_LEVELS)
        except (OSError, StoreError):
            return None
        try:
            value = json.loads(data)
            return Request(str(value.get("token", "")), str(value.get("page", "")))
        except (ValueError, AttributeError):
            return Request()


def _let_it_come_to_the_front() -> None:
    """Pass on the right to come to the front, which Windows gives to a program the user just started."""
    if sys.platform == "win32":
        import ctypes

        any_process = -1  # ASFW_ANY
        ctypes.WinDLL("user32").AllowSetForegroundWindow(any_process)
