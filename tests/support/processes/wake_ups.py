"""How often the threads of a resting process wake up, by Linux's own count."""

from __future__ import annotations

import os
import select
import time

_WINDOW_SECONDS = 2.0
_WINDOWS = 40


def wake_ups(pid: int, *, without_thread: int | None = None) -> int:
    """Return how often the threads of a process have gone to sleep since it started."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        if int(task) != without_thread:
            with open(f"/proc/{pid}/task/{task}/status", encoding="ascii") as file:
                total += sum(int(line.split()[1]) for line in file if line.startswith("voluntary_ctxt"))
    return total


def wake_ups_at_rest(pid: int, *, without_thread: int | None = None) -> int:
    """Return the wake-ups of the quietest of several windows of two seconds in which nothing was mounted.

    A mount or unmount by any program wakes whoever watches the home, rightly, and other tests make some. What
    a process does by a timer of its own is in every window.
    """
    quietest = None
    with open("/proc/self/mountinfo", encoding="utf-8") as table:
        mounts = select.poll()
        mounts.register(table, select.POLLPRI)
        for _ in range(_WINDOWS):
            mounts.poll(0)
            before = wake_ups(pid, without_thread=without_thread)
            time.sleep(_WINDOW_SECONDS)
            woken = wake_ups(pid, without_thread=without_thread) - before
            if not mounts.poll(0):
                quietest = woken if quietest is None else min(woken, quietest)
            if quietest == 0:
                break
    assert quietest is not None, "something was mounted in every window"
    return quietest
