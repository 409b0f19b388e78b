"""Wakes the tray when a file of the home changed, whoever changed it.

watchdog asks the OS (inotify, FSEvents; on Windows `windows_folders.py` does). On Linux the wake-up is on
"closed after writing": half-written files are then never met, and nothing wakes us while one is read. Only
folders are watched, never files, so that a file replaced by a rename keeps being seen. Where the file system
can't tell (a network drive, or the system's watches are used up) `polling.py` looks every few seconds.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterable

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileAttribEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import ObservedWatch

from codemie_core import Home, StoreError
from codemie_core.config.layout import CLASSIC, CLI
from codemie_core.sessions.folders import is_session_path, session_folders
from codemie_tray.watch.polling import Poller, needs_polling

if sys.platform == "win32":
    from codemie_tray.watch.windows import FolderWatch

LOG = logging.getLogger(__name__)

_APPEARANCE: tuple[type[FileSystemEvent], ...] = (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileMovedEvent,
)
# Elsewhere the OS does not tell when a writer is done; the reader's patience covers that.
_WRITTEN: type[FileSystemEvent] = FileClosedEvent if sys.platform == "linux" else FileModifiedEvent
# The first is what is told; watchdog asks inotify for it only where the second is wanted, too.
_PERMISSIONS: tuple[type[FileSystemEvent], ...] = (FileAttribEvent, FileModifiedEvent)


_Key = tuple[str, int, bool]
"""A folder, its inode (another folder may come to bear its name), and whether permissions are watched too."""


class Watcher:
    """Calls `wake` when something in the home may have changed.

    Args:
        home: which home.
        extra: further paths whose appearing or change matters.
        wake: called on a thread of the watcher; must return at once, and may be called too often.
        wake_for_sessions: likewise, when a session's file may have changed.
        wake_for_logs: the same, when a log came or went in `logs/`; that somebody writes to one wakes nobody.
    """

    def __init__(
        self,
        home: Home,
        extra: Iterable[str],
        wake: Callable[[], None],
        *,
        wake_for_sessions: Callable[[], None] | None = None,
        wake_for_logs: Callable[[], None] = lambda: None,
    ) -> None:
        self._home = home
        self._extra = tuple(extra)
        self._wake = wake
        self._wake_for_sessions = wake_for_sessions
        self._wake_for_logs = wake_for_logs
        self._watches = _Watches()
        self._logs_watch: tuple[tuple[str, int], _Watch] | None = None
        self._poller: Poller | None = None

    def start(self) -> None:
        """Begin to watch."""
        self._watches.start()
        self.rearm()

    def stop(self) -> None:
        """End; no wake-up comes after this."""
        if self._poller:
            self._poller.stop()
        self._watches.stop()

    def rearm(self, *, attributes: bool = False, logs: bool = True) -> None:
        """Look anew at what there is to watch: folders come and go, links change their target.

        Args:
            attributes: also wake on changed permissions (wanted while the file can't be read).
            logs: watch `logs/`; not wanted while we ourselves remove files there by the thousand.
        """
        self._rearm_logs(logs)
        wanted = self._folders()
        if self._wake_for_sessions is not None:
            for folder in self._session_folders():
                wanted.setdefault(folder, set())
        present: dict[_Key, set[str]] = {}
        for folder, names in wanted.items():
            try:
                present[folder, os.stat(folder).st_ino, attributes] = names
            except OSError:
                continue  # not there: its parent is watched
        watched = self._watches.keys()
        for key in watched - present.keys():
            self._watches.remove(key)
        refused = False
        for key in present.keys() - watched:
            refused = not self._schedule(key, present[key]) or refused
        self._poll(refused or needs_polling(wanted))

    def _session_folders(self) -> set[str]:
        try:
            return session_folders(self._home)
        except StoreError:  # the home can't be listed: the reading of it says so
            return set()

    def _schedule(self, key: _Key, names: set[str]) -> bool:
        folder = key[0]
        try:
            self._watches.add(key, _Handler(names, self._wake, self._wake_for_sessions))
        except OSError as error:  # ENOSPC, EMFILE: the system's watches are used up
            LOG.warning("%s can't be watched (%s); looking every few seconds instead", folder, error.strerror)
            return False
        return True

    def _rearm_logs(self, wanted: bool) -> None:
        folder = os.path.realpath(self._home.logs)
        key = None
        if wanted:
            try:
                key = folder, os.stat(folder).st_ino
            except OSError:
                key = None  # not there: the home is watched for it
        if self._logs_watch is None and key is None:
            return
        if self._logs_watch is not None:
            if self._logs_watch[0] == key:
                return
            self._watches.unwatch(self._logs_watch[1])
            self._logs_watch = None
        if key is not None:
            try:
                watch = self._watches.watch(folder, _LogHandler(self._wake_for_logs), contents=False)
            except OSError as error:
                LOG.warning("%s can't be watched (%s)", folder, error.strerror)
            else:
                self._logs_watch = key, watch
        if wanted:
            self._wake_for_logs()  # another folder than before, or what came while nobody watched

    def _poll(self, needed: bool) -> None:
        if needed and self._poller is None:
            paths = [self._home.join(name) for name in (CLI.config_name, CLASSIC.config_name)]
            self._poller = Poller([*paths, *self._extra], self._wake)
            self._poller.start()
        elif not needed and self._poller is not None:
            self._poller.stop()
            self._poller = None

    def _folders(self) -> dict[str, set[str]]:
        """Return the folders to watch, real paths, and the names in each that matter."""
        home = os.path.realpath(self._home.path)
        wanted: dict[str, set[str]] = {}

        def add(path: str) -> None:
            wanted.setdefault(os.path.dirname(path), set()).add(os.path.basename(path))

        add(_lowest_present(home))
        for name in (CLI.config_name, CLASSIC.config_name):
            add(os.path.join(home, name))
            real = os.path.realpath(os.path.join(home, name))
            if real != os.path.join(home, name):
                add(real)
        add(os.path.join(home, os.path.basename(self._home.tray)))
        add(os.path.join(home, os.path.basename(self._home.logs)))
        for path in self._extra:
            add(_lowest_present(os.path.realpath(path)))
        return wanted


class _Handler(FileSystemEventHandler):
    def __init__(
        self, names: set[str], wake: Callable[[], None], wake_for_sessions: Callable[[], None] | None
    ) -> None:
        self._names = set(map(os.path.normcase, names))
        self._wake = wake
        self._wake_for_sessions = wake_for_sessions

    def dispatch(self, event: FileSystemEvent) -> None:
        """Called by watchdog."""
        self.changed({os.fsdecode(event.src_path), os.fsdecode(event.dest_path or b"")})

    def changed(self, paths: set[str] | None) -> None:
        """Wake if one of the paths matters; None: anything in the folder may have changed."""
        if paths is None or any(self._matters(os.path.basename(path)) for path in paths):
            self._wake()
        if self._wake_for_sessions is not None and (paths is None or any(map(is_session_path, paths))):
            self._wake_for_sessions()

    def _matters(self, name: str) -> bool:
        # A tilde: Windows may tell of a file by the short name its writer used.
        return os.path.normcase(name) in self._names or (sys.platform == "win32" and "~" in name)


class _LogHandler(FileSystemEventHandler):
    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake

    def dispatch(self, event: FileSystemEvent) -> None:
        """Called by watchdog."""
        self.changed({os.fsdecode(event.src_path), os.fsdecode(event.dest_path or b"")})

    def changed(self, paths: set[str] | None) -> None:
        """Wake if one of the paths is a log; None: anything in the folder may have changed."""
        if paths is None or any(os.path.basename(p).startswith(("debug-", "tray-")) for p in paths):
            self._wake()


if sys.platform == "win32":
    _Watch = FolderWatch

    class _System:
        """How folders are watched here."""

        def __init__(self) -> None:
            self._all: list[FolderWatch] = []

        def start(self) -> None:
            """Nothing: each watch begins by itself."""

        def stop(self) -> None:
            for watch in [*self._all]:
                self.unwatch(watch)

        def watch(
            self,
            folder: str,
            handler: _Handler | _LogHandler,
            *,
            attributes: bool = False,
            contents: bool = True,
        ) -> FolderWatch:
            watch = FolderWatch(folder, handler.changed, attributes=attributes, contents=contents)
            self._all.append(watch)
            return watch

        def unwatch(self, watch: FolderWatch) -> None:
            self._all.remove(watch)
            watch.stop()

        @staticmethod
        def is_alive(watch: FolderWatch) -> bool:
            return watch.is_alive()

else:
    _Watch = ObservedWatch

    class _System:
        """How folders are watched here."""

        def __init__(self) -> None:
            self._observer = Observer()

        def start(self) -> None:
            self._observer.start()

        def stop(self) -> None:
            self._observer.stop()
            self._observer.join()

        def watch(
            self,
            folder: str,
            handler: _Handler | _LogHandler,
            *,
            attributes: bool = False,
            contents: bool = True,
        ) -> ObservedWatch:
            events = [*_APPEARANCE, *([_WRITTEN] if contents else ()), *(_PERMISSIONS if attributes else ())]
            return self._observer.schedule(handler, folder, recursive=False, event_filter=events)

        def unwatch(self, watch: ObservedWatch) -> None:
            self._observer.unschedule(watch)

        @staticmethod
        def is_alive(_watch: ObservedWatch) -> bool:
            return True


class _Watches(_System):
    """What is watched, by its key."""

    def __init__(self) -> None:
        super().__init__()
        self._by_key: dict[_Key, _Watch] = {}

    def keys(self) -> set[_Key]:
        return {key for key, watch in self._by_key.items() if self.is_alive(watch)}

    def add(self, key: _Key, handler: _Handler) -> None:
        folder, _, attributes = key
        dead = self._by_key.pop(key, None)
        if dead is not None:
            self.unwatch(dead)
        self._by_key[key] = self.watch(folder, handler, attributes=attributes)

    def remove(self, key: _Key) -> None:
        self.unwatch(self._by_key.pop(key))


def _lowest_present(path: str) -> str:
    """Return the path whose appearing brings `path` nearer: itself, or its lowest missing ancestor."""
    while not os.path.isdir(os.path.dirname(path)) and os.path.dirname(path) != path:
        path = os.path.dirname(path)
    return path
