"""What a new file inherits from the one it replaces: owner, mode, access lists, labels."""

from __future__ import annotations

import contextlib
import os
import stat
import sys

from codemie_core.errors import StoreDenied


def take_after(fd: int, path: str, like: os.stat_result, mode: int) -> None:
    """Give a new, still empty file the owner, the exact mode and the attributes of the one it replaces.

    Raises:
        StoreDenied: the file belongs to another user.
        OSError: from the system.
    """
    if sys.platform == "win32":
        return
    mine = os.fstat(fd)
    if (mine.st_uid, mine.st_gid) != (like.st_uid, like.st_gid):
        try:
            os.fchown(fd, like.st_uid, like.st_gid)
        except PermissionError as error:
            raise StoreDenied(
                path, f"belongs to another user or group ({like.st_uid}:{like.st_gid}); nothing was changed"
            ) from error
    if sys.platform == "linux":
        _copy_attributes(path, fd)
    if stat.S_IMODE(os.fstat(fd).st_mode) != mode:
        # The umask cleared bits, or a copied access list granted some; the file is still empty.
        os.fchmod(fd, mode)


if sys.platform == "linux":

    def _copy_attributes(path: str, fd: int) -> None:
        # Access lists and labels. Best effort: a label the system sets itself can't be set by us.
        try:
            names = os.listxattr(path)
        except OSError:
            return
        for name in names:
            with contextlib.suppress(OSError):
                os.setxattr(fd, name, os.getxattr(path, name))
