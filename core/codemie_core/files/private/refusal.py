"""What is refused in place of one of our files or folders: links, devices, and other users' files."""

from __future__ import annotations

import os
import stat
import sys

from codemie_core.errors import StoreUnsafe

_KINDS = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISDIR, "a folder, not a file"),
)

if sys.platform == "win32":
    _STANDS_FOR_ANOTHER_NAME = 0x20000000
    """Bit of a reparse tag that symbolic links and junctions have. Other reparse points, such as files that
    OneDrive downloads when they are read, lack it."""

    def is_link(status: os.stat_result) -> bool:
        """Whether this is a symbolic link or a junction."""
        return bool(status.st_reparse_tag & _STANDS_FOR_ANOTHER_NAME)

    def refuse_foreign(path: str, status: os.stat_result) -> None:
        """Do nothing: on Windows, the access list of the user's folder keeps others out."""

else:

    def is_link(status: os.stat_result) -> bool:
        """Whether this is a symbolic link."""
        return stat.S_ISLNK(status.st_mode)

    def refuse_foreign(path: str, status: os.stat_result) -> None:
        """Raise `StoreUnsafe` for what belongs to another user."""
        if status.st_uid != os.geteuid():
            raise StoreUnsafe(
                path,
                f"belongs to another user (uid {status.st_uid}, and this program runs as {os.geteuid()}); "
                "remove it, or change its owner",
            )


def refuse_unless_ours(path: str, status: os.stat_result, *, second_name: bool) -> None:
    """Raise `StoreUnsafe` for anything but a regular file of this user.

    Args:
        path: for the message.
        status: its `lstat`.
        second_name: whether the file may have hard links.
    """
    if is_link(status):
        raise StoreUnsafe(path, "is a link, and was not followed; remove it")
    if not stat.S_ISREG(status.st_mode):
        for is_kind, words in _KINDS:
            if is_kind(status.st_mode):
                raise StoreUnsafe(path, f"is {words}; remove it")
    if status.st_nlink > 1 and not second_name:
        raise StoreUnsafe(path, "is a hard link to another file; remove it")
    refuse_foreign(path, status)


def kept_if_ours(fd: int, path: str, *, second_name: bool) -> int:
    """Return `fd` if it is a file of ours; otherwise close it and raise as `refuse_unless_ours`."""
    try:
        refuse_unless_ours(path, os.fstat(fd), second_name=second_name)
    except BaseException:
        os.close(fd)
        raise
    return fd
