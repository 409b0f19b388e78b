"""inotify(7): one descriptor for everything that is watched.

Written here because the available libraries watch a path's target, while the tray must also notice changes of
the links on the way, and because an instance that the system refuses must be requested again later. Only the
few system calls are here; `plan` decides what to watch, and `linux` waits on the descriptor.
"""
# ruff: noqa: E402 - on other systems mypy leaves out what follows the assertion, these imports too

from __future__ import annotations

import sys

assert sys.platform == "linux"  # noqa: S101

import ctypes
import errno
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass

CLOSE_WRITE = 0x8
ATTRIB = 0x4
MOVED_FROM, MOVED_TO, CREATE, DELETE = 0x40, 0x80, 0x100, 0x200
DELETE_SELF, MOVE_SELF = 0x400, 0x800
UNMOUNT, OVERFLOW, IGNORED = 0x2000, 0x4000, 0x8000
DONT_FOLLOW = 0x02000000
ADD_TO_MASK = 0x20000000

_EVENT = struct.Struct("@iIII")
"""inotify_event: watch, mask, cookie, bytes of the name that follows."""
_READ_BYTES = 64 * 1024
_LIBC = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one watch."""

    watch: int
    """-1: the queue overflowed, and any watch may have missed something."""
    mask: int
    name: str
    """In the watched folder; empty if the event is about the watched folder or file itself."""


class Inotify:
    """An inotify instance. Used by several threads; each call is one system call.

    Raises:
        OSError: EMFILE if the user's instances (fs.inotify.max_user_instances) are used up.
    """

    def __init__(self) -> None:
        self._fd = _checked(_LIBC.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))

    def fileno(self) -> int:
        """Return the descriptor to wait on."""
        return self._fd

    def add(self, path: str, mask: int) -> int:
        """Watch the file or folder at a path; return the number of its watch, which is the same for the same
        inode.

        Raises:
            OSError: ENOSPC if the user's watches are used up; ENOENT if nothing exists there.
        """
        return _checked(_LIBC.inotify_add_watch(self._fd, os.fsencode(path), ctypes.c_uint32(mask)))

    def remove(self, watch: int) -> None:
        """Stop watching; a no-op if the kernel has already ended the watch (EINVAL)."""
        _LIBC.inotify_rm_watch(self._fd, watch)

    def read(self) -> Iterator[Event]:
        """Return the pending events, if any."""
        try:
            data = os.read(self._fd, _READ_BYTES)
        except BlockingIOError:
            return
        at = 0
        while at < len(data):
            watch, mask, _cookie, size = _EVENT.unpack_from(data, at)
            at += _EVENT.size + size
            yield Event(watch, mask, os.fsdecode(data[at - size : at].rstrip(b"\0")))

    def close(self) -> None:
        """Close the instance."""
        os.close(self._fd)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def explain(error: OSError) -> str:
    """Say why the system does not watch, and which setting allows more."""
    if error.errno == errno.EMFILE:
        return "this user has no inotify instances left (fs.inotify.max_user_instances)"
    if error.errno == errno.ENOSPC:
        return "this user has no inotify watches left (fs.inotify.max_user_watches)"
    return error.strerror or str(error)
