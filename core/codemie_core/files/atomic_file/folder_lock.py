"""Keeps our other writers out of a folder for the moment in which a file of it is compared and replaced."""

from __future__ import annotations

import contextlib
import errno
import sys
import time
from collections.abc import Iterator

PATIENCE_SECONDS = 2.0
"""How long a writer waits for others to compare and replace. If a program locks our folder for longer, the
writer proceeds."""

_PAUSE_SECONDS = 0.0005

if sys.platform == "win32":

    @contextlib.contextmanager
    def alone_in(folder_fd: int) -> Iterator[None]:  # noqa: ARG001
        """Do nothing: while a lock file is held on Windows, neither it nor its folder can be removed."""
        yield

else:
    import fcntl

    @contextlib.contextmanager
    def alone_in(folder_fd: int) -> Iterator[None]:
        """Keep our other writers out of this folder from the final check until the replace.

        The lock file can't guarantee that: if it is removed, one writer may hold the removed file and another
        the new one. Both would check before either replaces, and the first change would be lost. So this
        locks the folder itself. Best effort: a network drive may not support locks on folders.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        held = False
        while not held:
            try:
                fcntl.flock(folder_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                held = True
            except OSError as error:
                taken = error.errno in (errno.EWOULDBLOCK, errno.EACCES, errno.EINTR)
                if not taken or time.monotonic() >= deadline:
                    break
                time.sleep(_PAUSE_SECONDS)
        try:
            yield
        finally:
            if held:
                with contextlib.suppress(OSError):  # closing the folder releases it as well
                    fcntl.flock(folder_fd, fcntl.LOCK_UN)
