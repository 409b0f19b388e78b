"""Identifies processes beyond their number, which is reused once a process has ended."""

from __future__ import annotations

import contextlib
import os
import sys
import time

from codemie_core.system.boot_id import boot_id

_PAUSE_SECONDS = 0.5


def identity_of(pid: int) -> str | None:
    """Return a unique id of a running process; None if it does not run.

    On Linux, it consists of the process number, the start time and the boot id. Elsewhere the start time is
    not read, so a reused number counts as the same process, which errs towards "it runs".
    """
    if not _runs(pid):
        return None
    boot = boot_id()
    return f"{'' if boot.startswith('process ') else boot} {pid} {_started(pid)}"


def wait_for_end(pid: int, identity: str) -> None:
    """Block until exactly this process has ended; return at once if it already has."""
    if sys.platform == "linux":
        import select

        with contextlib.suppress(OSError):  # no such call before Linux 5.3, or in some sandboxes
            fd = os.pidfd_open(pid)
            try:
                if identity_of(pid) == identity:
                    poll = select.poll()
                    poll.register(fd, select.POLLIN)
                    poll.poll()
            finally:
                os.close(fd)
    elif sys.platform == "darwin":
        import select

        with contextlib.suppress(OSError):
            queue = select.kqueue()
            event = select.kevent(
                pid, select.KQ_FILTER_PROC, select.KQ_EV_ADD | select.KQ_EV_ONESHOT, select.KQ_NOTE_EXIT
            )
            queue.control([event], 1, None)
    while identity_of(pid) == identity:
        time.sleep(_PAUSE_SECONDS)


if sys.platform == "win32":
    import ctypes

    _QUERY_LIMITED = 0x1000
    _STILL_ACTIVE = 259

    def _handle(pid: int) -> int | None:
        kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel32.OpenProcess.restype = ctypes.c_void_p
        handle: int | None = kernel32.OpenProcess(_QUERY_LIMITED, False, pid)
        return handle

    def _runs(pid: int) -> bool:
        handle = _handle(pid)
        if not handle:
            return False
        kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
        code = ctypes.c_ulong()
        try:
            known = kernel32.GetExitCodeProcess(ctypes.c_void_p(handle), ctypes.byref(code))
            return bool(known) and code.value == _STILL_ACTIVE
        finally:
            kernel32.CloseHandle(ctypes.c_void_p(handle))

    def _started(pid: int) -> str:
        handle = _handle(pid)
        if not handle:
            return ""
        kernel32 = ctypes.WinDLL("kernel32", use_last_error=True)
        times = [ctypes.c_uint64() for _ in range(4)]
        try:
            kernel32.GetProcessTimes(ctypes.c_void_p(handle), *(ctypes.byref(moment) for moment in times))
            return str(times[0].value)
        finally:
            kernel32.CloseHandle(ctypes.c_void_p(handle))

else:

    def _runs(pid: int) -> bool:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return not _is_zombie(pid)

    def _stat_fields(pid: int) -> list[str]:
        # proc(5): the name in parentheses may contain spaces and parentheses; the state and numbers follow.
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
                return file.read().rpartition(")")[2].split()
        except OSError:
            return []

    def _is_zombie(pid: int) -> bool:
        return _stat_fields(pid)[:1] == ["Z"]

    def _started(pid: int) -> str:
        fields = _stat_fields(pid)
        return fields[19] if len(fields) > 19 else ""
