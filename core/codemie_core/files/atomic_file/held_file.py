"""A file that stays open, so that its content can be compared again without opening it again.

While a file is open, the system gives its inode to no other. So a path with the same device and inode still
names this very file, and what is read through the open descriptor is what everybody else reads there.

A network drive may show a write from another machine later this way than to a new `open`. So a file that is
about to be replaced is opened again first.
"""

from __future__ import annotations

import contextlib
import os
import sys

from codemie_core.files.atomic_file.whole_file import has_content, open_regular

TYPE_CHECKING = False  # as `typing` has it, whose import every command would pay for
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self


class HeldFile:
    """At most one open file; a context manager that closes it.

    On Windows nothing is held: a file that Python has open can be neither replaced nor renamed, by us or by
    others. `has_content_at` then opens the file again.

    Args:
        fd: open for reading, and closed by this object; None holds nothing yet.
    """

    def __init__(self, fd: int | None = None) -> None:
        self._fd = fd

    @classmethod
    def opened(cls, path: str) -> HeldFile:
        """Open a regular file and hold it; nothing is held if it can't be opened."""
        if sys.platform == "win32":
            return cls()
        try:
            return cls(open_regular(path))
        except OSError:
            return cls()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def hold(self, fd: int) -> None:
        """Hold the file of an open descriptor, instead of the one held so far. Best effort.

        Args:
            fd: open for reading. It remains the caller's, to close and to hear what closing reports.
        """
        self.close()
        if sys.platform != "win32":
            with contextlib.suppress(OSError):  # too many open files: a later reader opens it by its name
                self._fd = os.dup(fd)

    def close(self) -> None:
        """Close the file, if one is held."""
        fd, self._fd = self._fd, None
        if fd is not None:
            with contextlib.suppress(OSError):  # nothing was written through it
                os.close(fd)

    def has_content_at(self, path: str, content: bytes) -> bool:
        """Whether the file at `path` (links followed) has exactly this content.

        It is opened only if it is not the held file.
        """
        if sys.platform != "win32" and self._fd is not None and _is_at(path, self._fd):
            return _has(self._fd, content)
        return has_content(path, content)


def _is_at(path: str, fd: int) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(fd))
    except OSError:
        return False


if sys.platform != "win32":

    def _has(fd: int, content: bytes) -> bool:
        position = 0
        try:
            # One byte more than expected, to see whether the file is longer.
            while piece := os.pread(fd, len(content) + 1 - position, position):
                if not content.startswith(piece, position):
                    return False
                position += len(piece)
        except OSError:
            return False
        return position == len(content)
