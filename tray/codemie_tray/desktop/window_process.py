"""Starts the process of a window: `codemie-tray window ...`."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping

from codemie_core import CodeMieError, Home
from codemie_core.system.process.appimage import appimage_variables
from codemie_core.system.process.executables import own_command
from codemie_core.system.process.foreign_environment import foreign_environment
from codemie_tray.desktop.open import in_session
from codemie_tray.text.language import _

_NO_CONSOLE = 0x08000000 if sys.platform == "win32" else 0
"""CREATE_NO_WINDOW."""


class CantOpenWindow(CodeMieError):
    """The process of a window could not be started."""


def start_window(
    home: Home, kind: str, *options: str, session: Mapping[str, str | None] | None = None
) -> subprocess.Popen[bytes]:
    """Start it, and return at once. A window that is already open comes to the front.

    It is a session of its own: it stays open when this process ends. What it has to say is in `stderr`.

    Args:
        home: the home.
        kind: `profiles`, `settings` or `usage`.
        options: of `codemie-tray window`, such as `--add`.
        session: variables of the session where it should appear, overriding ours; None removes one.

    Raises:
        CantOpenWindow: it could not be started.
    """
    try:
        return subprocess.Popen(
            own_command("codemie_tray", "--home", home.path, "window", kind, *options),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            creationflags=_NO_CONSOLE,
            env=in_session(
                # A window can change the login entry, which names the AppImage.
                {**foreign_environment(), **appimage_variables(os.environ, sys.executable)},
                session or {},
            ),
        )
    except OSError as error:
        text = _("The window can't be opened: {reason}.").format(reason=error.strerror)
        raise CantOpenWindow(text) from error


def open_beside(home: Home, kind: str) -> None:
    """Open another window from the process of a window.

    Raises:
        CantOpenWindow: it could not be started.
    """
    process = start_window(home, kind)
    # Waited for, so that it does not stay behind as a zombie; its pipe is read, so that it never blocks.
    threading.Thread(target=process.communicate, name=f"window {kind}", daemon=True).start()
