"""Identifies the state of a file that was read, so that a writer can detect a change."""

from __future__ import annotations

import os
from dataclasses import dataclass


class TargetChanged(Exception):
    """The target has changed since it was read: read it again and start over."""


@dataclass(frozen=True, slots=True)
class FileVersion:
    """The state of a file; two different states differ in at least one field."""

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
        """Inode and mtime, which a rename keeps (it changes the ctime)."""
        return f"{self.inode}.{self.mtime_ns}"


ANY_VERSION = FileVersion(-1, -1, -1, -1, -1)
"""As `expected` of `replace_whole`: replace any file. For files that nobody else edits."""


def version_of(path: str) -> FileVersion | None:
    """Return the version of `path` (links followed), or None if it does not exist."""
    try:
        return FileVersion.of(os.stat(path))
    except FileNotFoundError:
        return None
