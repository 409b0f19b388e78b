"""The extent of a test: quick by default, full with `CODEMIE_TEST_LONG=1`."""

from __future__ import annotations

import os
import sys


def rounds(quick: int, full: int) -> int:
    """Return how many rounds to run.

    Args:
        quick: for every run of the suite.
        full: the promised figure, if `CODEMIE_TEST_LONG` is set.
    """
    return full if os.environ.get("CODEMIE_TEST_LONG", "") not in ("", "0") else quick


def on_windows(number: int, elsewhere: int) -> int:
    """Return how often to repeat what is the same on every system; Wine's files are ten times slower.

    Args:
        number: on Windows.
        elsewhere: on the others.
    """
    return number if sys.platform == "win32" else elsewhere
