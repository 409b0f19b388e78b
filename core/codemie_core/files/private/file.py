"""The only way to open files that belong to this program alone: all below `<home>/tray/`, and our own logs.

Only we create these files, so a link, a pipe, a device, a hard link or another owner in their place is a
mistake or a trap. It is refused before opening, and the opened file is checked once more. The same holds for
the folder: `tray/` must be a real folder of the same user. (The home above it may be a link; that is the
user's choice.) Files that may be links, such as `config.json`, are read with `atomic_file.read_whole`.

On POSIX, files are opened relative to the opened folder (`O_NOFOLLOW`, `dir_fd`), so swapping the folder for
a link in the meantime has no effect. Windows has no such calls: there the folder is checked first, and the
file is opened with FILE_FLAG_OPEN_REPARSE_POINT.
"""

from __future__ import annotations

import contextlib
import os
import sys

from codemie_core.errors import StoreError, store_error
from codemie_core.files.atomic_file import (
    ANY_VERSION,
    TargetChanged,
    opened_patiently,
    read_all,
    replace_whole,
)
from codemie_core.files.private.folder import make_private_folder

if sys.platform == "win32":
    from codemie_core.files.private.windows import checked_name, open_ours, opened_own_folder
else:
    from codemie_core.files.private.posix import checked_name, open_ours, opened_own_folder

MODE = 0o600
_ATTEMPTS = 10


def open_private(path: str, flags: int, *, mode: int = MODE, levels: int = 1) -> int:
    """Open one of our files, and nothing else.

    Args:
        path: the file.
        flags: as for `os.open`, but without O_TRUNC: a file that is refused must not be emptied first.
        mode: permission bits for a new file.
        levels: how many of the folders above it are ours alone: 1 for `tray/x`, 2 for `tray/history/x`, 0
            if the folder is shared and may be a link (`logs/`).

    Returns:
        A descriptor that no child process inherits.

    Raises:
        StoreUnsafe: it, or a folder of ours above it, is not what belongs there. The message says what to do.
        OSError: from the system.
    """
    if flags & os.O_TRUNC:
        raise ValueError("a file is emptied after it was opened and looked at")
    return open_ours(path, flags, mode, levels, second_name=False)


def read_private(path: str, *, limit_bytes: int, levels: int = 1) -> tuple[bytes, os.stat_result]:
    """Read one of our files; return its content, and the stat of exactly the file that was read.

    Hard links are accepted here: a backup may consist of them, and reading changes nothing.

    Args:
        path: the file.
        limit_bytes: longer files are refused.
        levels: as for `open_private`.

    Raises:
        StoreUnsafe: as `open_private`.
        OSError: from the system; `EFBIG` over `limit_bytes`.
    """
    fd = opened_patiently(path, lambda: open_ours(path, os.O_RDONLY, MODE, levels, second_name=True))
    return read_all(fd, path, limit_bytes=limit_bytes)


def replace_private(path: str, data: bytes, *, levels: int = 1, durable: bool = True) -> None:
    """Write one of our files that nobody else edits. Anything with its name is replaced, never written to.

    Args:
        path: the file; a missing folder is created.
        data: the whole new content.
        levels: as for `open_private`.
        durable: as for `replace_whole`.

    Raises:
        StoreUnsafe: a folder of ours above it is not what belongs there.
        StoreError: the system refused.
    """
    for _ in range(_ATTEMPTS):
        make_own_folder(os.path.dirname(path), levels=levels)
        with contextlib.suppress(TargetChanged):  # the folder was removed in the meantime
            replace_whole(path, data, mode=MODE, expected=ANY_VERSION, durable=durable)
            return
    raise StoreError(path, "can't be written: another program keeps removing its folder")


def make_own_folder(path: str, *, levels: int = 1) -> None:
    """Create one of our folders (0700) if it is missing, and check it.

    Args:
        path: the folder.
        levels: how many folders, it and those above it, are ours alone.

    Raises:
        StoreUnsafe: it is a link, or belongs to another user.
        StoreError: the system refused.
    """
    make_private_folder(path)
    try:
        with opened_own_folder(path, levels=levels):
            return
    except OSError as error:
        raise store_error(path, error) from error


def names_in_own_folder(path: str, *, levels: int = 1) -> list[str]:
    """Return the names in a folder of ours, in no particular order.

    Raises:
        StoreUnsafe: it is a link, or belongs to another user.
        OSError: from the system.
    """
    with opened_own_folder(path, levels=levels, to_list=True) as fd:
        return os.listdir(path if fd is None else fd)


def check_private(path: str, *, levels: int = 1) -> os.stat_result | None:
    """Check that `path` is, or could become, one of our files, for a library that opens it itself.

    Returns:
        Its stat; None if it does not exist.

    Raises:
        StoreUnsafe: as `open_private`.
        OSError: from the system.
    """
    with opened_own_folder(os.path.dirname(path), levels=levels) as folder:
        return checked_name(path, folder, second_name=False)


def remove_private(path: str, *, levels: int = 1) -> None:
    """Remove one of our files, or whatever has its name, without following a link in place of a folder.

    Raises:
        StoreUnsafe: a folder of ours above it is not what belongs there; nothing was removed.
        OSError: from the system; `FileNotFoundError` if it does not exist.
    """
    with opened_own_folder(os.path.dirname(path), levels=levels) as folder:
        if folder is None:
            os.unlink(path)
        else:
            os.unlink(os.path.basename(path), dir_fd=folder)


def has_name(fd: int, path: str) -> bool:
    """Whether `path` leads to this open file, and not to a link, another file, or nothing.

    Raises:
        OSError: from the system.
    """
    opened = os.fstat(fd)
    try:
        named = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return (named.st_dev, named.st_ino) == (opened.st_dev, opened.st_ino)
