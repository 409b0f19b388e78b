"""The write protocol: a file is replaced completely and durably, or not at all.

Create a temporary file with its final mode in the same folder (`O_EXCL`), write it and fsync it. Check that
the target is still what was read, replace it, and fsync the folder. Our writers hold the home's lock
(`lock.py`), but the CLI does not use it; the check keeps its concurrent write from being lost.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time

from codemie_core.errors import StoreError, store_error
from codemie_core.files.atomic_file.attributes import take_after
from codemie_core.files.atomic_file.durability import opened_folder, sync_file, sync_opened_folder
from codemie_core.files.atomic_file.folder_lock import alone_in
from codemie_core.files.atomic_file.held_file import HeldFile
from codemie_core.files.atomic_file.temporaries import temporary_name
from codemie_core.files.atomic_file.version import ANY_VERSION, FileVersion, TargetChanged, version_of

REPLACE_PATIENCE_SECONDS = 2.0
"""Windows: how long a replace is retried while a virus scanner or a reader has the target open."""

_CREATE = os.O_RDWR | os.O_CREAT | os.O_EXCL  # read, too: whoever holds the file compares it later
_CREATE |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


def replace_whole(
    path: str,
    data: bytes,
    *,
    mode: int,
    expected: FileVersion | None,
    like: os.stat_result | None = None,
    old: bytes | None = None,
    durable: bool = True,
    held: HeldFile | None = None,
) -> FileVersion:
    """Make `data` the content of `path`, durably. The caller holds the home's lock.

    Args:
        path: the real file (links already resolved); its folder exists.
        data: the whole new content.
        mode: permission bits of the new file. The umask applies to a new file, not to one that replaces
            another (`like`).
        expected: the version `data` was made from; None if there was no file; `ANY_VERSION` skips the check.
        like: stat of the replaced file, whose owner and extended attributes are kept.
        old: the content `data` was made from. If given, it is compared, too, because on older kernels time
            stamps are too coarse to distinguish two writes.
        durable: wait until it is on the disk. Otherwise a power cut may leave an empty file: only for files
            whose completeness can be checked. Call `make_durable` later.
        held: keeps the new file open.

    Returns:
        The version that was written; compare it by its `mark`.

    Raises:
        TargetChanged: another program wrote the target in the meantime, or removed our temporary file.
        StoreError: the system refused; the old content is intact. Only if the fsync of the folder failed,
            the new content is in place but may not be durable; the message says so.
    """
    folder = os.path.dirname(path)
    temporary = temporary_name(path)
    try:
        with opened_folder(folder) as folder_fd:
            try:
                version = _write_new(temporary, data, path, mode=mode, like=like, durable=durable, held=held)
                with alone_in(folder_fd):
                    if expected is not ANY_VERSION and version_of(path) != expected:
                        raise TargetChanged(path)
                    if old is None:
                        _replace(temporary, path)
                    else:
                        _replace_unchanged(temporary, path, old, version)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(temporary)
                raise
            if not durable:
                return version
            try:
                sync_opened_folder(folder_fd)
            except OSError as error:
                raise StoreError(
                    path, f"was changed, but a power cut may undo the change: {os.strerror(error.errno or 0)}"
                ) from error
            return version
    except FileNotFoundError as error:
        # The folder or our temporary file was removed in the meantime: the caller must read again.
        if os.path.isdir(folder):
            raise TargetChanged(path) from error
        raise store_error(path, error) from error
    except OSError as error:
        raise store_error(path, error) from error


def _write_new(
    temporary: str,
    data: bytes,
    path: str,
    *,
    mode: int,
    like: os.stat_result | None,
    durable: bool,
    held: HeldFile | None,
) -> FileVersion:
    """Write a new file that will replace `path`; if `durable`, it is on the disk on return."""
    fd = os.open(temporary, _CREATE, mode)
    try:
        if like is not None:
            take_after(fd, path, like, mode)
        _write_all(fd, data)
        if durable:
            sync_file(fd)
        if held is not None:
            held.hold(fd)
        return FileVersion.of(os.fstat(fd))
    finally:
        os.close(fd)


def _replace_unchanged(temporary: str, path: str, old: bytes, version: FileVersion) -> None:
    """Replace `path` if it still holds `old`. If the replaced file is written meanwhile, it is put back.

    A program that takes no lock may open the file between our check and the replace, which on a busy machine
    are milliseconds apart. It would then update a file without a name. So the replaced file keeps a second
    name until we have checked it once more.

    Raises:
        TargetChanged: it holds something else; `path` has what the other program wrote.
    """
    with HeldFile.opened(path) as replaced:
        if not replaced.has_content_at(path, old):
            raise TargetChanged(path)
        aside = _second_name(path)
        if aside is None:
            _replace(temporary, path)
            return
        try:
            _replace(temporary, path)
            # Only over our own file: it may have been updated again by now, and the newer update wins.
            if not replaced.has_content_at(aside, old) and _still(path, version):
                os.replace(aside, path)
                raise TargetChanged(path)
        finally:
            with contextlib.suppress(OSError):
                os.unlink(aside)


def _second_name(path: str) -> str | None:
    """Give a file a temporary second name; None if the file system has no hard links."""
    if sys.platform == "win32":
        return None  # a file that another program has open can't be replaced there
    name = temporary_name(path)
    try:
        os.link(path, name, follow_symlinks=False)
    except OSError:
        return None
    return name


def _still(path: str, version: FileVersion) -> bool:
    try:
        now = version_of(path)
    except OSError:
        return False
    return now is not None and (now.mark, now.size_bytes) == (version.mark, version.size_bytes)


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


if sys.platform == "win32":
    _HELD_OPEN = (5, 32)  # ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION

    def _replace(source: str, target: str) -> None:
        deadline = time.monotonic() + REPLACE_PATIENCE_SECONDS
        while True:
            try:
                os.replace(source, target)
            except PermissionError as error:
                if error.winerror not in _HELD_OPEN or time.monotonic() >= deadline:
                    raise
                time.sleep(0.02)
            else:
                return

else:

    def _replace(source: str, target: str) -> None:
        os.replace(source, target)
