"""When the logs are cleaned and when they are looked at: arithmetic on a clock, no waiting and no disk."""

from __future__ import annotations

from codemie_core.system.clock import DAY_SECONDS, Clock
from codemie_tray.background.clock.clock_step import ClockStep

SETTLE_SECONDS = 0.25
"""After something came or went in the folder: what else happens within this is part of the same look."""
SHARE_OF_TIME = 20.0
"""After a scan, rest this many times its duration: scans use at most 5 % of the time."""
EXPIRY_PAUSE_SECONDS = 3600.0
"""Files that grow old one by one are looked at once an hour at most."""


class Schedule:
    """All times are of the boot-time clock, which nobody can set and which counts suspend."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._clean_at = clock.running_seconds()
        self._look_at: float | None = None
        self._rest_until = float("-inf")
        self._step = ClockStep(clock)

    @property
    def next_seconds(self) -> float:
        """When something is to be done."""
        return self._clean_at if self._look_at is None else min(self._clean_at, self._look_at)

    def follow_clock(self) -> None:
        """Make a cleaning due if somebody set the wall clock: other files are old now.

        Whether that may remove anything so soon after is for the clock guard to say.
        """
        if self._step.happened():
            self.clean_now()

    def clean_now(self) -> None:
        """Make the daily cleaning due."""
        self._clean_at = self._clock.running_seconds()

    def cleaning_is_due(self) -> bool:
        """Return whether the daily cleaning is due: at the start, then a day after the last one."""
        return self._clock.running_seconds() >= self._clean_at

    def look_is_due(self) -> bool:
        """Return whether the folder should be looked at."""
        return self._look_at is not None and self._clock.running_seconds() >= self._look_at

    def cleaning_begins(self) -> None:
        """Count the next day from now."""
        self._clean_at = self._clock.running_seconds() + DAY_SECONDS

    def something_changed(self) -> None:
        """Have the folder checked soon; repeated calls change nothing."""
        soon = max(self._clock.running_seconds() + SETTLE_SECONDS, self._rest_until)
        self._look_at = soon if self._look_at is None else min(self._look_at, soon)

    def looked(self, *, took_seconds: float, next_expiry_seconds: float | None) -> None:
        """Plan the next look.

        Args:
            took_seconds: how long this one took.
            next_expiry_seconds: wall time at which one more file is old; None: there is no file.
        """
        now = self._clock.running_seconds()
        self._rest_until = now + took_seconds * SHARE_OF_TIME
        self._look_at = None
        if next_expiry_seconds is not None:
            left = next_expiry_seconds - self._clock.wall_seconds()
            self._look_at = now + max(left, EXPIRY_PAUSE_SECONDS, took_seconds * SHARE_OF_TIME)
