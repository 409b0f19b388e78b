"""The write protocol: a file is replaced whole and durably, or not at all.

Temporary file in the same folder, born with its final mode (`O_EXCL`); write, fsync; look once more that
the target is what was read; replace; fsync the folder. Every writer holds the home's lock (`lock.py`),
but the CLI does not know the lock: that last look is what keeps its concurrent write from being lost.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import stat
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from codemie_core.errors import StoreDenied, StoreError, as_posix_says, store_error

REPLACE_PATIENCE_SECONDS = 2.0
"""Windows: how long a replace is retried while a virus scanner or a reader has the target open."""

READ_PATIENCE_SECONDS = 0.5
"""Windows: how long a file that can't be opened is tried again: one that is just being replaced can't be."""

ALONE_PATIENCE_SECONDS = 2.0
"""How long a writer waits for the others' compare-and-replace; a program that locks our folder for longer is
not waited for."""

_READ_PAUSE_SECONDS = 0.005
_ALONE_PAUSE_SECONDS = 0.0005
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_CREATE |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
# O_NONBLOCK, O_NOCTTY: a pipe or a terminal in the place of the file must neither hold us nor become ours.
_READ = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_READ |= getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_CHUNK_BYTES = 1 << 20


class TargetChanged(Exception):
    """The target is no longer what the new content was made from: read again and start over."""


@dataclass(frozen=True, slots=True)
class FileVersion:
    """Which state of a file was read; two different states differ in at least one field."""

    device: int
    inode: int
    size_bytes: int
    mtime_ns: int
    ctime_ns: int

    @classmethod
    def of(cls, status: os.stat_result) -> FileVersion:
        """Return the version that a stat describes."""
        return cls(status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)

    @property
    def mark(self) -> str:
        """What of it outlives a rename, which changes the ctime: inode and mtime."""
        return f"{self.inode}.{self.mtime_ns}"


ANY_VERSION = FileVersion(-1, -1, -1, -1, -1)
"""As what `replace_whole` expects: whatever is there is replaced. For files that nobody else edits."""


def version_of(path: str) -> FileVersion | None:
    """Return the version of `path` (links followed), or None where nothing is there."""
    try:
        return FileVersion.of(os.stat(path))
    except FileNotFoundError:
        return None


def read_whole(path: str, *, limit_bytes: int) -> tuple[bytes, os.stat_result]:
    """Read a regular file and the stat of the very file that was read.

    Raises:
        OSError: as the system says; `EISDIR`/`EINVAL` for what is no regular file (a pipe would block),
            `EFBIG` over `limit_bytes`.
    """
    return read_all(opened_patiently(path, lambda: os.open(path, _READ)), path, limit_bytes=limit_bytes)


def read_all(fd: int, path: str, *, limit_bytes: int) -> tuple[bytes, os.stat_result]:
    """Read an open file to its end, and close it.

    Args:
        fd: open for reading.
        path: for messages.
        limit_bytes: a longer file is refused.

    Raises:
        OSError: as `read_whole`.
    """
    try:
        status = os.fstat(fd)
        if stat.S_ISDIR(status.st_mode):
            raise OSError(errno.EISDIR, os.strerror(errno.EISDIR), path)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", path)
        chunks: list[bytes] = []
        total = 0
        while chunk := os.read(fd, _CHUNK_BYTES):
            total += len(chunk)
            if total > limit_bytes:
                raise OSError(errno.EFBIG, f"larger than {limit_bytes} bytes", path)
            chunks.append(chunk)
        return b"".join(chunks), status
    finally:
        with contextlib.suppress(OSError):  # what was read was read
            os.close(fd)


def opened_patiently(path: str, open_it: Callable[[], int]) -> int:
    """Return what `open_it` returns; on Windows, tried again while the file can't be opened for a moment.

    Raises:
        OSError: what `open_it` raised last.
    """
    deadline = time.monotonic() + READ_PATIENCE_SECONDS
    while True:
        try:
            return open_it()
        except OSError as error:
            told = as_posix_says(path, error)
            denied = sys.platform == "win32" and isinstance(told, PermissionError)
            if not denied or time.monotonic() >= deadline:
                raise told from None
            time.sleep(_READ_PAUSE_SECONDS)


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
        mode: permission bits of the new file. The umask may take bits away from a new file, never from
            one that stands for an old (`like`).
        expected: the version `data` was made from; None where no file was there; `ANY_VERSION` does not look.
        like: stat of the file that is replaced: its owner and its extended attributes are kept.
        old: the content `data` was made from; compared as well where given, because on older kernels
            time stamps are too coarse to tell two writes apart.
        durable: wait until it is on the disk. Without, a power cut may leave the name with no content: only
            for a copy that can tell by itself whether it is whole; `make_durable` does the rest later.

    Returns:
        The version that was written; compare it by its `mark`.

    Raises:
        TargetChanged: somebody wrote the target meanwhile (or took our temporary file away).
        StoreError: the system refused; the old content is still there. Only where the folder's own fsync
            failed is the new content there, and not known to be durable; the message says so.
    """
    folder = os.path.dirname(path)
    temporary = os.path.join(folder, _temporary_name(os.path.basename(path)))
    try:
        with _opened_folder(folder) as folder_fd:
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
                _sync_opened_folder(folder_fd)
            except OSError as error:
                raise StoreError(
                    path, f"was changed, but a power cut may undo the change: {os.strerror(error.errno or 0)}"
                ) from error
            return version
    except FileNotFoundError as error:
        # The folder, or our temporary file in it, went away under us: look again at what is there.
        if os.path.isdir(folder):
            raise TargetChanged(path) from error
        raise store_error(path, error) from error
    except OSError as error:
        raise store_error(path, error) from error


