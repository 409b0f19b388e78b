"""POSIX: files are opened relative to an opened folder, so a folder swapped for a link has no effect."""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from collections.abc import Iterator

from codemie_core.errors import StoreUnsafe
from codemie_core.files.private.refusal import kept_if_ours, refuse_foreign, refuse_unless_ours

if sys.platform != "win32":
    _ALWAYS = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
    """O_NONBLOCK does nothing to a regular file, and nothing else stays open."""
    _FOLDER = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    _BY_NAME_ALONE = getattr(os, "O_PATH", os.O_RDONLY)
    """On Linux, opening a folder takes no permission to list it."""

    @contextlib.contextmanager
    def opened_own_folder(path: str, *, levels: int, to_list: bool = False) -> Iterator[int | None]:
        """Open a folder of ours without following a link in the part of its path that is ours.

        Args:
            path: the folder.
            levels: how many folders are ours alone, counted upwards from this one. With 0 it is not opened.
            to_list: whether `os.listdir` must work on the descriptor.

        Raises:
            StoreUnsafe: one of them is a link, is not a folder, or belongs to another user.
            OSError: the system refused.
        """
        if levels == 0:
            yield None
            return
        fd = _opened_own_folder(path, levels, to_list=to_list)
        try:
            yield fd
        finally:
            with contextlib.suppress(OSError):
                os.close(fd)

    def _opened_own_folder(path: str, levels: int, *, to_list: bool) -> int:
        folders = [path]
        for _ in range(levels - 1):
            folders.append(os.path.dirname(folders[-1]))
        within: int | None = None
        for left, folder in zip(range(levels - 1, -1, -1), reversed(folders), strict=True):
            name = folder if within is None else os.path.basename(folder)
            try:
                fd = _opened_folder(folder, name, within, to_list=to_list and not left)
            finally:
                if within is not None:
                    os.close(within)
            within = fd
            try:
                refuse_foreign(folder, os.fstat(fd))
            except BaseException:
                os.close(fd)
                raise
        assert within is not None  # noqa: S101 - for the type checker: there is a level
        return within

    def _opened_folder(path: str, name: str, within: int | None, *, to_list: bool) -> int:
        try:
            return os.open(name, _FOLDER | (os.O_RDONLY if to_list else _BY_NAME_ALONE), dir_fd=within)
        except OSError:
            with contextlib.suppress(OSError):
                mode = os.stat(name, dir_fd=within, follow_symlinks=False).st_mode
                if stat.S_ISLNK(mode):
                    raise StoreUnsafe(path, "is a link, and was not followed; remove it") from None
                if not stat.S_ISDIR(mode):
                    raise StoreUnsafe(path, "is in the way; a folder is needed here") from None
            raise

    def checked_name(path: str, folder: int | None, *, second_name: bool) -> os.stat_result | None:
        """Return the stat of a file of ours, or None if it doesn't exist; raises as `refuse_unless_ours`.

        Args:
            path: the file.
            folder: descriptor of its folder, if that was opened.
            second_name: whether the file may have hard links.
        """
        name = path if folder is None else os.path.basename(path)
        try:
            status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            return None
        refuse_unless_ours(path, status, second_name=second_name)
        return status

    def open_ours(path: str, flags: int, mode: int, levels: int, *, second_name: bool) -> int:
        """Open a file of ours; see `file.open_private`."""
        with opened_own_folder(os.path.dirname(path), levels=levels) as folder:
            # Before opening, because merely opening a device can have an effect.
            checked_name(path, folder, second_name=second_name)
            name = path if folder is None else os.path.basename(path)
            try:
                fd = os.open(name, flags | _ALWAYS, mode, dir_fd=folder)
            except OSError as error:
                # It may have appeared just now: a second check says what it is.
                checked_name(path, folder, second_name=second_name)
                error.filename = path
                raise
            return kept_if_ours(fd, path, second_name=second_name)
