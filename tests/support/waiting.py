"""Patient waits for other threads and processes: a busy machine is not the program's fault."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

BUSY_MACHINE_SECONDS = 60.0
"""Far longer than one second can become on a busy machine; a test waits this long only to fail."""


def until(met: Callable[[], T], said: Callable[[], object] = str) -> T:
    """Return the first true result of `met`.

    Args:
        met: called every few milliseconds.
        said: text for the error, such as a log.
    """
    deadline = time.monotonic() + BUSY_MACHINE_SECONDS
    while not (found := met()):
        assert time.monotonic() < deadline, (
            f"waited {BUSY_MACHINE_SECONDS:g} s without success\n{said()}".rstrip()
        )
        time.sleep(0.005)
    return found


def at_its_quickest(attempt: Callable[[], object], *, within_seconds: float, tries: int = 6) -> None:
    """Check that something takes no longer than promised.

    A busy machine makes everything slower and nothing faster, so the quickest of a few attempts counts.

    Args:
        attempt: does it once, and can be repeated.
        within_seconds: the promise.
        tries: maximum number of attempts; the first quick enough one ends them.
    """
    took = []
    for _ in range(tries):
        began = time.monotonic()
        attempt()
        took.append(time.monotonic() - began)
        if took[-1] < within_seconds:
            return
    raise AssertionError(f"never within {within_seconds:g} s: {', '.join(f'{one:.2f}' for one in took)}")
