"""Waiting for what another thread or process does: long, since a busy machine is no fault of the program."""

from __future__ import annotations

import time
from collections.abc import Callable

BUSY_MACHINE_SECONDS = 60.0
"""Far more than a second of a quiet machine can become on a busy one; a test waits as long only to fail."""


def until(met: Callable[[], object], what: str = "", *, seconds: float = BUSY_MACHINE_SECONDS) -> None:
    """Return as soon as `met` says so.

    Args:
        met: asked every few milliseconds.
        what: the condition in words, for the message.
        seconds: how long to ask.
    """
    deadline = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < deadline, f"waited {seconds:g} seconds: {what or met}"
        time.sleep(0.005)
