"""Keeps one kind of event from filling the disk: any program on the bus can make us log, as often as it
likes."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

BURST = 20
"""This many events of one kind are logged however fast they come ..."""
REFILL_SECONDS = 60.0
"""... and one more after each of these."""

_Kind = tuple[str, int]
_DECIDED = "flood_limit_let_it_through"


@dataclass(slots=True)
class _Bucket:
    """How many events of one kind may still be logged."""

    tokens: float
    at_seconds: float
    left_out: int = 0


class FloodLimit(logging.Filter):
    """Passes events on until one kind (one line of our source) comes too often.

    The next one that is logged says how many were omitted. Debug messages were requested, and are not
    limited.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[_Kind, _Bucket] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to log an event; adds the number omitted before it to its message."""
        if record.levelno <= logging.DEBUG:
            return True
        decided: bool | None = getattr(record, _DECIDED, None)
        if decided is not None:  # one event may be written to both the file and the terminal
            return decided
        with self._lock:
            left_out = self._take(record.pathname, record.lineno)
        setattr(record, _DECIDED, left_out is not None)
        if left_out is None:
            return False
        if left_out:
            record.msg = (
                f"{record.getMessage()} ({left_out} similar messages were left out since the last one)"
            )
            record.args = ()
        return True

    def _take(self, path: str, line: int) -> int | None:
        """Return how many events were omitted before this one; None if this one is omitted, too."""
        now = self._clock()
        bucket = self._buckets.setdefault((path, line), _Bucket(BURST, now))
        bucket.tokens = min(BURST, bucket.tokens + (now - bucket.at_seconds) / REFILL_SECONDS)
        bucket.at_seconds = now
        if bucket.tokens < 1:
            bucket.left_out += 1
            return None
        bucket.tokens -= 1
        left_out, bucket.left_out = bucket.left_out, 0
        return left_out
