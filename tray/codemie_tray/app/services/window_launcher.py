"""Starts a window in a separate process, and reports one that could not be shown."""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Callable, Mapping

from codemie_core import Home
from codemie_tray import PROGRAM
from codemie_tray.background.messages import WindowFailed
from codemie_tray.desktop.window_process import start_window
from codemie_tray.text.language import _

LOG = logging.getLogger(__name__)
_LONGEST = 400
"""How many characters of the process's output fit into a notification."""


class WindowLauncher:
    """Opens windows; a window that is already open comes to the front.

    A window belongs to the user, not to the tray: it stays open when the tray ends.

    Args:
        home: the home.
        post: called on a separate thread with the failure of a window that could not be shown.
    """

    def __init__(self, home: Home, post: Callable[[WindowFailed], None]) -> None:
        self._home = home
        self._post = post

    def open(self, kind: str, session: Mapping[str, str | None], *options: str) -> None:
        """Start the process; returns at once.

        Args:
            kind: `profiles`, `settings` or `usage`.
            session: variables of the session where it should appear, overriding ours; None removes one.
            options: of `codemie-tray window`, such as `--add`.

        Raises:
            CantOpenWindow: it could not be started.
        """
        process = start_window(self._home, kind, *options, session=session)
        threading.Thread(target=self._wait, args=(process,), name=f"window {kind}", daemon=True).start()

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        _nothing, said = process.communicate()
        if process.returncode:
            text = said.decode("utf-8", "replace").strip()
            LOG.warning("a window exited with code %d: %s", process.returncode, text)
            self._post(WindowFailed(_sentence(text) or _("Its process exited. See the log for details.")))


def _sentence(text: str) -> str:
    """Return the output of the process, without its name."""
    return text.removeprefix(f"{PROGRAM}: ")[:_LONGEST]
