"""Appending JSON Lines: a record is in the file whole or not at all, and never glued to another.

One record or batch is one `write` on an `O_APPEND` descriptor, under a lock of the file itself. A tail that a
crash left torn gets its newline first, within the same write. A write that ends short is finished, or taken
back; so what was acknowledged is what can be read.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
import sys
import time
from collections.abc import Iterable, Mapping

from codemie_core.errors import LineTooLong, store_error
from codemie_core.files.atomic_file import sync_file, sync_folder
from codemie_core.files.lock import DEFAULT_TIMEOUT_SECONDS, lock_open_file
from codemie_core.sessions.jsonl.blocks import LINE_LIMIT_BYTES

FOREIGN_WRITE_SECONDS = 0.05
"""How long a tail without its newline is given to grow: a program that knows no lock may be within a line."""

_APPEND = os.O_RDWR | os.O_APPEND
_APPEND |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_APPEND |= getattr(os, "O_NONBLOCK", 0)
_LOCKED_BYTE = 1 << 40
"""Windows: a locked byte can't be read by others, so it lies where no data ever is. Much further out Wine
can't seek, as the file system below it (ext4: 16 TB) can't."""
_POLL_SECONDS = 0.005


class JSONLWriter:
    """Appends records to files of JSON Lines.

    Args:
        durable: sync each append to the disk before it is acknowledged.
        mode: permission bits of a file that is made; conversations are private.
        timeout_seconds: how long to wait for another writer.
    """

    def __init__(
        self, *, durable: bool = False, mode: int = 0o600, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    ) -> None:
        self._durable = durable
        self._mode = mode
        self._timeout_seconds = timeout_seconds

    def append_line(self, path: str | os.PathLike[str], record: Mapping[str, object]) -> None:
        """Append one record; see `append_batch`."""
        self.append_batch(path, (record,))

    def append_batch(self, path: str | os.PathLike[str], records: Iterable[Mapping[str, object]]) -> None:
        """Append records, all of them or none, one a line.

        Args:
            path: the file; its folder exists. A link is not followed.
            records: JSON objects, a record's `to_json()`.

        Raises:
            TypeError, ValueError: a record is no JSON object, or holds what is no JSON (`NaN`, a set, a
                circle, a thousand levels): a reader would pass over it.
            LineTooLong: a record is longer than readers take.
            StoreBusy: another writer held the file for the whole time limit.
            StoreError: the system refused; `StoreFull` or `StoreDenied` where that is the reason. The records
                are not in the file, unless even taking them back or closing the file was refused (a dying
                disk): then they, or a part that readers pass over, may be.
        """
        path = os.fspath(path)
        lines = [_line(record) for record in records]
        for line in lines:
            if len(line) > LINE_LIMIT_BYTES:
                raise LineTooLong(path, f"a record of {len(line)} bytes; readers take {LINE_LIMIT_BYTES}")
        if not lines:
            return
        try:
            fd = self._open_locked(path)
            try:
                self._append(fd, path, b"".join(lines))
            finally:
                os.close(fd)  # and the lock with it
        except OSError as error:
            raise store_error(path, error) from error

    def _open_locked(self, path: str) -> int:
        """Open the file that has the name once the lock is ours: the CLI replaces its files by rename."""
        while True:
            try:
                fd = os.open(path, _APPEND)
            except FileNotFoundError:
                with contextlib.suppress(FileExistsError):
                    os.close(os.open(path, _APPEND | os.O_CREAT | os.O_EXCL, self._mode))
                continue
            try:
                status = os.fstat(fd)
                if not stat.S_ISREG(status.st_mode):
                    raise OSError(errno.EINVAL, "not a regular file", path)
                lock_open_file(fd, path, timeout_seconds=self._timeout_seconds, at=_LOCKED_BYTE)
                if _has_name(path, status):
                    return fd
            except BaseException:
                os.close(fd)
                raise
            os.close(fd)

    def _append(self, fd: int, path: str, data: bytes) -> None:
        size = _settled_size(fd)
        if not size and self._durable:
            sync_folder(os.path.dirname(path) or ".")  # a new file's name must be as durable as what is in it
        if size and _byte_at(fd, size - 1) != b"\n":
            data = b"\n" + data
        written = 0
        try:
            written = os.write(fd, data)
            if written < len(data):
                # Room for a part only, mostly. Going on is right as long as nobody wrote behind us.
                if os.fstat(fd).st_size != size + written:
                    raise OSError(errno.EIO, "another program wrote into the middle of a record")
                written += os.write(fd, data[written:])
                if written < len(data):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            if self._durable:
                sync_file(fd)
        except OSError:
            _take_back(fd, size, written)
            raise


def _line(record: Mapping[str, object]) -> bytes:
    if not isinstance(record, Mapping):
        raise TypeError(f"a record is a JSON object, a mapping of names to values; this is a {_kind(record)}")
    try:
        return _encoded(record if isinstance(record, dict) else dict(record))
    except RecursionError as error:
        raise ValueError("a record that is nested so deeply can't be read again") from error


def _kind(value: object) -> str:
    return type(value).__name__


def _encoded(record: dict[str, object]) -> bytes:
    text = json.dumps(record, ensure_ascii=False, allow_nan=False, separators=(",", ":")) + "\n"
    try:
        return text.encode()
    except UnicodeEncodeError:  # half a surrogate pair, as JavaScript can have: it survives as an escape
        text = json.dumps(record, allow_nan=False, separators=(",", ":")) + "\n"
        return text.encode()


def _has_name(path: str, status: os.stat_result) -> bool:
    try:
        named = os.stat(path)
    except FileNotFoundError:
        return False
    return (named.st_dev, named.st_ino) == (status.st_dev, status.st_ino)


def _settled_size(fd: int) -> int:
    """Return the file's size, giving a line that another program is still writing a moment to end."""
    size = os.fstat(fd).st_size
    deadline = time.monotonic() + FOREIGN_WRITE_SECONDS
    while size and _byte_at(fd, size - 1) != b"\n":
        status = os.fstat(fd)
        if status.st_size == size and (
            time.monotonic() >= deadline or time.time() - status.st_mtime > FOREIGN_WRITE_SECONDS
        ):
            break
        if status.st_size != size:
            size, deadline = status.st_size, time.monotonic() + FOREIGN_WRITE_SECONDS
        time.sleep(_POLL_SECONDS)
    return size


def _take_back(fd: int, size: int, written: int) -> None:
    """Cut off what a failed append wrote, where nobody else wrote behind it."""
    with contextlib.suppress(OSError):
        if written and os.fstat(fd).st_size == size + written:
            os.ftruncate(fd, size)


if sys.platform == "win32":

    def _byte_at(fd: int, offset: int) -> bytes:
        os.lseek(fd, offset, os.SEEK_SET)
        return os.read(fd, 1)

else:

    def _byte_at(fd: int, offset: int) -> bytes:
        return os.pread(fd, 1, offset)
