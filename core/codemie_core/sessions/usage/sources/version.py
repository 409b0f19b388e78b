"""Which version of a file was counted."""

from __future__ import annotations

import os

Version = tuple[int, int, int, int, int]
"""Device, inode, size, mtime, ctime (both in ns)."""
NO_VERSION: Version = (0, 0, 0, -1, 0)
"""Unlike any file's, so the file will be read again."""
_SIGNED = (1 << 63) - 1


def version_of_status(status: os.stat_result) -> Version:
    """Return a stat as stored in the index (SQLite's numbers are signed)."""
    return (
        *(status.st_dev & _SIGNED, status.st_ino & _SIGNED),
        *(status.st_size, status.st_mtime_ns, status.st_ctime_ns),
    )
