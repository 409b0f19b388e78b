"""Keeps a jump of the clock from deleting logs.

An automatic run is held back if it would remove everything, or if the clock has jumped: the last run lies in
the future, or since then the wall clock and the boot-time clock have diverged by more than a day. The run
proceeds a day later if the clock has not jumped again. The last run is recorded in
`<home>/tray/cleanup.json`; without that file, only the first rule applies.
"""

from __future__ import annotations

import json
import math
import os
from dataclasses import dataclass, replace
from typing import Any

from codemie_core.errors import StoreError
from codemie_core.files.lock import StoreLock
from codemie_core.files.private.file import read_private, replace_private
from codemie_core.home import Home
from codemie_core.system.clock import DAY_SECONDS, Clock

EVERYTHING = "that would remove everything, as if the clock had jumped"
JUMPED = "the clock has jumped since the last time"

_TOLERANCE_SECONDS = 60.0
"""A correction by network time moves the clock by seconds, so the last run may lie in the future."""
_PATIENCE_SECONDS = DAY_SECONDS - 3600.0
"""A day, less an hour by which a daily run may start early."""
_LIMIT_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class LastRun:
    """The record of the last run."""

    wall_seconds: float
    running_seconds: float
    boot_id: str
    held_since_seconds: float | None = None
    """Wall time since which runs are held back; None if the last one was not."""


def decide(last: LastRun | None, clock: Clock, *, everything: bool) -> tuple[str | None, LastRun]:
    """Decide whether an automatic run may proceed.

    Args:
        last: the record of the last run, if there is one.
        clock: the two clocks.
        everything: whether the run would remove everything.

    Returns:
        Why the run is held back, or None to proceed; and the record to write.
    """
    now = LastRun(clock.wall_seconds(), clock.running_seconds(), clock.boot_id())
    if last is not None and _jumped(last, now):
        return JUMPED, replace(now, held_since_seconds=now.wall_seconds)
    held_since = last.held_since_seconds if last is not None else None
    if held_since is None:
        if everything:
            return EVERYTHING, replace(now, held_since_seconds=now.wall_seconds)
        return None, now
    if now.wall_seconds - held_since >= _PATIENCE_SECONDS:
        return None, now
    return (EVERYTHING if everything else JUMPED), replace(now, held_since_seconds=held_since)


def _jumped(last: LastRun, now: LastRun) -> bool:
    wall = now.wall_seconds - last.wall_seconds
    if wall < -_TOLERANCE_SECONDS:
        return True
    if now.boot_id != last.boot_id:
        return False  # there is no telling how long the machine was off
    return abs(wall - (now.running_seconds - last.running_seconds)) > DAY_SECONDS


class RunRecord:
    """The file with the last run of a home."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self.path = os.path.join(home.tray, "cleanup.json")

    def read(self) -> LastRun | None:
        """Return the record; None if there is none, or it makes no sense."""
        try:
            data, _ = read_private(self.path, limit_bytes=_LIMIT_BYTES)
            return _last_run(json.loads(data))
        except (OSError, StoreError, ValueError, RecursionError, KeyError, TypeError):
            return None

    def write(self, run: LastRun) -> None:
        """Record a run.

        Raises:
            StoreError: it can't be written.
        """
        values: dict[str, Any] = {
            "wallSeconds": run.wall_seconds,
            "runningSeconds": run.running_seconds,
            "bootName": run.boot_id,
            "heldSinceSeconds": run.held_since_seconds,
        }
        data = (json.dumps(values, indent=2) + "\n").encode("ascii")
        with StoreLock(self._home.lock):
            replace_private(self.path, data)


def _last_run(values: Any) -> LastRun:
    held = values["heldSinceSeconds"]
    run = LastRun(
        _time(values["wallSeconds"]),
        _time(values["runningSeconds"]),
        str(values["bootName"]),
        None if held is None else _time(held),
    )
    # A held run from the future would be held for good.
    if run.held_since_seconds is not None and run.held_since_seconds > run.wall_seconds:
        return replace(run, held_since_seconds=run.wall_seconds)
    return run


def _time(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("not a time")
    return float(value)
