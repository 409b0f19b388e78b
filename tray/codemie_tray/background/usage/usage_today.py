"""Counts today's usage whenever a session's file changes, and at midnight.

The first count of a large home takes seconds, so it has its own thread: a click never waits for it. It waits
for midnight with a timer that counts suspend, so a laptop that slept through it shows the new day's numbers.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta

from codemie_core import CodeMieError, Home
from codemie_core.system.clock import Clock
from codemie_tray.background.clock.timed_thread import TimedThread
from codemie_tray.background.messages import UsageCounted
from codemie_tray.background.usage.published_usage import PublishedUsage
from codemie_tray.background.usage.usage_process import count_today
from codemie_tray.text.errors import in_words
from codemie_tray.text.language import _
from codemie_tray.view.state import UsageToday

LOG = logging.getLogger(__name__)

GATHER_SECONDS = 0.2
"""A turn writes several files, which count as one change."""
PAUSE_SECONDS = 20.0
"""Minimum pause between two counts while sessions are active: a count is a process that runs for 0.1 s."""


class UsageTodayCounter(TimedThread):
    """Counts at the start, and after each call of `look`.

    Args:
        home: whose sessions.
        post: receives each new count, on the counter's thread.
        count: counts; may take long.
        on_duty: whether counting is ours, not that of another session's tray on this home.
        published: where the counting tray leaves the numbers for the others.
        clock: the time.
    """

    def __init__(
        self,
        home: Home,
        post: Callable[[UsageCounted], object],
        *,
        count: Callable[[Home], UsageToday] = count_today,
        on_duty: Callable[[], bool] = lambda: True,
        published: PublishedUsage | None = None,
        clock: Clock = Clock(),  # noqa: B008 - a frozen value
    ) -> None:
        super().__init__("usage-today", clock)
        self._home = home
        self._post = post
        self._count = count
        self._on_duty = on_duty
        self._published = published
        self._wanted = threading.Event()

    def start(self) -> None:
        """Count now, and from now on when `look` is called.

        A count in progress is not waited for when stopping: it leaves the index as it was before.
        """
        self._wanted.set()
        super().start()

    def look(self) -> None:
        """Report that a session's file may have changed; from any thread, as often as you like."""
        self._wanted.set()
        self._wake()

    def _run(self) -> None:
        rested_at = 0.0
        counted: date | None = None
        while True:
            self._sleep(counted)
            self._ended.wait(max(GATHER_SECONDS, rested_at - time.monotonic()))
            if self._ended.is_set():
                return
            self._wanted.clear()
            counted = self._day()
            known = self._by_another(counted)
            if known is None:
                self._post(UsageCounted(self._counted_or_problem(counted)))
                rested_at = time.monotonic() + PAUSE_SECONDS
            else:
                self._post(UsageCounted(known))

    def _counted_or_problem(self, day: date) -> UsageToday:
        try:
            return self._counted(day)
        except CodeMieError as error:
            LOG.warning("%s", error)
            return UsageToday(0, 0, 0, problem=in_words(error))
        except Exception as error:  # the thread's edge: a tray that can't count is still a tray
            LOG.exception("today's usage")
            return UsageToday(0, 0, 0, problem=_("internal error: {name}").format(name=type(error).__name__))

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

    def _sleep(self, counted: date | None) -> None:
        """Sleep until a count is requested, or until the counted day is over."""
        while not (self._wanted.is_set() or self._ended.is_set()):
            if self._day() != counted:
                return
            # Computed each time: the clock or the zone may have been set.
            self._timer.wait_until(self._clock.running_seconds() + self._seconds_to_midnight())

    def _day(self) -> date:
        return datetime.fromtimestamp(self._clock.wall_seconds()).date()

    def _seconds_to_midnight(self) -> float:
        now_seconds = self._clock.wall_seconds()
        now = datetime.fromtimestamp(now_seconds)
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return max(1.0, midnight.timestamp() - now_seconds + 1)
