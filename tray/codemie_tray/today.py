"""What was used today, kept current: counted when a session's file changed, and at midnight.

The first count of a large home takes seconds, so it has a thread of its own: a click never waits for it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from codemie_core import CodeMieError, Home
from codemie_tray.amounts import plural, tokens_or_turns
from codemie_tray.state import Today
from codemie_tray.wording import plain

LOG = logging.getLogger(__name__)

GATHER_SECONDS = 0.2
"""A turn writes several files; they are one change."""
PAUSE_SECONDS = 5.0
"""At most so often is counted while sessions are at work."""

_MODELS = 5
"""Lines of a notification; the rest is one line."""


def models_today(home: Home, *, clock: Callable[[], float] = time.time) -> str:
    """Return what of today's usage went to which model, a line each, most first.

    Raises:
        StoreError: the sessions' folder can't be read.
    """
    from codemie_core.usage import Calendar, Grouping, Period, Question, ask

    calendar = Calendar()
    day = calendar.day_at(clock())
    usage = ask(home, Question(Grouping.MODEL, Period(day, day)), calendar=calendar, two_processes=False)
    lines = usage.lines  # the most first
    shown = [
        f"{plain(line.name) or 'no model named'}: {tokens_or_turns(line.totals)}" for line in lines[:_MODELS]
    ]
    more = len(lines) - _MODELS
    return "\n".join([*shown, *([f"and {plural(more, 'other model')}"] if more > 0 else [])])


class TodayCounter:
    """Counts on a thread of its own.

    Args:
        home: whose sessions.
        tell: given the numbers when they were counted, on that thread.
        clock: seconds since 1970.
    """

    def __init__(
        self, home: Home, tell: Callable[[Today], object], *, clock: Callable[[], float] = time.time
    ) -> None:
        self._home = home
        self._tell = tell
        self._clock = clock
        self._wanted = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="today", daemon=True)

    def start(self) -> None:
        """Count now, and from now on when asked."""
        self._wanted.set()
        self._thread.start()

    def look(self) -> None:
        """Say that a session's file may have changed; from any thread, as often as one likes."""
        self._wanted.set()

    def stop(self) -> None:
        """Count no more. One that is under way is not waited for: the index is left as it was before."""
        self._stopped.set()
        self._wanted.set()

    def _run(self) -> None:
        while True:
            # Asleep until somebody asks or the day ends: nothing wakes an idle tray.
            self._wanted.wait(self._seconds_to_midnight())
            self._stopped.wait(GATHER_SECONDS)
            if self._stopped.is_set():
                return
            self._wanted.clear()
            try:
                self._tell(self._count())
            except CodeMieError as error:
                LOG.warning("today's usage: %s", error)
            except Exception:  # the thread's edge: without this line the tray is still a tray
                LOG.exception("today's usage")
            if self._stopped.wait(PAUSE_SECONDS):
                return

    def _count(self) -> Today:
        # Imported here: the icon shows before msgspec and SQLite are loaded.
        from codemie_core.usage import today

        totals = today(self._home, now=self._clock)
        return Today(totals.tokens, totals.sessions, totals.turns)

    def _seconds_to_midnight(self) -> float:
        now = datetime.fromtimestamp(self._clock())
        midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        return max(1.0, midnight.timestamp() - self._clock() + 1)
