"""Waits for hours, counting suspend, without waking up in between.

The waits of Python's threads stop while the machine sleeps, so "in 24 hours" becomes three days for someone
who closes the lid at night. Linux has timers that don't stop (timerfd on CLOCK_BOOTTIME). Elsewhere, the wait
is split into hours, and the clock is checked after each.
"""

from __future__ import annotations

import ctypes
import os
import select
import socket
import struct
import sys

from codemie_core.system.clock import Clock
from codemie_tray.background.clock import clock_step

SLICE_SECONDS = 3600.0
"""If no timer counts sleep: the longest wait without checking the clock."""

_CLOCK_BOOTTIME = 7
_TFD_CLOEXEC = 0o2000000
_TFD_NONBLOCK = 0o4000
_TFD_TIMER_ABSTIME = 1


class SuspendAwareTimer:
    """Lets one thread wait until a time, or until another thread wakes it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._woken, self._waker = socket.socketpair()
        self._woken.setblocking(False)
        self._waker.setblocking(False)
        self._timer = _boottime_timer()
        self._clock_set = clock_step.clock_set_descriptor()
        self._step = clock_step.ClockStep(clock)

    def wake(self) -> None:
        """End the current wait, or the next one; from any thread."""
        try:
            self._waker.send(b"\0")
        except OSError:
            return  # already woken but not noticed yet, or closed

    def wait_until(self, running_seconds: float | None) -> None:
        """Block until `wake()`, or until the boot clock reaches `running_seconds` (None: `wake()` alone).

        Ends early if the wall clock is set, because `running_seconds` was computed from it.
        """
        while not self._step.happened():
            left = None if running_seconds is None else running_seconds - self._clock.running_seconds()
            if left is not None and left <= 0:
                return
            woken = self._woken.fileno()
            waited_for = [woken] if self._clock_set is None else [woken, self._clock_set]
            if self._timer is not None and running_seconds is not None:
                _set_timer(self._timer, running_seconds)
                ready, _, _ = select.select([*waited_for, self._timer], [], [])
            else:
                longest = None if left is None else min(left, SLICE_SECONDS)
                ready, _, _ = select.select(waited_for, [], [], longest)
            if self._clock_set in ready:
                clock_step.rearm(self._clock_set)
            if woken in ready:
                try:
                    while self._woken.recv(64):
                        pass
                except BlockingIOError:
                    pass
                return

    def close(self) -> None:
        """Release the timer; nobody waits any more."""
        self._woken.close()
        self._waker.close()
        for fd in (self._timer, self._clock_set):
            if fd is not None:
                os.close(fd)
        self._timer = self._clock_set = None


if sys.platform == "linux":
    # Python itself has these since 3.13.
    _LIBC = ctypes.CDLL(None, use_errno=True)

    def _boottime_timer() -> int | None:
        try:
            fd: int = _LIBC.timerfd_create(_CLOCK_BOOTTIME, _TFD_CLOEXEC | _TFD_NONBLOCK)
        except AttributeError:
            return None
        return fd if fd >= 0 else None

    def _set_timer(timer: int, running_seconds: float) -> None:
        """Set the timer to an absolute time; struct itimerspec is interval, then value."""
        whole = int(running_seconds)
        spec = struct.pack("@4q", 0, 0, whole, int((running_seconds - whole) * 1e9) or 1)
        if _LIBC.timerfd_settime(timer, _TFD_TIMER_ABSTIME, spec, None) < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

else:

    def _boottime_timer() -> int | None:
        return None

    def _set_timer(timer: int, running_seconds: float) -> None:
        raise NotImplementedError