def sweep_temporaries(path: str) -> int:
    """Remove what killed writers of `path` left beside it; the caller holds the home's lock.

    Returns:
        How many files were removed. One that can't be removed is left for the next time.
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


def make_durable(path: str) -> None:
    """Make a file that was written with `durable=False` outlive a power cut.

    Raises:
        OSError: as the system says.
    """
    # Windows flushes only what is open for writing.
    fd = os.open(path, (os.O_RDWR if sys.platform == "win32" else _READ) | getattr(os, "O_NOFOLLOW", 0))
    try:
        sync_file(fd)
    finally:
        os.close(fd)
    sync_folder(os.path.dirname(path))


def sync_folder(folder: str) -> None:
    """Make a rename in `folder` durable; a no-op on Windows, where folders can't be synced."""
    with _opened_folder(folder) as fd:
        _sync_opened_folder(fd)


if sys.platform == "win32":

    @contextlib.contextmanager
    def _opened_folder(folder: str) -> Iterator[int]:  # noqa: ARG001  it can't be opened, nor synced, here
        yield -1

    def _sync_opened_folder(fd: int) -> None:
        pass

    @contextlib.contextmanager
    def _alone_in(folder_fd: int) -> Iterator[None]:  # noqa: ARG001
        # Nobody can remove a lock file, or the folder it lies in, while it is held.
        yield

else:
    import fcntl

    @contextlib.contextmanager
    def _alone_in(folder_fd: int) -> Iterator[None]:
        """Keep other writers of ours out of this folder from the last look until the replace.

        The lock file can't promise that: two that locked one after it was removed, and the other the new one,
        would both look before either replaces, and the first change would be lost. This lock is on the very
        folder that is written in. Best effort: a network drive may have none for folders.
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
                with contextlib.suppress(OSError):  # closing the folder gives it back as well
                    fcntl.flock(folder_fd, fcntl.LOCK_UN)

    @contextlib.contextmanager
    def _opened_folder(folder: str) -> Iterator[int]:
        fd = os.open(folder, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY)
        try:
            yield fd
        finally:
            with contextlib.suppress(OSError):  # nothing was written through it
                os.close(fd)

    def _sync_opened_folder(fd: int) -> None:
        try:
            sync_file(fd)
        except OSError as error:
            # Some network and FUSE file systems have no fsync for folders and say so with these.
            if error.errno not in (errno.EINVAL, errno.ENOTSUP):
                raise


def _write_new(
    temporary: str, data: bytes, path: str, *, mode: int, like: os.stat_result | None, durable: bool
) -> FileVersion:
    """Write a new file that is to take the place of `path`; where `durable`, on the disk on return."""
    fd = os.open(temporary, _CREATE, mode)
    try:
        if like is not None:
            _take_after(fd, path, like, mode)
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
    """Replace `path` if it still holds `old`; what is written to the replaced file meanwhile is put back.

    A program that takes no lock may open the file between our last look and the replace, which on a busy
    machine lie milliseconds apart: its update would go into a file without a name. So the replaced file keeps
    a second name until we have looked at it once more.

    Raises:
        TargetChanged: it holds something else; `path` is what the other program wrote.
    """
    if not _holds(path, old):
        raise TargetChanged(path)
    aside = _second_name(path)
    if aside is None:
        _replace(temporary, path)
        return
    try:
        _replace(temporary, path)
        # Only over our own file: another update of theirs may be in it by now, and counts more.
        if not _holds(aside, old) and _still(path, version):
            os.replace(aside, path)
            raise TargetChanged(path)
    finally:
        with contextlib.suppress(OSError):
            os.unlink(aside)


def _second_name(path: str) -> str | None:
    """Give a file a second name, to be removed soon; None: there is no such thing here."""
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


def _take_after(fd: int, path: str, like: os.stat_result, mode: int) -> None:
    """Give a new, still empty file the owner, the exact mode and the attributes of the one it replaces."""
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
        # The umask took bits away, or a copied access list gave some; the file is empty still.
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


def _write_all(fd: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


if sys.platform == "darwin":

    def sync_file(fd: int) -> None:
        """Put what was written to an open file on the disk."""
        try:
            # macOS: fsync leaves the data in the drive's cache; this asks the drive, too.
            fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
        except OSError:
            os.fsync(fd)

else:

    def sync_file(fd: int) -> None:
        """Put what was written to an open file on the disk."""
        os.fsync(fd)


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
