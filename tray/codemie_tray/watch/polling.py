"""Looks at files every few seconds: only for file systems that can't tell of changes."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable

INTERVAL_SECONDS = 5.0

_NETWORK_TYPES = ("nfs", "cifs", "smb", "9p", "afs", "ceph", "fuse.sshfs", "fuse.rclone", "vboxsf", "prl_fs")


class Poller:
    """Calls `wake` when one of the paths looks different from the last time."""

    def __init__(
        self, paths: Iterable[str], wake: Callable[[], None], *, interval_seconds: float = INTERVAL_SECONDS
    ) -> None:
        self._paths = tuple(paths)
        self._wake = wake
        self._interval_seconds = interval_seconds
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="poller", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """End; the thread is gone when this returns (unless it is the one that calls)."""
        self._stopped.set()
        if self._thread is not threading.current_thread() and self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        seen = self._look()
        while not self._stopped.wait(self._interval_seconds):
            now = self._look()
            if now != seen:
                seen = now
                self._wake()

    def _look(self) -> list[tuple[int, int, int, int] | None]:
        return [_look_at(path) for path in self._paths]


def needs_polling(folders: Iterable[str]) -> bool:
    """Return whether one of the folders is on a network drive, whose other users the OS can't tell of."""
    if sys.platform != "linux":
        return False  # Windows tells for network drives; macOS for those it mounts itself: not seen there
    try:
        with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as file:
            mounts = [_mount(line) for line in file]
    except OSError:
        return False
    return any(_type_of(folder, mounts).startswith(_NETWORK_TYPES) for folder in folders)


def _look_at(path: str) -> tuple[int, int, int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_mode


def _mount(line: str) -> tuple[str, str]:
    """Return mount point and type of one line of mountinfo (see proc(5); spaces are octal there)."""
    fields, _, rest = line.partition(" - ")
    point = fields.split(" ")[4]
    for code, char in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        point = point.replace(code, char)
    return point, rest.split(" ")[0]


def _type_of(folder: str, mounts: list[tuple[str, str]]) -> str:
    inside = [
        (len(point), index, kind)
        for index, (point, kind) in enumerate(mounts)
        if folder == point or folder.startswith(point.rstrip("/") + "/")
    ]
    return max(inside)[2] if inside else ""
