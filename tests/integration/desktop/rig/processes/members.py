"""The processes of one desktop, identified by a mark in their environment.

Services that the bus activates are not our children and outlive it, but inherit the mark.
"""

from __future__ import annotations

import os
import signal
import time

MARK = "CODEMIE_RIG_MEMBER"
"""Environment variable that every process of a rig carries; its value names the rig."""


def members(mark: str) -> list[int]:
    """Return the process ids that carry `mark`, without zombies and ourselves."""
    numbers = sorted(int(name) for name in os.listdir("/proc") if name.isdigit())
    return [pid for pid in numbers if pid != os.getpid() and _carries(pid, mark)]


def end_members(mark: str, grace_seconds: float = 2.0) -> None:
    """End every process with `mark`: terminated first, killed after `grace_seconds`."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in members(mark):
            _send(pid, mark, number)
        end = time.monotonic() + grace_seconds
        while left := members(mark):
            if time.monotonic() > end:
                break
            time.sleep(0.02)
        if not left:
            return


def _carries(pid: int, mark: str) -> bool:
    try:
        with open(f"/proc/{pid}/environ", "rb") as file:
            return f"{MARK}={mark}".encode() in file.read().split(b"\0")  # a zombie's is empty
    except OSError:
        return False


def _send(pid: int, mark: str, number: signal.Signals) -> None:
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        # Checked again while the handle holds the process: a reused id is left alone.
        if _carries(pid, mark):
            signal.pidfd_send_signal(handle, number)
    except ProcessLookupError:
        pass
    finally:
        os.close(handle)
