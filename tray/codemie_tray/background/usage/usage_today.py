"""What was used today, kept current: counted when a session's file changed, and at midnight.

The first count of a large home takes seconds, so it has a thread of its own: a click never waits for it.
Midnight is waited for by `alarm.py`, so that a laptop which slept over it does not show yesterday's numbers.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from codemie_core import CodeMieError, Home
from codemie_core.system.clock import Clock
from codemie_tray.background.usage.published_usage import PublishedUsage
from codemie_tray.background.usage.usage_process import count_today
from codemie_tray.view.state import UsageToday

if TYPE_CHECKING:
    from codemie_tray.background.clock.boot_timer import SuspendAwareTimer

LOG = logging.getLogger(__name__)

GATHER_SECONDS = 0.2
"""A turn writes several files; they are one change."""
PAUSE_SECONDS = 20.0
"""At most so often is counted while sessions are at work: a count is a process of a tenth of a second."""


class UsageTodayCounter:
    """Counts on a thread of its own.

    Args:
        home: whose sessions.
        tell: given the numbers when they were counted, on that thread.
        count: counts; may take long.
        before: called before each count, on that thread; what is written later has to be told by `look`.
        on_duty: whether counting is ours, and not a tray's of another session on this home.
        published: where who counts leaves the numbers for the others.
        clock: what time it is.
    """

    def __init__(
        self,
        home: Home,
        tell: Callable[[UsageToday], object],
        *,
        count: Callable[[Home], UsageToday] = count_today,
        before: Callable[[], object] = lambda: None,
        on_duty: Callable[[], bool] = lambda: True,
        published: PublishedUsage | None = None,
        clock: Clock = Clock(),  # noqa: B008 - a frozen value
    ) -> None:
        self._home = home
        self._tell = tell
        self._count = count
        self._before = before
        self._on_duty = on_duty
        self._published = published
        self._clock = clock
        self._wanted = threading.Event()
        self._stopped = threading.Event()
        self._timer: SuspendAwareTimer | None = None
        self._thread = threading.Thread(target=self._run, name="today", daemon=True)

    def start(self) -> None:
        """Count now, and from now on when asked."""
        from codemie_tray.background.clock.boot_timer import (
            SuspendAwareTimer,  # here: the icon shows before ctypes is loaded
        )

        self._timer = SuspendAwareTimer(self._clock)
        self._wanted.set()
        self._thread.start()

    def look(self) -> None:
        """Say that a session's file may have changed; from any thread, as often as one likes."""
        self._wanted.set()
        self._ring()

    def stop(self) -> None:
        """Count no more. One that is under way is not waited for: the index is left as it was before."""
        self._stopped.set()
        self._ring()

    def _ring(self) -> None:
        if self._timer is not None:
            self._timer.wake()

    def _run(self) -> None:
        assert self._timer is not None  # noqa: S101 - for the type checker: `start` has made it
        rested_at = 0.0
        counted: date | None = None
        while True:
            self._sleep(self._timer, counted)
            self._stopped.wait(max(GATHER_SECONDS, rested_at - time.monotonic()))
            if self._stopped.is_set():
                break
            self._wanted.clear()
            counted = self._day()
            try:
                self._before()
                known = self._by_another(counted)
                if known is not None:
                    self._tell(known)
                    continue
                self._tell(self._counted(counted))
            except CodeMieError as error:
                LOG.warning("%s", error)
                self._tell(UsageToday(0, 0, 0, problem=str(error)))
            except Exception as error:  # the thread's edge: without this line the tray is still a tray
                LOG.exception("today's usage")
                self._tell(UsageToday(0, 0, 0, problem=f"a fault of its own: {type(error).__name__}"))
            rested_at = time.monotonic() + PAUSE_SECONDS
        self._timer.close()

    def _by_another(self, day: date) -> UsageToday | None:
        return None if self._published is None or self._on_duty() else self._published.read(day)

    def _counted(self, day: date) -> UsageToday:
        ours = self._published if self._on_duty() else None
        try:
            today = self._count(self._home)
        except Exception:
            if ours is not None:
                ours.withdraw()
            raise
        if ours is not None:
            ours.write(day, today)
        return today

    def _sleep(self, alarm: SuspendAwareTimer, counted: date | None) -> None:
        """Sleep until somebody asks or the day that was counted is not today: no pause's end wakes it."""
        while not (self._wanted.is_set() or self._stopped.is_set()):
            if self._day() != counted:
                return
            # Computed at each turn: the clock or the zone may have been set.
            alarm.wait_until(self._clock.running_seconds() + self._seconds_to_midnight())

    def _day(self) -> date:
        return datetime.fromtimestamp(self._clock.wall_seconds()).date()

    def _seconds_to_midnight(self) -> float:
        now_seconds = self._clock.wall_seconds()
        now = datetime.fromtimestamp(now_seconds)
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return max(1.0, midnight.timestamp() - now_seconds + 1)
