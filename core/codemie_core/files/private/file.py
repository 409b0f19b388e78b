"""The one way to open what is this program's alone: everything below `<home>/tray/`, and our own logs.

Nobody but us makes these files, so a link, a pipe, a device, a second name (hard link) or another owner in
their place is a mistake or a trap: it is refused before it is opened, and once more on what was opened. The
folder counts, too: `tray/` must be a real folder of the same user. (The home above it may be a link: that
is the person's choice.) A file that may be a link, such as `config.json`, is not opened here: see
`atomic_file.read_whole`.

On POSIX everything goes relative to the opened folder (`O_NOFOLLOW`, `dir_fd`), so that swapping one for a
link meanwhile leads nowhere else. Windows has no such calls: there the folder is looked at first, and the
file is opened with FILE_FLAG_OPEN_REPARSE_POINT.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Iterator

from codemie_core.errors import StoreError, StoreUnsafe, as_posix_says, store_error
from codemie_core.files.atomic_file import (
    ANY_VERSION,
    TargetChanged,
    opened_patiently,
    read_all,
    replace_whole,
)
from codemie_core.files.private.folder import make_private_folder

MODE = 0o600
_ATTEMPTS = 10
_KINDS = (
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISDIR, "a folder where a file belongs"),
)


def open_private(path: str, flags: int, *, mode: int = MODE, levels: int = 1) -> int:
    """Open a file of ours, and nothing else.

    Args:
        path: the file.
        flags: as `os.open` takes them, without O_TRUNC: what is refused must not be emptied first.
        mode: permission bits of a file that is made.
        levels: how many of the folders above it are ours alone: 1 for `tray/x`, 2 for `tray/history/x`; 0
            where the folder is shared and may be a link (`logs/`).

    Returns:
        A descriptor that no child process inherits.

    Raises:
        StoreUnsafe: it, or a folder of ours above it, is not what belongs there. The message says what to do.
        OSError: as the system says.
    """
    if flags & os.O_TRUNC:
        raise ValueError("a file is emptied after it was opened and looked at")
    return _open(path, flags, mode, levels, second_name=False)


def read_private(path: str, *, limit_bytes: int, levels: int = 1) -> tuple[bytes, os.stat_result]:
    """Read a file of ours, and the stat of the very file that was read.

    A second name (hard link) is let pass here: a backup may consist of them, and reading changes nothing.

    Args:
        path: the file.
        limit_bytes: a longer one is refused.
        levels: as for `open_private`.

    Raises:
        StoreUnsafe: as `open_private`.
        OSError: as the system says; `EFBIG` over `limit_bytes`.
    """
    fd = opened_patiently(path, lambda: _open(path, os.O_RDONLY, MODE, levels, second_name=True))
    return read_all(fd, path, limit_bytes=limit_bytes)


def replace_private(path: str, data: bytes, *, levels: int = 1, durable: bool = True) -> None:
    """Write a file of ours that nobody else edits. Whatever has its name is replaced, never written through.

    Args:
        path: the file; its folder is made where missing.
        data: the whole new content.
        levels: as for `open_private`.
        durable: as for `replace_whole`.

    Raises:
        StoreUnsafe: a folder of ours above it is not what belongs there.
        StoreError: the system refused.
    """
    for _ in range(_ATTEMPTS):
        make_own_folder(os.path.dirname(path), levels=levels)
        with contextlib.suppress(TargetChanged):  # the folder was removed meanwhile
            replace_whole(path, data, mode=MODE, expected=ANY_VERSION, durable=durable)
            return
    raise StoreError(path, "can't be written: another program keeps removing its folder")


def make_own_folder(path: str, *, levels: int = 1) -> None:
    """Make a folder of ours (0700) where it is missing, and see that it is one.

    Args:
        path: the folder.
        levels: how many folders, it and those above it, are ours alone.

    Raises:
        StoreUnsafe: it is a link, or belongs to somebody else.
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
        StoreUnsafe: it is a link, or belongs to somebody else.
        OSError: as the system says.
    """
    with opened_own_folder(path, levels=levels, to_list=True) as fd:
        return os.listdir(path if fd is None else fd)


def check_private(path: str, *, levels: int = 1) -> os.stat_result | None:
    """Look whether `path` is, or could become, a file of ours: for a library that opens it itself.

    Returns:
        What is there; None: nothing.

    Raises:
        StoreUnsafe: as `open_private`.
        OSError: as the system says.
    """
    with opened_own_folder(os.path.dirname(path), levels=levels) as folder:
        return _checked(path, folder, second_name=False)


def remove_private(path: str, *, levels: int = 1) -> None:
    """Remove a file of ours, or whatever has its name; never what lies behind a link in place of a folder.

    Raises:
        StoreUnsafe: a folder of ours above it is not what belongs there; nothing was removed.
        OSError: as the system says; `FileNotFoundError` where nothing is there.
    """
    with opened_own_folder(os.path.dirname(path), levels=levels) as folder:
        if folder is None:
            os.unlink(path)
        else:
            os.unlink(os.path.basename(path), dir_fd=folder)


def has_name(fd: int, path: str) -> bool:
    """Whether `path` leads to this open file, and not to a link, another file, or nothing.

    Raises:
        OSError: it can't be looked at.
    """
    opened = os.fstat(fd)
    try:
        named = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return (named.st_dev, named.st_ino) == (opened.st_dev, opened.st_ino)


def _refuse_unless_ours(path: str, status: os.stat_result, *, second_name: bool) -> None:
    if _is_link(status):
        raise StoreUnsafe(path, "is a link, and was not followed; remove it")
    for is_kind, words in _KINDS:
        if is_kind(status.st_mode):
            raise StoreUnsafe(path, f"is {words}; remove it")
    if status.st_nlink > 1 and not second_name:
        raise StoreUnsafe(path, "is a hard link to another file; remove it")
    _refuse_foreign(path, status)


if sys.platform == "win32":
    import msvcrt

    from codemie_core.system import windows_handle as windows

    _OPEN_THE_LINK_ITSELF = 0x00200000
    _STANDS_FOR_ANOTHER_NAME = 0x20000000
    """Of a reparse tag: a symbolic link or a junction; without it, such as a file that OneDrive fetches when
    it is read."""

    def _is_link(status: os.stat_result) -> bool:
        return bool(status.st_reparse_tag & _STANDS_FOR_ANOTHER_NAME)

    def _refuse_foreign(path: str, status: os.stat_result) -> None:
        """Leave owners to the access lists of the profile's folder."""

    @contextlib.contextmanager
    def opened_own_folder(path: str, *, levels: int, to_list: bool = False) -> Iterator[int | None]:  # noqa: ARG001
        """Look at a folder of ours; there is no descriptor to go by."""
        for _ in range(levels):
            status = os.lstat(path)
            if _is_link(status):
                raise StoreUnsafe(path, "is a link, and was not followed; remove it")
            if not stat.S_ISDIR(status.st_mode):
                raise StoreUnsafe(path, "is in the way: a folder belongs there")
            path = os.path.dirname(path)
        yield None

    def _checked(path: str, folder: int | None, *, second_name: bool) -> os.stat_result | None:  # noqa: ARG001
        try:
            status = os.lstat(path)
        except FileNotFoundError:
            return None
        _refuse_unless_ours(path, status, second_name=second_name)
        return status

    def _open(path: str, flags: int, mode: int, levels: int, *, second_name: bool) -> int:  # noqa: ARG001
        with opened_own_folder(os.path.dirname(path), levels=levels) as folder:
            _checked(path, folder, second_name=second_name)
            writes = flags & (os.O_WRONLY | os.O_RDWR)
            access = windows.GENERIC_READ if not flags & os.O_WRONLY else 0
            access |= windows.GENERIC_WRITE if writes else 0
            new = windows.CREATE_NEW if flags & os.O_EXCL else windows.OPEN_ALWAYS
            try:
                handle = windows.open_handle(
                    path,
                    access=access,
                    # A reader is in nobody's way. What is written to keeps its name: a lock needs that.
                    share=windows.SHARE_READ | windows.SHARE_WRITE | (0 if writes else windows.SHARE_DELETE),
                    creation=new if flags & os.O_CREAT else windows.OPEN_EXISTING,
                    flags=_OPEN_THE_LINK_ITSELF,
                )
            except OSError as error:
                raise as_posix_says(path, error) from None
            fd = msvcrt.open_osfhandle(handle, flags & (os.O_APPEND | os.O_WRONLY | os.O_RDWR))
            return _kept_if_ours(fd, path, second_name=second_name)

