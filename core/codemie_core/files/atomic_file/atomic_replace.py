"""The write protocol: a file is replaced completely and durably, or not at all.

Create a temporary file with its final mode in the same folder (`O_EXCL`), write it and fsync it. Check that
the target is still what was read, replace it, and fsync the folder. Our writers hold the home's lock
(`lock.py`), but the CLI does not use it; the check keeps its concurrent write from being lost.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import sys
import time
from collections.abc import Iterator

from codemie_core.errors import StoreError, store_error
from codemie_core.files.atomic_file.attributes import take_after
from codemie_core.files.atomic_file.durability import opened_folder, sync_file, sync_opened_folder
from codemie_core.files.atomic_file.version import ANY_VERSION, FileVersion, TargetChanged, version_of
from codemie_core.files.atomic_file.whole_file import read_whole

REPLACE_PATIENCE_SECONDS = 2.0
"""Windows: how long a replace is retried while a virus scanner or a reader has the target open."""

ALONE_PATIENCE_SECONDS = 2.0
"""How long a writer waits for others to compare and replace. If a program locks our folder for longer, the
writer proceeds."""

_ALONE_PAUSE_SECONDS = 0.0005
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL
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

    Returns:
        The version that was written; compare it by its `mark`.

    Raises:
        TargetChanged: another program wrote the target in the meantime, or removed our temporary file.
        StoreError: the system refused; the old content is intact. Only if the fsync of the folder failed,
            the new content is in place but may not be durable; the message says so.
    """
    folder = os.path.dirname(path)
    temporary = os.path.join(folder, _temporary_name(os.path.basename(path)))
    try:
        with opened_folder(folder) as folder_fd:
            try:
                version = _write_new(temporary, data, path, mode=mode, like=like, durable=durable)
                with _alone_in(folder_fd):
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


def sweep_temporaries(path: str) -> int:
    """Remove temporary files that killed writers of `path` left; the caller holds the home's lock.

    Returns:
        How many files were removed. One that can't be removed is left for the next sweep.
    """
    folder, name = os.path.split(path)
    ours = re.compile(re.escape(f".{name}.") + r"\d+-[0-9a-f]{8}\.tmp")
    removed = 0
    try:
        with os.scandir(folder) as entries:
            orphans = [entry.path for entry in entries if ours.fullmatch(entry.name)]
    except OSError:
        return 0
    for orphan in orphans:
        with contextlib.suppress(OSError):
            os.unlink(orphan)
            removed += 1
    return removed


if sys.platform == "win32":

    @contextlib.contextmanager
    def _alone_in(folder_fd: int) -> Iterator[None]:  # noqa: ARG001
        # While a lock file is held, neither it nor its folder can be removed.
        yield

else:
    import fcntl

    @contextlib.contextmanager
    def _alone_in(folder_fd: int) -> Iterator[None]:
        """Keep our other writers out of this folder from the final check until the replace.

        The lock file can't guarantee that: if it is removed, one writer may hold the removed file and another
        the new one. Both would check before either replaces, and the first change would be lost. So this
        locks the folder itself. Best effort: a network drive may not support locks on folders.
        """
        deadline = time.monotonic() + ALONE_PATIENCE_SECONDS
        held = False
        while not held:
            try:
                fcntl.flock(folder_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                held = True
            except OSError as error:
                taken = error.errno in (errno.EWOULDBLOCK, errno.EACCES, errno.EINTR)
                if not taken or time.monotonic() >= deadline:
                    break
                time.sleep(_ALONE_PAUSE_SECONDS)
        try:
            yield
        finally:
            if held:
                with contextlib.suppress(OSError):  # closing the folder releases it as well
                    fcntl.flock(folder_fd, fcntl.LOCK_UN)


def _write_new(
    temporary: str, data: bytes, path: str, *, mode: int, like: os.stat_result | None, durable: bool
) -> FileVersion:
    """Write a new file that will replace `path`; if `durable`, it is on the disk on return."""
    fd = os.open(temporary, _CREATE, mode)
    try:
        if like is not None:
            take_after(fd, path, like, mode)
        _write_all(fd, data)
        if durable:
            sync_file(fd)
        return FileVersion.of(os.fstat(fd))
    finally:
        os.close(fd)


def _holds(path: str, content: bytes) -> bool:
    try:
        return read_whole(path, limit_bytes=len(content))[0] == content
    except OSError:
        return False


def _replace_unchanged(temporary: str, path: str, old: bytes, version: FileVersion) -> None:
    """Replace `path` if it still holds `old`. If the replaced file is written meanwhile, it is put back.

    A program that takes no lock may open the file between our check and the replace, which on a busy machine
    are milliseconds apart. It would then update a file without a name. So the replaced file keeps a second
    name until we have checked it once more.

    Raises:
        TargetChanged: it holds something else; `path` has what the other program wrote.
    """
    if not _holds(path, old):
        raise TargetChanged(path)
    aside = _second_name(path)
    if aside is None:
        _replace(temporary, path)
        return
    try:
        _replace(temporary, path)
        # Only over our own file: it may have been updated again by now, and the newer update wins.
        if not _holds(aside, old) and _still(path, version):
            os.replace(aside, path)
            raise TargetChanged(path)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(aside)


def _second_name(path: str) -> str | None:
    """Give a file a temporary second name; None if the file system has no hard links."""
    if sys.platform == "win32":
        return None  # a file that another program has open can't be replaced there
    name = os.path.join(os.path.dirname(path), _temporary_name(os.path.basename(path)))
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


def _temporary_name(name: str) -> str:
    return f".{name}.{os.getpid()}-{os.urandom(4).hex()}.tmp"


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
