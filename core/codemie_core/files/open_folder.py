"""A folder that is held open while files in it are examined and removed.

On POSIX, everything is relative to the descriptor of the folder. Swapping the folder or one of its parents
for a link in the meantime does not change where files are removed. Windows has no such calls: there the
folder is refused if it is a link (a reparse point), and is addressed by its path.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import time
from collections.abc import Iterator
from types import TracebackType


def not_a_folder(path: str) -> OSError:
    """Return the error for a link, or anything else, in place of a folder."""
    return OSError(errno.ENOTDIR, "is not a real folder (links are not followed)", path)


if sys.platform == "win32":
    import ctypes

    from codemie_core.files.shared_open import open_shared
    from codemie_core.system.windows_handle import OPEN_EXISTING, SHARE_READ, SHARE_WRITE, open_handle

    _DELETE = 0x00010000
    _DELETE_ON_CLOSE_AND_OF_A_LINK_THE_LINK = 0x04000000 | 0x00200000
    _ATTEMPTS = 4
    _PAUSE_SECONDS = 0.005

    def _remove(path: str) -> None:
        """Remove a file as the only one to do so: if two processes `unlink` it at once, both may succeed."""
        close = ctypes.WinDLL("kernel32").CloseHandle
        close.argtypes = [ctypes.c_void_p]
        # Not shared for deleting: the second process is refused, tries again, and finds it gone.
        handle = open_handle(
            path,
            access=_DELETE,
            share=SHARE_READ | SHARE_WRITE,
            creation=OPEN_EXISTING,
            flags=_DELETE_ON_CLOSE_AND_OF_A_LINK_THE_LINK,
        )
        close(handle)

    class OpenFolder:
        """See the module. A context manager."""

        def __init__(self, path: str, *, within: OpenFolder | None = None) -> None:
            self.path: str = path if within is None else os.path.join(within.path, path)
            status = os.lstat(self.path)
            if not stat.S_ISDIR(status.st_mode) or status.st_reparse_tag:
                raise not_a_folder(self.path)

        def names(self) -> list[str]:
            """Return the names in it."""
            return os.listdir(self.path)

        def names_in_disk_order(self) -> Iterator[str]:
            """Yield the names in an order that is quick to work through."""
            return iter(os.listdir(self.path))

        def stat(self, name: str) -> os.stat_result:
            """Return the `lstat` of `name`."""
            return os.lstat(os.path.join(self.path, name))

        def remove(self, name: str) -> None:
            """Remove a file; for a link, the link itself."""
            path = os.path.join(self.path, name)
            for attempt in range(_ATTEMPTS):
                try:
                    _remove(path)
                except PermissionError:
                    # Open elsewhere, or being removed by another: then the retry does not find it.
                    if attempt == _ATTEMPTS - 1:
                        raise
                    time.sleep(_PAUSE_SECONDS)
                else:
                    return

        def remove_folder(self, name: str) -> None:
            """Remove an empty folder."""
            os.rmdir(os.path.join(self.path, name))

        def read(self, name: str, limit_bytes: int) -> bytes:
            """Return the beginning of a file."""
            with open_shared(os.path.join(self.path, name)) as file:
                return file.read(limit_bytes)

        def __enter__(self) -> OpenFolder:
            return self

        def __exit__(
            self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
        ) -> None:
            """Do nothing; nothing is held."""

else:

    class OpenFolder:
        """See the module. A context manager."""

        def __init__(self, path: str, *, within: OpenFolder | None = None) -> None:
            """Open a folder.

            Args:
                path: where it is; a name in `within` if that is given.
                within: its parent folder.

            Raises:
                OSError: it is missing or can't be opened; `ENOTDIR` for a link.
            """
            self.path: str = path if within is None else os.path.join(within.path, path)
            flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
            try:
                self._fd: int = os.open(path, flags, dir_fd=None if within is None else within._fd)
            except OSError as error:
                if error.errno in (errno.ENOTDIR, errno.ELOOP, errno.EMLINK):
                    raise not_a_folder(self.path) from None
                raise

        def names(self) -> list[str]:
            """Return the names in it."""
            return os.listdir(self._fd)

        def names_in_disk_order(self) -> Iterator[str]:
            """Yield the names in an order that is quick to work through.

            The order is that of the inodes, as in GNU find for large folders: then the disk reads the files'
            metadata sequentially.
            """
            with os.scandir(self._fd) as entries:
                numbered = [(entry.inode(), entry.name) for entry in entries]
            numbered.sort()
            return (name for _, name in numbered)

        def stat(self, name: str) -> os.stat_result:
            """Return the `lstat` of `name`."""
            return os.stat(name, dir_fd=self._fd, follow_symlinks=False)

        def remove(self, name: str) -> None:
            """Remove a file; for a link, the link itself."""
            os.unlink(name, dir_fd=self._fd)

        def remove_folder(self, name: str) -> None:
            """Remove an empty folder."""
            os.rmdir(name, dir_fd=self._fd)

        def read(self, name: str, limit_bytes: int) -> bytes:
            """Return the beginning of a file."""
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
            fd = os.open(name, flags, dir_fd=self._fd)
            try:
                if not stat.S_ISREG(os.fstat(fd).st_mode):
                    raise OSError(errno.EINVAL, "not a regular file", name)
                return os.read(fd, limit_bytes)
            finally:
                with contextlib.suppress(OSError):  # the data has been read
                    os.close(fd)

        def __enter__(self) -> OpenFolder:
            return self

        def __exit__(
            self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
        ) -> None:
            with contextlib.suppress(OSError):  # nothing was written through it
                os.close(self._fd)
