"""When to clean the logs and when to count them: arithmetic on a clock, without waiting or disk access."""

from __future__ import annotations

from codemie_core.system.clock import DAY_SECONDS, Clock
from codemie_tray.background.clock.clock_step import ClockStep

SETTLE_SECONDS = 0.25
"""After a change in the folder: further changes within this time belong to the same scan."""
SHARE_OF_TIME = 20.0
"""After a scan, rest this many times its duration: scans use at most 5% of the time."""
EXPIRY_PAUSE_SECONDS = 3600.0
"""Files that expire one by one are counted at most once an hour."""


class Schedule:
    """All times are of the boot-time clock, which can't be set and counts suspend."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._clean_at = clock.running_seconds()
        self._look_at: float | None = None
        self._rest_until = float("-inf")
        self._step = ClockStep(clock)

    @property
    def next_seconds(self) -> float:
        """When something should be done."""
        return self._clean_at if self._look_at is None else min(self._clean_at, self._look_at)

    def follow_clock(self) -> None:
        """Make a cleanup due if the wall clock was set: other files are old now.

        The clock guard decides whether it may remove anything so soon.
        """
        if self._step.happened():
            self.clean_now()

    def clean_now(self) -> None:
        """Make the daily cleanup due."""
        self._clean_at = self._clock.running_seconds()

    def cleaning_is_due(self) -> bool:
        """Return whether the daily cleanup is due: at the start, then a day after the last one."""
        return self._clock.running_seconds() >= self._clean_at

    def look_is_due(self) -> bool:
        """Return whether the folder should be scanned."""
        return self._look_at is not None and self._clock.running_seconds() >= self._look_at

    def cleaning_begins(self) -> None:
        """Count the next day from now."""
        self._clean_at = self._clock.running_seconds() + DAY_SECONDS

    def something_changed(self) -> None:
        """Scan the folder soon; repeated calls change nothing."""
        soon = max(self._clock.running_seconds() + SETTLE_SECONDS, self._rest_until)
        self._look_at = soon if self._look_at is None else min(self._look_at, soon)

    def looked(self, *, took_seconds: float, next_expiry_seconds: float | None) -> None:
        """Plan the next scan.

        Args:
            took_seconds: how long this one took.
            next_expiry_seconds: wall time at which the next file becomes old; None if there is no file.
        """
        now = self._clock.running_seconds()
        self._rest_until = now + took_seconds * SHARE_OF_TIME
        self._look_at = None
        if next_expiry_seconds is not None:
            left = next_expiry_seconds - self._clock.wall_seconds()
            self._look_at = now + max(left, EXPIRY_PAUSE_SECONDS, took_seconds * SHARE_OF_TIME)
