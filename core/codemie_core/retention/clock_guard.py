"""Keeps a clock that jumps from costing the logs.

A run that nobody asked for is held back where it would remove everything, or follows a jump of the clock: the
last run lies in the future, or since then the wall clock went another way than the clock nobody can set, by
more than a day. It waits for a second one a day later, which goes ahead if the clock held still meanwhile.
What is needed to know this stands in `<home>/tray/cleanup.json`; without that file nothing is known of a last
run, and only the first rule counts.
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

EVERYTHING = "it would remove everything, as if the clock had jumped"
JUMPED = "the clock has jumped since the last time"

_TOLERANCE_SECONDS = 60.0
"""A clock that is set right by the network moves by seconds, and so may the last run lie in the future."""
_PATIENCE_SECONDS = DAY_SECONDS - 3600.0
"""A day, less what a daily run may come early by the wall clock."""
_LIMIT_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class LastRun:
    """What is remembered of the last run."""

    wall_seconds: float
    running_seconds: float
    boot_id: str
    held_since_seconds: float | None = None
    """Wall time since which runs are held back; None: the last one was not."""


def decide(last: LastRun | None, clock: Clock, *, everything: bool) -> tuple[str | None, LastRun]:
    """Say whether a run that nobody asked for may go ahead, and what to remember of it.

    Args:
        last: what was remembered; None: nothing.
        clock: the two clocks.
        everything: whether the run would remove all there is.

    Returns:
        Why it is held back (None: it goes ahead), and what to remember.
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
        return False  # the machine was off for who knows how long
    return abs(wall - (now.running_seconds - last.running_seconds)) > DAY_SECONDS


class RunRecord:
    """The file that remembers the last run of a home."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self.path = os.path.join(home.tray, "cleanup.json")

    def read(self) -> LastRun | None:
        """Return what is remembered; None where that is nothing, or nothing that makes sense."""
        try:
            data, _ = read_private(self.path, limit_bytes=_LIMIT_BYTES)
            return _last_run(json.loads(data))
        except (OSError, StoreError, ValueError, RecursionError, KeyError, TypeError):
            return None

    def write(self, run: LastRun) -> None:
        """Remember a run.

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
