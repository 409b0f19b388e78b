"""Opens files and folders with whatever program the person's desktop has for them."""

from __future__ import annotations

import os
import subprocess
import sys

from codemie_core import CodeMieError
from codemie_core.system.foreign_environment import foreign_environment

if sys.platform == "win32":
    from codemie_core.system.foreign_environment import in_foreign_environment


class CantOpen(CodeMieError):
    """The desktop has no program for it, or none is known."""


def open_path(path: str) -> None:
    """Open a file or folder; returns at once.

    Raises:
        CantOpen: with the path, so that the person can go there.
    """
    if not os.path.exists(path):
        raise CantOpen(f"{path} is not there.")
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
            env=foreign_environment(),
        )
    except OSError as error:
        raise CantOpen(f"No program was found to open {path}.") from error
    try:
        # A failing xdg-open says so quickly; a working one may stay as long as its program.
        if process.wait(timeout=1.5) != 0:
            raise CantOpen(f"No program was found to open {path}.")
    except subprocess.TimeoutExpired:
        pass
