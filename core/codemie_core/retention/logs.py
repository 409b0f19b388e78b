"""Removes old daily logs: the CLI's `debug-YYYY-MM-DD.log` and our own `tray-YYYY-MM-DD.log`.

Files with other names are kept, and so is everything in a folder that has no sign of being a CodeMie home. A
log is old if its modification time is before the retention and the day in its name is, too. A file is not
written before the day that it is named after, so a log whose day is within the retention is kept without
checking its time, which may be wrong after a backup was restored. Logs of today or a future day are always
kept.
"""

from __future__ import annotations

import re
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from codemie_core.files.open_folder import OpenFolder
from codemie_core.home import Home
from codemie_core.retention.home_signs import is_codemie_home
from codemie_core.retention.outcome import Cleanup, Progress, Tally
from codemie_core.system.clock import DAY_SECONDS

DEFAULT_RETENTION_DAYS = 5.0

_LOG = re.compile(r"(debug|tray)-([0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01]))\.log")
_STEP = 512
"""Files between two calls of the progress function."""


@dataclass(frozen=True, slots=True)
class LogPlan:
    """What is old in the open folder, and what is kept."""

    folder: OpenFolder | None
    """None if there is no folder of logs."""
    old: tuple[tuple[str, int, int], ...] = ()
    """Name, size in bytes and modification time in nanoseconds of each."""
    kept: int = 0
    """Logs that are kept, without our own of today, which exists because we are running."""
    next_expiry_seconds: float | None = None
    unrecognized: str | None = None
    """See `Cleanup.unrecognized`."""

    @property
    def removes_everything(self) -> bool:
        """Whether no log would be left, which suggests that the clock is wrong."""
        return bool(self.old) and not self.kept


def cleanup_old_logs(
    home: Home,
    *,
    retention_days: float = DEFAULT_RETENTION_DAYS,
    now_seconds: float | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Cleanup:
    """Remove the old logs of a home at once, without checking the clock.

    Args:
        home: the home.
        retention_days: how long a log is kept after its last change.
        now_seconds: the wall time to count from; default: now.
        dry_run: only report what would be removed.
        progress: see `Progress`.

    Raises:
        OSError: `logs/` can't be opened, or is a link. A file that can't be removed is not an error: see
            `Cleanup.failures`.
    """
    now = time.time() if now_seconds is None else now_seconds
    with planned_logs(home, retention_days=retention_days, now_seconds=now) as plan:
        return carry_out(plan, dry_run=dry_run, progress=progress)


@contextmanager
def planned_logs(home: Home, *, retention_days: float, now_seconds: float) -> Iterator[LogPlan]:
    """Examine `logs/` and keep it open, so that exactly what was examined is removed.

    Raises:
        OSError: as `cleanup_old_logs`.
    """
    try:
        folder = OpenFolder(home.logs)
    except FileNotFoundError:
        yield LogPlan(None)
        return
    with folder:
        plan = _plan(folder, retention_days * DAY_SECONDS, now_seconds)
        if plan.old and not is_codemie_home(home):
            kept = plan.kept + len(plan.old)
            plan = replace(plan, old=(), kept=kept, next_expiry_seconds=None, unrecognized=home.path)
        yield plan


def _plan(folder: OpenFolder, retention_seconds: float, now: float) -> LogPlan:
    # Apart from the removal itself, this loop is the whole cost of cleaning 100,000 files.
    cutoff = now - retention_seconds
    today, last_old_day = _day(now), _day(cutoff)
    is_log, status_of = _LOG.fullmatch, folder.stat
    old: list[tuple[str, int, int]] = []
    kept = 0
    oldest_kept, oldest_day = float("inf"), ""
    for name in folder.names_in_disk_order():
        if (match := is_log(name)) is None:
            continue
        kind, day = match.groups()
        if day > last_old_day or day >= today:
            if not (day == today and kind == "tray"):
                kept += 1
            if day < oldest_day or not oldest_day:
                oldest_day = day
            continue
        try:
            status = status_of(name)
        except FileNotFoundError:
            continue
        if not stat.S_ISREG(status.st_mode):
            continue
        if status.st_mtime < cutoff:
            old.append((name, status.st_size, status.st_mtime_ns))
        else:
            kept += 1
            oldest_kept = min(oldest_kept, status.st_mtime)
    if oldest_day:
        oldest_kept = min(oldest_kept, _start_of(oldest_day, now))
    expiry = None if oldest_kept == float("inf") else oldest_kept + retention_seconds
    return LogPlan(folder, tuple(old), kept, expiry)


def carry_out(plan: LogPlan, *, dry_run: bool, progress: Progress | None) -> Cleanup:
    """Remove what was planned, or with `dry_run` only add it up."""
    if plan.folder is None:
        return Cleanup(dry_run=dry_run)
    tally = Tally(plan.folder.path)
    if dry_run:
        tally.files = len(plan.old)
        tally.size_bytes = sum(size for _, size, _ in plan.old)
        return _result(plan, tally, dry_run=True)
    remove, status_of = plan.folder.remove, plan.folder.stat
    total = len(plan.old)
    for start in range(0, total, _STEP):
        if progress is not None and not progress(start, total):
            tally.stopped = True
            break
        for name, size, mtime_ns in plan.old[start : start + _STEP]:
            try:
                # Check again right before: of 100,000 files, the last comes seconds after it was planned.
                now = status_of(name)
                if now.st_mtime_ns != mtime_ns or now.st_size != size or not stat.S_ISREG(now.st_mode):
                    continue  # it is in use again
                remove(name)
            except FileNotFoundError:
                pass  # another process removed it, and counts it
            except OSError as error:
                tally.refused(name, error)
            else:
                tally.files += 1
                tally.size_bytes += size
    else:
        if progress is not None and total:
            progress(total, total)
    return _result(plan, tally, dry_run=False)


def _result(plan: LogPlan, tally: Tally, *, dry_run: bool) -> Cleanup:
    result = tally.result(dry_run=dry_run, next_expiry_seconds=plan.next_expiry_seconds)
    return result if plan.unrecognized is None else replace(result, unrecognized=plan.unrecognized)


def _day(seconds: float) -> str:
    """Return the UTC day of a wall time, as in log names. A time outside the calendar is the first day."""
    try:
        return time.strftime("%Y-%m-%d", time.gmtime(seconds))
    except (OverflowError, OSError, ValueError):
        return "0000-00-00"


def _start_of(day: str, now: float) -> float:
    """Return when a day began; a day outside the calendar counts as now."""
    import calendar

    year, month, date = (int(part) for part in day.split("-"))
    try:
        return float(calendar.timegm((year, month, date, 0, 0, 0)))
    except (ValueError, OverflowError):
        return now
