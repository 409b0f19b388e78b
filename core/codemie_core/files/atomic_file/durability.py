"""Makes written files survive a power cut, on each system."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Iterator

if sys.platform != "win32":
    import fcntl

_OPEN = os.O_RDWR if sys.platform == "win32" else os.O_RDONLY  # Windows flushes only files open for writing
_OPEN |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
# Opening a pipe must not block us, and a terminal must not become ours.
_OPEN |= getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)


def make_durable(path: str) -> None:
    """Make a file that was written with `durable=False` survive a power cut.

    Raises:
        OSError: from the system.
    """
    fd = os.open(path, _OPEN)
    try:
        sync_file(fd)
    finally:
        os.close(fd)
    sync_folder(os.path.dirname(path))


def sync_folder(folder: str) -> None:
    """Make a rename in `folder` durable; a no-op on Windows, where folders can't be synced."""
    with opened_folder(folder) as fd:
        sync_opened_folder(fd)


if sys.platform == "win32":

    @contextlib.contextmanager
    def opened_folder(folder: str) -> Iterator[int]:  # noqa: ARG001
        """Yield no descriptor: Windows can neither open nor sync a folder."""
        yield -1

    def sync_opened_folder(fd: int) -> None:
        """Do nothing."""

else:

    @contextlib.contextmanager
    def opened_folder(folder: str) -> Iterator[int]:
        """Hold a folder open, and yield its descriptor."""
        fd = os.open(folder, os.O_RDONLY | os.O_CLOEXEC | os.O_DIRECTORY)
        try:
            yield fd
        finally:
            with contextlib.suppress(OSError):  # nothing was written through it
                os.close(fd)

    def sync_opened_folder(fd: int) -> None:
        """Make a rename in an open folder durable."""
        try:
            sync_file(fd)
        except OSError as error:
            # Some network and FUSE file systems have no fsync for folders and report these errors.
            if error.errno not in (errno.EINVAL, errno.ENOTSUP):
                raise


if sys.platform == "darwin":

    def sync_file(fd: int) -> None:
        """Flush an open file to the disk."""
        try:
            # macOS: fsync leaves the data in the drive's cache; this flushes the drive, too.
            fcntl.fcntl(fd, fcntl.F_FULLFSYNC)
        except OSError:
            os.fsync(fd)

else:

    def sync_file(fd: int) -> None:
        """Flush an open file to the disk."""
        os.fsync(fd)
