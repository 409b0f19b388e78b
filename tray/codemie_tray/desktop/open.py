"""Opens files and folders with the desktop's program for them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from types import MappingProxyType

from codemie_core import CodeMieError
from codemie_core.system.process.foreign_environment import foreign_environment

if sys.platform == "win32":
    from codemie_core.system.process.foreign_environment import in_foreign_environment

_OF_OUR_START = ("DESKTOP_STARTUP_ID", "XDG_ACTIVATION_TOKEN", "GIO_LAUNCHED_DESKTOP_FILE_PID")


class CantOpen(CodeMieError):
    """The desktop has no program that opens it."""


def open_path(path: str, session: Mapping[str, str | None] = MappingProxyType({})) -> None:
    """Open a file or folder; returns at once.

    Args:
        path: what to open.
        session: variables of the session where it should appear, overriding ours; None removes one.

    Raises:
        CantOpen: contains the path, so that the user can go there.
    """
    if not os.path.exists(path):
        raise CantOpen(f"{path} does not exist.")
    if sys.platform == "win32":
        try:
            with in_foreign_environment():
                os.startfile(path)  # noqa: S606 - the documented way to open with the associated program
        except OSError as error:
            raise CantOpen(f"Windows has no program to open {path}.") from error
        return
    opener = "open" if sys.platform == "darwin" else "xdg-open"
    try:
        process = subprocess.Popen(
            [opener, path],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=in_session(foreign_environment(), session),
        )
    except OSError as error:
        raise CantOpen(f"No program was found to open {path}.") from error
    try:
        # A failing xdg-open reports that quickly; a working one may run as long as its program.
        if process.wait(timeout=1.5) != 0:
            raise CantOpen(f"No program was found to open {path}.")
    except subprocess.TimeoutExpired:
        pass


def in_session(environ: Mapping[str, str], session: Mapping[str, str | None]) -> dict[str, str]:
    """Return the variables overridden by a session's; the token of our own start has been used up."""
    kept = {name: value for name, value in environ.items() if name not in (*session, *_OF_OUR_START)}
    return kept | {name: value for name, value in session.items() if value is not None}
