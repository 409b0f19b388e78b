"""Appends JSON Lines: a record is written whole or not at all, and never joined to another.

One record or batch is one `write` to an `O_APPEND` descriptor, under a lock on the file itself. If a crash
left the last line torn, the same `write` ends that line first. A short write is completed or undone, so every
acknowledged record can be read.
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
"""How long to wait for a torn line to grow: a program that takes no lock may still be writing it."""

_APPEND = os.O_RDWR | os.O_APPEND
_APPEND |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_APPEND |= getattr(os, "O_NONBLOCK", 0)
_LOCKED_BYTE = 1 << 40
"""Windows: a locked byte can't be read by others, so it lies where there is never any data. Wine can't seek
much further, because the file system below it (ext4: 16 TB) can't."""
_POLL_SECONDS = 0.005


class JSONLWriter:
    """Appends records to files of JSON Lines.

    Args:
        durable: sync each append to the disk before it is acknowledged.
        mode: permission bits of a new file; conversations are private.
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
        """Append records, one per line: all of them or none.

        Args:
            path: the file; its folder exists. A link is not followed.
            records: JSON objects, a record's `to_json()`.

        Raises:
            TypeError, ValueError: a record is not a JSON object, or holds what JSON can't (`NaN`, a set, a
                circular reference, a thousand levels): readers would skip it.
            LineTooLong: a record exceeds the line limit of readers.
            StoreBusy: another writer held the file for the whole time limit.
            StoreError: the system refused; `StoreFull` or `StoreDenied` if that is the reason. The records
                are not in the file, unless even undoing the write or closing the file failed (a dying disk):
                then they, or a part that readers skip, may be.
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
                os.close(fd)  # this releases the lock, too
        except OSError as error:
            raise store_error(path, error) from error

    def _open_locked(self, path: str) -> int:
        """Open the file that has this name once we hold the lock: the CLI replaces its files by renaming."""
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
            sync_folder(os.path.dirname(path) or ".")  # a new file's name must be as durable as its content
        if size and _byte_at(fd, size - 1) != b"\n":
            data = b"\n" + data
        written = 0
        try:
            written = os.write(fd, data)
            if written < len(data):
                # Usually there is room for a part only. Continuing is right as long as nobody wrote after us.
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
    except UnicodeEncodeError:  # half a surrogate pair, which JavaScript allows: kept as an escape
        text = json.dumps(record, allow_nan=False, separators=(",", ":")) + "\n"
        return text.encode()


def _has_name(path: str, status: os.stat_result) -> bool:
    try:
        named = os.stat(path)
    except FileNotFoundError:
        return False
    return (named.st_dev, named.st_ino) == (status.st_dev, status.st_ino)


def _settled_size(fd: int) -> int:
    """Return the file's size, after giving another program a moment to finish its line."""
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
    """Truncate what a failed append wrote, unless someone else wrote after it."""
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
