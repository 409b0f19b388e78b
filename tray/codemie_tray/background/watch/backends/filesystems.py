"""Which file systems report every change: those of this machine's own disks and memory.

A file system that other machines (or a hypervisor's host) write to shows their changes without an event.
There are more of those than any list can name, so the list has the local ones, and all others are polled."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_DISKS = "ext2 ext3 ext4 xfs btrfs bcachefs zfs f2fs jfs reiserfs nilfs2 ubifs jffs2"
_OF_OTHER_SYSTEMS = "vfat exfat msdos ntfs ntfs3 hfs hfsplus udf iso9660 erofs squashfs apfs"
_MEMORY_AND_LAYERS = "tmpfs ramfs devtmpfs rootfs overlay aufs ecryptfs"
LOCAL_TYPES = frozenset(f"{_DISKS} {_OF_OTHER_SYSTEMS} {_MEMORY_AND_LAYERS}".split())
"""Names as in /proc/filesystems. Layers count as local: writes through them are reported, and the home's
users do not write below them."""

MOUNT_TABLE = "/proc/self/mountinfo"

_ESCAPES = (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\"))


@dataclass(frozen=True, slots=True)
class Mount:
    """One line of the mount table."""

    point: str
    kind: str
    """Type of the file system, `fuse.sshfs` for one in user space."""


def parse_mount(line: str) -> Mount:
    """Return the mount from one line of /proc/self/mountinfo (proc(5); spaces in a path are octal there)."""
    fields, _, rest = line.partition(" - ")
    point = fields.split(" ")[4]
    for code, char in _ESCAPES:
        point = point.replace(code, char)
    return Mount(point, rest.split(" ")[0])


def kind_of(path: str, mounts: Sequence[Mount]) -> str:
    """Return the type of the file system that holds a real path; empty if no mount is above it."""
    found = ""
    length = -1
    for mount in mounts:  # a later one over the same point hides the earlier
        inside = path == mount.point or path.startswith(mount.point.rstrip("/") + "/")
        if inside and len(mount.point) >= length:
            found, length = mount.kind, len(mount.point)
    return found


def reports_changes(kind: str) -> bool:
    """Return whether a type of file system reports every change. An unknown one does not."""
    return kind in LOCAL_TYPES


def needs_polling(folders: Iterable[str]) -> bool:
    """Return whether one of the folders (real paths) is on a file system that may change without events."""
    if sys.platform != "linux":
        return False  # Windows reports network drives, macOS those it mounts itself: not tested there
    try:
        with open(MOUNT_TABLE, encoding="utf-8", errors="surrogateescape") as file:
            mounts = [parse_mount(line) for line in file]
    except (OSError, IndexError):
        return False  # no /proc to judge by, and polling forever would not be a better guess
    return any(not reports_changes(kind_of(folder, mounts)) for folder in folders)
