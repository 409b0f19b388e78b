"""Which version of a file was counted."""

from __future__ import annotations

Version = tuple[int, int, int, int, int]
"""Device, inode, size, time of change, time of change of the inode (both ns)."""
NO_VERSION: Version = (0, 0, 0, -1, 0)
"""Equal to that of no file: it will be looked at again."""
