"""Waits for what another thread or process does, patiently: a busy machine is not the program's fault."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

BUSY_MACHINE_SECONDS = 60.0
"""Far more than a second of a quiet machine can become on a busy one; a test waits as long only to fail."""


def until(met: Callable[[], T], said: Callable[[], object] = str) -> T:
    """Return what `met` returns as soon as that is true.

    Args:
        met: asked every few milliseconds.
        said: more for the error, such as a log.
    """
    deadline = time.monotonic() + BUSY_MACHINE_SECONDS
    while not (found := met()):
        assert time.monotonic() < deadline, f"waited {BUSY_MACHINE_SECONDS:g} s in vain\n{said()}".rstrip()
        time.sleep(0.005)
    return found


def at_its_quickest(attempt: Callable[[], object], *, within_seconds: float, tries: int = 6) -> None:
    """Show that something takes no longer than promised.

    A busy machine makes everything slower and nothing faster, so the quickest of a few attempts counts.

    Args:
        attempt: does it once, and can do it again.
        within_seconds: the promise.
        tries: number of attempts, of which none more is made once one was quick enough.
    """
    took = []
    for _ in range(tries):
        began = time.monotonic()
        attempt()
        took.append(time.monotonic() - began)
        if took[-1] < within_seconds:
            return
    raise AssertionError(f"never within {within_seconds:g} s: {', '.join(f'{one:.2f}' for one in took)}")
