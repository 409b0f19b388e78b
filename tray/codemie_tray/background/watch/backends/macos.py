"""macOS: FSEvents, through watchdog.

Not run on macOS yet.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileAttribEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import ObservedWatch

from codemie_tray.background.watch.backends.backend import Hear, Key, Outcome
from codemie_tray.background.watch.what_to_watch import How

_APPEARANCE: tuple[type[FileSystemEvent], ...] = (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileMovedEvent,
)


class _Handler(FileSystemEventHandler):
    def __init__(self, hear: Hear) -> None:
        self._hear = hear

    def dispatch(self, event: FileSystemEvent) -> None:
        """Called by watchdog."""
        for path in {os.fsdecode(event.src_path), os.fsdecode(event.dest_path or b"")} - {""}:
            self._hear(os.path.basename(path))


def _nobody(_name: str | None) -> None:
    """Ignore it."""


class MacosWatches:
    """See `backend.Watches`."""

    def __init__(self, on_mount: Callable[[], None]) -> None:  # noqa: ARG002 - FSEvents reports no mounts
        self._observer = Observer()
        self._watch_of: dict[Key, ObservedWatch] = {}
        self._wanted: Mapping[Key, Hear] = {}

    def start(self) -> None:
        """Begin."""
        self._observer.start()

    def stop(self) -> None:
        """End."""
        self._observer.stop()
        self._observer.join()

    def update(self, wanted: Mapping[Key, Hear]) -> Outcome:
        """Watch exactly what is wanted."""
        self._wanted = wanted
        for key in self._watch_of.keys() - wanted.keys():
            self._observer.unschedule(self._watch_of.pop(key))
        added, refused = set(), None
        for key in wanted.keys() - self._watch_of.keys():
            events = list(_APPEARANCE)
            if How.WRITES in key.how:
                # The system does not report when a writer is done; the reader's patience covers that.
                events.append(FileModifiedEvent)
            if How.MODES in key.how:
                events.append(FileAttribEvent)
            try:
                self._watch_of[key] = self._observer.schedule(
                    _Handler(partial(self._tell, key)), key.path, recursive=False, event_filter=events
                )
            except OSError as error:
                refused = error
            else:
                added.add(key)
        return Outcome(frozenset(added), refused)

    def _tell(self, key: Key, name: str | None) -> None:
        self._wanted.get(key, _nobody)(name)
