"""Waits for a lost bus: with growing pauses, and not forever."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a lost bus, and for a host that does not look."""

    first_seconds: float = 0.25
    longest_seconds: float = 8.0
    """The pauses double up to this."""
    total_seconds: float = 120.0
    """After this, it is lost for good. A bus is restarted within seconds; one that ends with its session
    stays away, and a tray that outlived its session would keep the next one's from starting."""
    start_seconds: float = 10.0
    """The same, while the bus has never accepted us: whoever starts the program waits for an answer."""
    answer_seconds: float = 5.0
    """How long the bus may take to say hello."""
    settled_seconds: float = 1.0
    """A connection that was lost sooner does not end the outage before it."""
    host_seconds: float = 3.0
    """How long a host may take to read an item it was offered."""
    no_host_seconds: float = 10.0
    """After this long without a host, we notify the user. At login, panels start at the same time; if a slow
    one comes later, the notification is removed."""
    no_host_in_terminal_seconds: float = 3.0
    """The same, if a user waits at a terminal."""


class Outage:
    """Measures the time without a usable bus; a connection alone is not enough, the bus has to answer.

    Args:
        patience: the limits.
        clock: monotonic seconds.
    """

    def __init__(self, patience: Patience, clock: Callable[[], float] = time.monotonic) -> None:
        self._patience = patience
        self._clock = clock
        self._began_at = clock()
        self._joined_at: float | None = None
        self._ever_joined = False
        self._pause = 0.0
        self._reported = self._return_reported = False

    def joined(self) -> bool:
        """Record that the bus answered; return whether to log that: once after an outage that was logged."""
        self._joined_at = self._clock()
        self._ever_joined = True
        tell = self._reported and not self._return_reported
        self._return_reported = True
        return tell

    def lost(self) -> bool:
        """Record that the connection is gone; return whether to log it as the start of an outage."""
        now = self._clock()
        lasted = -1.0 if self._joined_at is None else now - self._joined_at
        self._joined_at = None
        if lasted >= self._patience.longest_seconds:
            self._pause = 0.0
        if lasted >= self._patience.settled_seconds:
            self._began_at = now
            self._reported = self._return_reported = False
        tell, self._reported = not self._reported, True
        return tell

    @property
    def over(self) -> bool:
        """Whether it is time to give up."""
        patience = self._patience
        limit = patience.total_seconds if self._ever_joined else patience.start_seconds
        return self._clock() - self._began_at >= limit

    def next_pause(self) -> float:
        """Return how long to wait before the next attempt, in seconds; longer each time."""
        self._pause = min(max(self._pause * 2, self._patience.first_seconds), self._patience.longest_seconds)
        return self._pause
