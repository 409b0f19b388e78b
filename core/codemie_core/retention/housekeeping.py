"""One cleanup of a home as its settings say: logs, and sessions if a retention is set."""

from __future__ import annotations

import errno
import os
from contextlib import ExitStack
from dataclasses import dataclass, replace

from codemie_core.errors import StoreError
from codemie_core.home import Home
from codemie_core.retention import clock_guard, logs, sessions
from codemie_core.retention.logs import DEFAULT_RETENTION_DAYS
from codemie_core.retention.outcome import Cleanup, Failure, Progress
from codemie_core.system.clock import Clock


@dataclass(frozen=True, slots=True)
class Retention:
    """How long things are kept."""

    logs_days: float | None = DEFAULT_RETENTION_DAYS
    """None: logs are left alone."""
    sessions_days: float | None = None
    """None: sessions are left alone."""


def clean(
    home: Home,
    retention: Retention,
    clock: Clock,
    *,
    automatic: bool,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Cleanup:
    """Clean up a home. Never raises because of the disk: the result reports what failed.

    Args:
        home: the home.
        retention: what is old.
        clock: the time.
        automatic: nobody asked for this run, so `clock_guard` may hold it back.
        dry_run: only report what would be removed; nothing is recorded.
        progress: see `Progress`; a session counts as one.
    """
    now = clock.wall_seconds()
    with ExitStack() as plans:
        log_plan, session_plan = logs.LogPlan(None), sessions.SessionPlan()
        refused = Cleanup()
        try:
            if retention.logs_days is not None:
                log_plan = plans.enter_context(
                    logs.planned_logs(home, retention_days=retention.logs_days, now_seconds=now)
                )
        except OSError as error:
            refused += _refused(home.logs, error)
        try:
            if retention.sessions_days is not None:
                session_plan = plans.enter_context(
                    sessions.planned_sessions(home, retention_days=retention.sessions_days, now_seconds=now)
                )
        except OSError as error:
            refused += _refused(home.sessions, error)

        held: str | None = None
        note = _Note(home)
        if not dry_run:
            everything = log_plan.removes_everything or session_plan.removes_everything
            held = note.decide(clock, everything=everything, automatic=automatic)
        nothing = dry_run or held is not None
        done = logs.carry_out(log_plan, dry_run=nothing, progress=progress)
        if not done.stopped:
            done += sessions.carry_out(session_plan, home, dry_run=nothing, progress=progress)
        note.try_again()
        return replace(done + refused, held=held, dry_run=dry_run, unnoted=note.failure)


class _Note:
    """The record of this cleanup, written before anything is removed, in case we are killed.

    On a full disk that fails; it is then written again at the end, when there may be room.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._record = clock_guard.RunRecord(home)
        self._run: clock_guard.LastRun | None = None
        self.failure: Failure | None = None

    def decide(self, clock: Clock, *, everything: bool, automatic: bool) -> str | None:
        """Return why the cleaning is held back, or None to proceed; the decision is recorded."""
        if not os.path.isdir(self._home.path):
            return None  # nothing to clean, and no reason to create a home
        held, run = clock_guard.decide(self._record.read(), clock, everything=everything)
        if not automatic:
            held, run = None, replace(run, held_since_seconds=None)
        self._run = run
        self._write()
        return held

    def try_again(self) -> None:
        """Record it now, if that failed before."""
        if self.failure is not None:
            self._write()

    def _write(self) -> None:
        assert self._run is not None  # noqa: S101 - for the type checker: it was decided
        try:
            self._record.write(self._run)
        except StoreError as error:
            self.failure = Failure(error.path, error.reason)
        else:
            self.failure = None


def _refused(path: str, error: OSError) -> Cleanup:
    reason = error.strerror or str(error)
    if error.errno == errno.ENOENT:
        return Cleanup()
    return Cleanup(failures=(Failure(path, reason),), failed=1)
