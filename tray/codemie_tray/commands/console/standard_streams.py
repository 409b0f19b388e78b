"""Opens the standard streams that whoever started us closed (`codemie-tray status >&-`).

A closed descriptor is worse than a missing terminal: the next file to be opened gets its number, and output
meant for a reader lands in that file. So each one is opened on the null device before anything else is
opened.
"""

from __future__ import annotations

import os
import sys


def complete() -> bool:
    """Open what is closed, and return whether standard output was. Windows has no such numbers."""
    if sys.platform == "win32":
        return False
    closed = [number for number in (0, 1, 2) if not _is_open(number)]
    for number in closed:
        # The lowest free number is the one being checked: all below it are open by now.
        os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
        mode, name = ("r", "stdin") if number == 0 else ("w", "stdout" if number == 1 else "stderr")
        setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 - for as long as we run
    return 1 in closed


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True
