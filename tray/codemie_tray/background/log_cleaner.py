"""Removes old logs while the tray runs, daily and on a click, and counts them for the menu.

It has its own thread, so that cleaning a folder of 100,000 files blocks nothing: profiles can be switched
meanwhile. What the menu shows about it is posted as messages.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from codemie_core import Home
from codemie_core.config.settings import Settings
from codemie_core.retention import Cleanup, Retention, clean
from codemie_core.system.clock import Clock
from codemie_tray.background.clock.timed_thread import TimedThread
from codemie_tray.background.messages import (
    CleaningBegan,
    CleaningEnded,
    CleaningProgressed,
    LogsCounted,
)
from codemie_tray.background.schedule import Schedule
from codemie_tray.text.amounts import amount, counted
from codemie_tray.text.cleanup import not_a_home
from codemie_tray.text.language import english
from codemie_tray.view.state import LogsCleaning, LogsFound

LOG = logging.getLogger(__name__)

QUICK_SECONDS = 0.5
"""A shorter cleanup shows no progress: it would only flicker."""
PROGRESS_PAUSE_SECONDS = 0.25
"""Interval between two numbers shown."""

CleaningMessage = LogsCounted | CleaningBegan | CleaningProgressed | CleaningEnded


class LogCleaner(TimedThread):
    """See the module.

    Args:
        home: the home.
        settings: returns the current settings; called on the cleaner's thread.
        post: receives its messages.
        on_duty: whether the daily cleanup is ours, not that of another session's tray on this home.
        clock: the time.
    """

    def __init__(
        self,
        home: Home,
        post: Callable[[CleaningMessage], object],
        *,
        settings: Callable[[], Settings],
        on_duty: Callable[[], bool] = lambda: True,
        clock: Clock = Clock(),  # noqa: B008 - a frozen value
    ) -> None:
        super().__init__("log-cleaner", clock)
        self._home = home
        self._post = post
        self._settings = settings
        self._on_duty = on_duty
        self._schedule = Schedule(clock)
        self._lock = threading.Lock()
        self._asked = self._stirred = self._taken_over = False
        self._stop_cleaning = threading.Event()
        self._counted: LogsFound | None = None
        self.first_run_done = threading.Event()
        """Set when the cleanup at the start is finished."""

    # ---- any thread -------------------------------------------------------------------------------------

    def stop(self, timeout_seconds: float = 5.0) -> None:
        """End; a running cleanup stops after the current file."""
        self._stop_cleaning.set()
        super().stop(timeout_seconds)

    def clean_now(self) -> None:
        """Clean up at the user's request, without the clock guard's check."""
        with self._lock:
            self._asked = True
        self._wake()

    def stop_cleaning(self) -> None:
        """Stop the running cleanup; removed files stay removed."""
        self._stop_cleaning.set()

    def take_over(self) -> None:
        """Take over the daily cleanup where the previous tray left off."""
        with self._lock:
            self._taken_over = True
        self._wake()

    def look_again(self) -> None:
        """Count again soon: the folder or a setting changed."""
        with self._lock:
            self._stirred = True
        self._wake()

    # ---- the cleaner's thread ---------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            while self._do_what_is_due():
                self._timer.wait_until(self._schedule.next_seconds)
        except Exception:
            # The thread's edge. The numbers disappear from the menu, and the log says why.
            LOG.exception("Log cleanup failed")
            self._post(LogsCounted(None))
        finally:
            self.first_run_done.set()

    def _do_what_is_due(self) -> bool:
        """Return False when it is time to end."""
        with self._lock:
            asked, stirred, taken_over = self._asked, self._stirred, self._taken_over
            self._asked = self._stirred = self._taken_over = False
        if self._ended.is_set():
            return False
        self._schedule.follow_clock()
        if taken_over:
            self._schedule.clean_now()
        if stirred:
            self._schedule.something_changed()
        if asked:
            self._clean(automatic=False)
        elif self._schedule.cleaning_is_due() and self._on_duty():
            self._clean(automatic=True)
        elif self._schedule.cleaning_is_due():
            self._schedule.cleaning_begins()  # another tray does it, but we count what to show
            self.first_run_done.set()
            self._look()
        elif self._schedule.look_is_due():
            self._look()
        return True

    def _retention(self) -> Retention:
        settings = self._settings()
        return Retention(settings.log_retention_days, settings.session_retention_days)

    def _clean(self, *, automatic: bool) -> None:
        self._schedule.cleaning_begins()
        self._stop_cleaning.clear()
        began = self._clock.running_seconds()
        shown = began + QUICK_SECONDS - PROGRESS_PAUSE_SECONDS

        def progress(done: int, total: int) -> bool:
            nonlocal shown
            now = self._clock.running_seconds()
            if now - shown >= PROGRESS_PAUSE_SECONDS:
                shown = now
                self._post(CleaningProgressed(LogsCleaning(done, total)))
            return not (self._stop_cleaning.is_set() or self._ended.is_set())

        # A click removes what its row counts: sessions are not logs, and only the daily run removes them.
        retention = self._retention() if automatic else Retention(self._retention().logs_days)
        self._counted = None
        self._post(CleaningBegan())
        result = None
        try:
            result = clean(self._home, retention, self._clock, automatic=automatic, progress=progress)
            self.first_run_done.set()
            _log(result)
            self._look()
        finally:
            self._post(CleaningEnded(automatic=result) if automatic else CleaningEnded(result))

    def _look(self) -> None:
        began = self._clock.running_seconds()
        logs_only = Retention(self._retention().logs_days)
        found = clean(self._home, logs_only, self._clock, automatic=False, dry_run=True)
        took = self._clock.running_seconds() - began
        LOG.debug("scan: %s old (%s), took %.3f s", found.files, english(amount(found.size_bytes)), took)
        self._schedule.looked(took_seconds=took, next_expiry_seconds=found.next_expiry_seconds)
        counted_now = LogsFound(found.files, found.size_bytes)
        if counted_now != self._counted:
            self._counted = counted_now
            self._post(LogsCounted(counted_now))


def _log(result: Cleanup) -> None:
    if result.held:
        LOG.warning(
            "%s %s old, but nothing was removed yet: %s. The next daily run, or a click in the menu, "
            "removes them.",
            counted(result.files, "file"),
            "is" if result.files == 1 else "are",
            result.held,
        )
    elif result.files or result.stopped:
        LOG.info(
            "%s removed (%s)%s.",
            counted(result.files, "old file"),
            english(amount(result.size_bytes)),
            "; stopped before the end" if result.stopped else "",
        )
    if result.unrecognized:
        LOG.warning("%s", english(not_a_home(result.unrecognized)))
    for failure in result.failures:
        LOG.warning("%s could not be removed: %s", failure.path, failure.reason)
    if result.failed > len(result.failures):
        LOG.warning("... and %s more", result.failed - len(result.failures))
    if result.unnoted:
        LOG.warning(
            "Could not record the time of this cleanup: %s: %s", result.unnoted.path, result.unnoted.reason
        )
