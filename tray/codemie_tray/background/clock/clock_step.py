"""Notices that the clock was set, so that whatever is due at a time of day is computed again."""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys

from codemie_core.system.clock import Clock

STEP_SECONDS = 60.0
"""If the wall clock moved by less against the boot-time clock, it was corrected, not set."""

_CLOCK_REALTIME = 0
_TFD_CLOEXEC = 0o2000000
_TFD_NONBLOCK = 0o4000
_TFD_TIMER_ABSTIME = 1
_TFD_TIMER_CANCEL_ON_SET = 2
_NEVER_SECONDS = 1 << 55
"""Far in the future, but accepted by the kernel (timerfd_settime(2) needs a time to wait for)."""


class ClockStep:
    """Detects whether the wall clock was set since the last call."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._offset_seconds = self._offset()

    def _offset(self) -> float:
        return self._clock.wall_seconds() - self._clock.running_seconds()

    def happened(self) -> bool:
        """Return whether the clock was set."""
        offset_seconds = self._offset()
        if abs(offset_seconds - self._offset_seconds) <= STEP_SECONDS:
            return False
        self._offset_seconds = offset_seconds
        return True


if sys.platform == "linux":
    _LIBC = ctypes.CDLL(None, use_errno=True)

    def clock_set_descriptor() -> int | None:
        """Return a descriptor that becomes readable when the clock is set, for `rearm`; None if the system
        has none."""
        try:
            fd: int = _LIBC.timerfd_create(_CLOCK_REALTIME, _TFD_CLOEXEC | _TFD_NONBLOCK)
        except AttributeError:
            return None
        if fd < 0:
            return None
        try:
            _arm(fd)
        except OSError:
            os.close(fd)
            return None
        return fd

    def rearm(fd: int) -> None:
        """Make the descriptor wait for the next time."""
        try:
            os.read(fd, 8)
        except OSError as error:
            if error.errno not in (errno.ECANCELED, errno.EAGAIN):
                raise
        _arm(fd)

    def _arm(fd: int) -> None:
        flags = _TFD_TIMER_ABSTIME | _TFD_TIMER_CANCEL_ON_SET
        spec = struct.pack("@4q", 0, 0, _NEVER_SECONDS, 0)
        if _LIBC.timerfd_settime(fd, flags, spec, None) < 0 and ctypes.get_errno() != errno.ECANCELED:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

else:

    def clock_set_descriptor() -> int | None:
        """Return None: this system has no such descriptor, so the clocks are compared from time to time."""
        return None

    def rearm(fd: int) -> None:
        """Never called."""
        raise NotImplementedError
