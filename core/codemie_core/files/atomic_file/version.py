"""Which state of a file was read, so that a writer can tell whether it is still there."""

from __future__ import annotations

import os
from dataclasses import dataclass


class TargetChanged(Exception):
    """The target is no longer what the new content was made from: read again and start over."""


@dataclass(frozen=True, slots=True)
class FileVersion:
    """Which state of a file was read; two different states differ in at least one field."""

    device: int
    inode: int
    size_bytes: int
    mtime_ns: int
    ctime_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> FileVersion:
        """Return the version that a stat describes."""
        return cls(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)

    @property
    def mark(self) -> str:
        """What of it outlives a rename, which changes the ctime: inode and mtime."""
        return f"{self.inode}.{self.mtime_ns}"


ANY_VERSION = FileVersion(-1, -1, -1, -1, -1)
"""As what `replace_whole` expects: whatever is there is replaced. For files that nobody else edits."""


def version_of(path: str) -> FileVersion | None:
    """Return the version of `path` (links followed), or None where nothing is there."""
    try:
        return FileVersion.of(os.stat(path))
    except FileNotFoundError:
        return None
