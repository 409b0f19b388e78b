"""Which version of a file was counted."""

from __future__ import annotations

Version = tuple[int, int, int, int, int]
"""Device, inode, size, mtime, ctime (both in ns)."""
NO_VERSION: Version = (0, 0, 0, -1, 0)
"""Unlike any file's, so the file will be read again."""
