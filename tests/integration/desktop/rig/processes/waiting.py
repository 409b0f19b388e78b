"""Waiting for something to become true, with a limit and a reason."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
POLL_SECONDS = 0.02


class RigError(Exception):
    """The desktop, or a program on it, did not do what was expected in time."""


def until(
    what: str,
    look: Callable[[], T | None],
    limit_seconds: float = 60.0,
    *,
    on_failure: Callable[[], str] = str,
) -> T:
    """Return the first true value of `look`.

    Args:
        what: what is awaited, for the error.
        look: asked every `POLL_SECONDS`.
        limit_seconds: how long to ask.
        on_failure: more for the error (the end of a log).

    Raises:
        RigError: `look` stayed false.
    """
    end = time.monotonic() + limit_seconds
    while True:
        if found := look():
            return found
        if time.monotonic() > end:
            raise RigError(f"waited {limit_seconds:g} s for {what}\n{on_failure()}".rstrip())
        time.sleep(POLL_SECONDS)
