"""How far a test goes: quick by default, to the full figures with `CODEMIE_TEST_LONG=1`."""

from __future__ import annotations

import os
import sys


def rounds(quick: int, full: int) -> int:
    """Return how many rounds to run.

    Args:
        quick: for every run of the suite.
        full: the figure that is promised, where `CODEMIE_TEST_LONG` is set.
    """
    return full if os.environ.get("CODEMIE_TEST_LONG", "") not in ("", "0") else quick


def on_windows(number: int, elsewhere: int) -> int:
    """Return how often to do what no system does differently: Wine's files cost ten times as much.

    Args:
        number: on Windows.
        elsewhere: on the others.
    """
    return number if sys.platform == "win32" else elsewhere
