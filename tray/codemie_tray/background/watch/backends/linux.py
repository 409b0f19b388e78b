"""Linux: inotify for the files, the mount table for what is mounted over them; one thread that sleeps until
either changes."""
# ruff: noqa: E402 - on other systems mypy leaves out what follows the assertion, these imports too

from __future__ import annotations

import sys

assert sys.platform == "linux"  # noqa: S101

import errno
import logging
import os
import select
import threading
from collections.abc import Callable, Mapping

from codemie_tray.background.watch.backends import inotify
from codemie_tray.background.watch.backends.backend import Hear, Key, Outcome
from codemie_tray.background.watch.backends.filesystems import MOUNT_TABLE
from codemie_tray.background.watch.backends.inotify import Event, Inotify
from codemie_tray.background.watch.what_to_watch import How

LOG = logging.getLogger(__name__)

_SELF = inotify.DELETE_SELF | inotify.MOVE_SELF | inotify.UNMOUNT
_ENTRIES = inotify.CREATE | inotify.DELETE | inotify.MOVED_FROM | inotify.MOVED_TO
_MASKS = {
    How.ITSELF: inotify.DELETE_SELF | inotify.MOVE_SELF,
    How.ENTRIES: _ENTRIES | inotify.DELETE_SELF | inotify.MOVE_SELF,
    # "closed after writing": so we never see half-written files, and nothing wakes us while one is read.
    How.WRITES: inotify.CLOSE_WRITE,
    How.MODES: inotify.ATTRIB,
}
_NOT_THERE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP)
_GONE = _SELF | inotify.IGNORED


class LinuxWatches:
    """See `backend.Watches`. Each inode is watched once, for all purposes."""

    def __init__(self, on_mount: Callable[[], None]) -> None:
        self._on_mount = on_mount
        self._lock = threading.Lock()
        self._inotify: Inotify | None = None
        self._watch_of: dict[Key, int] = {}
        self._wanted: Mapping[Key, Hear] = {}
        self._ring = -1
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._ring = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping = True
        if self._thread.is_alive():
            os.eventfd_write(self._ring, 1)
            if self._thread is not threading.current_thread():
                self._thread.join()

    def update(self, wanted: Mapping[Key, Hear]) -> Outcome:
        """Watch exactly what is wanted."""
        with self._lock:
            self._wanted = wanted  # first, so that an event of a new watch finds its listener
            if self._inotify is None:
                try:
                    self._inotify = Inotify()
                except OSError as error:
                    return Outcome(refused=error)
                os.eventfd_write(self._ring, 1)
            outcome = self._add(self._inotify, wanted.keys() - self._watch_of.keys())
            self._remove(self._inotify, self._watch_of.keys() - wanted.keys())
            return outcome

    def _add(self, instance: Inotify, keys: set[Key]) -> Outcome:
        added = set()
        refused = None
        for key in keys:
            try:
                watch = instance.add(key.path, _mask(key.how) | inotify.ADD_TO_MASK | inotify.DONT_FOLLOW)
            except OSError as error:
                # Passing through a folder needs no read permission, but watching it does: left out.
                passed = error.errno == errno.EACCES and key.how == How.ITSELF
                if error.errno not in _NOT_THERE and not passed:
                    refused = error
            else:
                self._watch_of[key] = watch
                added.add(key)
        return Outcome(frozenset(added), refused)

    def _remove(self, instance: Inotify, keys: set[Key]) -> None:
        for watch in {self._watch_of.pop(key) for key in keys}:
            others = [key for key, its_watch in self._watch_of.items() if its_watch == watch]
            if not others:
                instance.remove(watch)
                continue
            mask = 0
            for key in others:
                mask |= _mask(key.how)
            try:
                instance.add(others[0].path, mask | inotify.DONT_FOLLOW)
            except OSError as error:  # the wider mask stays
                LOG.debug("%s: %s", others[0].path, error)

    # ---- the watcher's thread ----------------------------------------------------------------------

    def _run(self) -> None:
        mounts = _open_mount_table()
        known: Inotify | None = None
        poll = select.poll()
        poll.register(self._ring, select.POLLIN)
        if mounts is not None:
            poll.register(mounts, select.POLLPRI)
        try:
            while not self._stopping:
                ready = {fd for fd, _ in poll.poll()}
                if self._ring in ready:
                    os.eventfd_read(self._ring)
                if known is None and self._inotify is not None:
                    known = self._inotify
                    poll.register(known, select.POLLIN)
                if known is not None and known.fileno() in ready:
                    for event in known.read():
                        self._tell(event)
                if mounts in ready and not self._stopping:
                    self._on_mount()
        finally:
            if mounts is not None:
                os.close(mounts)
            with self._lock:
                if self._inotify is not None:
                    self._inotify.close()
                    self._inotify = None
                    self._watch_of.clear()
                os.close(self._ring)

    def _tell(self, event: Event) -> None:
        with self._lock:
            keys = [key for key, watch in self._watch_of.items() if watch == event.watch or event.watch < 0]
            if event.mask & inotify.IGNORED:  # the kernel ended the watch: its target is gone
                for key in keys:
                    del self._watch_of[key]
            hearers = [self._wanted[key] for key in keys if key in self._wanted and _concerns(event, key.how)]
        if self._stopping:
            return
        for hear in hearers:
            hear(event.name or None)


def _mask(how: How) -> int:
    mask = 0
    for part, bits in _MASKS.items():
        if part in how:
            mask |= bits
    return mask


def _concerns(event: Event, how: How) -> bool:
    """Return whether an event was wanted; the kernel reports all events anybody wanted of the same inode."""
    return bool(event.mask & (_mask(how) | _GONE | inotify.OVERFLOW))


def _open_mount_table() -> int | None:
    """Open the mount table, which becomes "urgent" at each change (proc(5)); None if there is no /proc."""
    try:
        return os.open(MOUNT_TABLE, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
