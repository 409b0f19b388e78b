"""The two clocks of a machine: the one people set, and the one nobody can."""

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
        # Python's own monotonic() stands still there while the machine sleeps; this clock does not.
        return time.clock_gettime(time.CLOCK_MONOTONIC)

else:

    def running_seconds() -> float:
        """Return seconds since the machine started, time asleep included."""
        return time.monotonic()


@dataclass(frozen=True, slots=True)
class Clock:
    """What time it is, twice; tests bring their own."""

    wall_seconds: Callable[[], float] = field(default=time.time)
    """Seconds since 1970: what files are dated by. People and other machines set it."""
    running_seconds: Callable[[], float] = field(default=running_seconds)
    """Seconds since some moment, never set back, counting while the machine sleeps."""
    boot_id: Callable[[], str] = field(default=boot_id)
    """Two readings of `running_seconds` can be compared where this was the same."""