else:
    _ALWAYS = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    """O_NONBLOCK does nothing to a regular file, and nothing else stays open."""
    _FOLDER = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    _BY_NAME_ALONE = getattr(os, "O_PATH", os.O_RDONLY)
    """Where the system can, without the right to list the folder."""

    def _is_link(status: os.stat_result) -> bool:
        return stat.S_ISLNK(status.st_mode)

    def _refuse_foreign(path: str, status: os.stat_result) -> None:
        if status.st_uid != os.geteuid():
            raise StoreUnsafe(
                path,
                f"belongs to another user (uid {status.st_uid}, and this program runs as {os.geteuid()}); "
                "remove it, or change its owner",
            )

    @contextlib.contextmanager
    def opened_own_folder(path: str, *, levels: int, to_list: bool = False) -> Iterator[int | None]:
        """Open a folder of ours by a way without links, as far up as it is ours.

        Args:
            path: the folder.
            levels: how many folders, it and those above it, are ours alone; 0: it is not opened.
            to_list: for `os.listdir`, too.

        Raises:
            StoreUnsafe: one of them is a link, no folder, or belongs to somebody else.
            OSError: as the system says.
        """
        if levels == 0:
            yield None
            return
        above, name = os.path.split(path)
        with opened_own_folder(above, levels=levels - 1) as within:
            fd = _opened_folder(path, path if within is None else name, within, to_list=to_list)
        try:
            _refuse_foreign(path, os.fstat(fd))
            yield fd
        finally:
            with contextlib.suppress(OSError):
                os.close(fd)

    def _opened_folder(path: str, name: str, within: int | None, *, to_list: bool) -> int:
        try:
            return os.open(name, _FOLDER | (os.O_RDONLY if to_list else _BY_NAME_ALONE), dir_fd=within)
        except OSError:
            with contextlib.suppress(OSError):
                mode = os.stat(name, dir_fd=within, follow_symlinks=False).st_mode
                if stat.S_ISLNK(mode):
                    raise StoreUnsafe(path, "is a link, and was not followed; remove it") from None
                if not stat.S_ISDIR(mode):
                    raise StoreUnsafe(path, "is in the way: a folder belongs there") from None
            raise

    def _checked(path: str, folder: int | None, *, second_name: bool) -> os.stat_result | None:
        name = path if folder is None else os.path.basename(path)
        try:
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            return None
        _refuse_unless_ours(path, status, second_name=second_name)
        return status

    def _open(path: str, flags: int, mode: int, levels: int, *, second_name: bool) -> int:
        with opened_own_folder(os.path.dirname(path), levels=levels) as folder:
            # First of all: opening a device can already do something.
            _checked(path, folder, second_name=second_name)
            name = path if folder is None else os.path.basename(path)
            try:
                fd = os.open(name, flags | _ALWAYS, mode, dir_fd=folder)
            except OSError as error:
                # Somebody put it there just now: the look says what it is.
                _checked(path, folder, second_name=second_name)
                error.filename = path
                raise
            return _kept_if_ours(fd, path, second_name=second_name)


def _kept_if_ours(fd: int, path: str, *, second_name: bool) -> int:
    try:
        _refuse_unless_ours(path, os.fstat(fd), second_name=second_name)
    except BaseException:
        os.close(fd)
        raise
    return fd
