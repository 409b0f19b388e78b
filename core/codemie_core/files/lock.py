"""A lock across processes and threads, held for one change of the store.

`flock` on POSIX, a byte-range lock on Windows. Both end with the process, so a killed writer leaves nothing
to clean up. The file itself stays, because removing a lock file races with the next process that opens it. If
another program removes it nevertheless, a process that had it open notices once it holds the lock, and locks
the new file instead.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import math
import os
import sys
import time
from types import TracebackType

from codemie_core.errors import StoreBusy, StoreError, as_posix_says, store_error
from codemie_core.files.private.file import has_name, open_private, read_private
from codemie_core.files.private.folder import make_private_folder

DEFAULT_TIMEOUT_SECONDS = 10.0
NOTE_LIMIT_BYTES = 256
_LOCKED_BYTE = 1 << 30
"""Windows: a locked byte can be neither read nor written, so it lies beyond the note."""
_REMOVED_TIMES = 50
_PATIENT_PAUSE_SECONDS = 30.0
"""Windows: pause between attempts of a waiter without a time limit."""
_FIRST_PAUSE_SECONDS = 0.001
_LONGEST_PAUSE_SECONDS = 0.02

if sys.platform == "win32":
    import msvcrt

    def _try_lock(fd: int, at: int) -> bool:
        os.lseek(fd, at, os.SEEK_SET)
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError:
            # The errno does not help: Wine reports 0, Windows EACCES or EDEADLOCK.
            return False
        return True

    def _wait_for_lock(fd: int, at: int) -> None:
        while not _try_lock(fd, at):
            time.sleep(_PATIENT_PAUSE_SECONDS)

    def unlock(fd: int, *, at: int = 0) -> None:
        """Release what `lock_open_file` acquired."""
        os.lseek(fd, at, os.SEEK_SET)
        msvcrt.locking(fd, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try_lock(fd: int, at: int) -> bool:  # noqa: ARG001  flock knows whole files only
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES, errno.EINTR):
                return False
            raise
        return True

    def _wait_for_lock(fd: int, at: int) -> None:  # noqa: ARG001
        fcntl.flock(fd, fcntl.LOCK_EX)  # the kernel wakes us: waiting costs nothing

    def unlock(fd: int, *, at: int = 0) -> None:  # noqa: ARG001
        """Release what `lock_open_file` acquired."""
        fcntl.flock(fd, fcntl.LOCK_UN)


def lock_open_file(fd: int, path: str, *, timeout_seconds: float, at: int = 0) -> None:
    """Lock an open file exclusively, until `unlock`, until it is closed, or until the process ends.

    Args:
        fd: open for writing.
        path: for messages.
        timeout_seconds: how long to wait for another holder; 0 tries once, infinity waits forever.
        at: Windows: offset of the locked byte, which nobody else can then read or write; the descriptor's
            position moves there.

    Raises:
        StoreBusy: another holder kept it until the time limit.
        StoreError: the file system has no locks.
    """
    deadline = time.monotonic() + timeout_seconds
    pause = _FIRST_PAUSE_SECONDS
    while True:
        try:
            if timeout_seconds == math.inf:
                _wait_for_lock(fd, at)
                return
            if _try_lock(fd, at):
                return
        except OSError as error:  # ENOLCK, ENOSYS: a network drive without locks
            raise StoreError(path, f"can't be locked: {os.strerror(error.errno or 0)}") from error
        left = deadline - time.monotonic()
        if left <= 0:
            raise _busy(path, timeout_seconds)
        time.sleep(min(pause, left))
        pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)


def _busy(path: str, waited_seconds: float) -> StoreBusy:
    return StoreBusy(path, f"another process has been writing for {waited_seconds:g} seconds; try again")


def note_in(path: str) -> bytes:
    """Return the note of a lock that is not held; empty if there is none, or it can't be read."""
    try:
        return read_private(path, limit_bytes=NOTE_LIMIT_BYTES)[0].rstrip(b" \n")
    except (OSError, StoreError):
        return b""


class StoreLock:
    """Exclusive lock on one path, as a context manager; not reentrant.

    Args:
        path: the lock file; its folder is created if missing.
        timeout_seconds: how long to wait for another holder; 0 tries once, infinity waits forever.
    """

    def __init__(self, path: str, *, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS) -> None:
        self.path = path
        self._timeout_seconds = timeout_seconds
        self._fd: int | None = None

    def acquire(self) -> None:
        """Acquire the lock.

        Raises:
            StoreBusy: another holder kept it until the time limit.
            StoreUnsafe: the lock file is a link, or something else that is not ours.
            StoreError: the lock file can't be created, or the file system has no locks.
        """
        deadline = time.monotonic() + self._timeout_seconds
        for tried in itertools.count():
            make_private_folder(os.path.dirname(self.path))
            try:
                fd = open_private(self.path, os.O_RDWR | os.O_CREAT)
            except OSError as error:
                if isinstance(error, FileNotFoundError) and time.monotonic() < deadline:
                    continue  # the folder was removed after we created it
                raise store_error(self.path, as_posix_says(self.path, error)) from error
            try:
                left = max(0.0, deadline - time.monotonic())
                self._lock(fd, timeout_seconds=left)
                if self._is_ours(fd):
                    self._fd = fd
                    return
            except BaseException:
                with contextlib.suppress(OSError):
                    os.close(fd)
                raise
            # Removed since it was opened: this lock keeps nobody out, because others create a new file.
            with contextlib.suppress(OSError):
                os.close(fd)
            if tried > _REMOVED_TIMES and time.monotonic() >= deadline:
                raise StoreError(self.path, "another program keeps removing it; stop that program")
            time.sleep(_FIRST_PAUSE_SECONDS)

    def _is_ours(self, fd: int) -> bool:
        try:
            return has_name(fd, self.path)
        except OSError as error:
            raise store_error(self.path, error) from error

    def _lock(self, fd: int, *, timeout_seconds: float) -> None:
        try:
            lock_open_file(fd, self.path, timeout_seconds=timeout_seconds, at=_LOCKED_BYTE)
        except StoreBusy:
            raise _busy(self.path, self._timeout_seconds) from None

    def note(self) -> bytes:
        """Return the note that the last holder left; empty if there is none, or it can't be read."""
        try:
            os.lseek(self._held, 0, os.SEEK_SET)
            return os.read(self._held, NOTE_LIMIT_BYTES).rstrip(b" \n")
        except OSError:
            return b""

    def leave_note(self, note: bytes) -> None:
        """Leave a note for the next holder in the lock file. It may get lost, so nothing may depend on it.

        Args:
            note: shorter than `NOTE_LIMIT_BYTES`, without trailing spaces or newlines.
        """
        # Notes have a fixed length, so one write replaces the last note without truncating the file first.
        with contextlib.suppress(OSError):
            os.lseek(self._held, 0, os.SEEK_SET)
            os.write(self._held, note.ljust(NOTE_LIMIT_BYTES - 1) + b"\n")

    @property
    def _held(self) -> int:
        if self._fd is None:
            raise ValueError("the lock is not held")
        return self._fd

    def release(self) -> None:
        """Release the lock; a no-op if it is not held."""
        fd, self._fd = self._fd, None
        if fd is not None:
            # Closing releases it as well, and an error now would hide a change that was made.
            with contextlib.suppress(OSError):
                unlock(fd, at=_LOCKED_BYTE)
            with contextlib.suppress(OSError):
                os.close(fd)

    def __enter__(self) -> StoreLock:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
