"""Wall clock, and boot-time clock (counts suspend, can't be set)."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from codemie_core.system.boot_id import boot_id

DAY_SECONDS = 86400.0

if sys.platform == "linux":

    def running_seconds() -> float:
        """Return seconds since the machine started, time asleep included."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

elif sys.platform == "darwin":

    def running_seconds() -> float:
        """Return seconds since the machine started, time asleep included."""
        # Python's monotonic() stops while a Mac sleeps; this clock does not.
        return time.clock_gettime(time.CLOCK_MONOTONIC)

else:

    def running_seconds() -> float:
        """Return seconds since the machine started, time asleep included."""
        return time.monotonic()


@dataclass(frozen=True, slots=True)
class Clock:
    """The two clocks; tests pass their own."""

    wall_seconds: Callable[[], float] = field(default=time.time)
    """Seconds since 1970, as in the time stamps of files. It can be set."""
    running_seconds: Callable[[], float] = field(default=running_seconds)
    """Seconds since an arbitrary time; never set back, and includes suspend."""
    boot_id: Callable[[], str] = field(default=boot_id)
    """Readings of `running_seconds` are comparable if this is equal."""
