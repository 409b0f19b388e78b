"""Processes that write while `tray/` and its locks are removed repeatedly."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.faults.processes import join, running, start

from codemie_core import Home, StoreError

LONGEST_SECONDS = 300
"""Far more than a slow machine needs; then writers give up, and the test's counts fail."""
SHORTEST_PAUSE_SECONDS = 0.002

Write = Callable[[str], object]
"""Writes something under the given name; raises `StoreError` if that was refused."""


@dataclass(frozen=True, slots=True)
class Raced:
    """What came of it.

    Attributes:
        acknowledged: names whose write was acknowledged.
        removals: how often the folder existed and was removed.
    """

    acknowledged: frozenset[str]
    removals: int


def race(home: Home, connect: Callable[[], Write], *, writers: int, each: int, scratch: Path) -> Raced:
    """Let processes write until each has had enough acknowledged and the folder was removed as often.

    The slower the machine, the more often the folder is gone before a write is done. So the remover adapts:
    its pauses grow while nothing is acknowledged, and shrink when something was.

    Args:
        home: whose `tray/` is removed.
        connect: called in each process; returns what writes there.
        writers: number of processes.
        each: names that each of them is to get acknowledged.
        scratch: an empty folder for the counts.
    """
    removals = scratch / "removals"
    lists = [scratch / f"w{number}" for number in range(writers)]
    for path in (removals, *lists):
        path.touch()

    def remove() -> None:
        pause, seen = SHORTEST_PAUSE_SECONDS, 0
        with removals.open("ab", buffering=0) as count:
            while True:
                if os.path.isdir(home.tray):
                    shutil.rmtree(home.tray, ignore_errors=True)
                    count.write(b"x")
                time.sleep(pause)
                now = sum(path.stat().st_size for path in lists)
                pause = max(SHORTEST_PAUSE_SECONDS, pause / 2 if now > seen else pause * 1.1)
                seen = now

    def write_to(path: Path) -> None:
        write = connect()
        deadline = time.monotonic() + LONGEST_SECONDS
        done = turn = 0
        with path.open("a", encoding="ascii") as acknowledged:
            while (done < each or removals.stat().st_size < each) and time.monotonic() < deadline:
                turn += 1
                name = f"{path.name}-{turn}"
                # A write refused because the folder disappeared was not acknowledged.
                with contextlib.suppress(StoreError):
                    write(name)
                    acknowledged.write(name + "\n")
                    acknowledged.flush()
                    done += 1

    with running(remove):
        join(*[start(lambda path=path: write_to(path)) for path in lists])  # type: ignore[misc]
    names = frozenset(name for path in lists for name in path.read_text().split())
    return Raced(names, removals.stat().st_size)
