"""Replaces the file that was read, and keeps its old and its new state in the history."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from codemie_core.config.commit.keeping import keep_read
from codemie_core.config.commit.plan import Planned
from codemie_core.config.history import History, Origin, Version
from codemie_core.config.model.config import Config
from codemie_core.config.reader import Read
from codemie_core.errors import StoreError, store_error
from codemie_core.files.atomic_file import (
    FileVersion,
    HeldFile,
    TargetChanged,
    make_durable,
    replace_whole,
    sweep_temporaries,
    version_of,
)
from codemie_core.files.lock import StoreLock
from codemie_core.files.write_mark import WriteMark


@dataclass(frozen=True, slots=True)
class Written:
    """A change that was written."""

    config: Config
    mark: WriteMark
    kept: Version | None
    """The new state in the history; None if it could not be kept."""


class Replacement:
    """Writes planned changes of one configuration.

    Args:
        history: of the same home.
        must_keep: refuse a change if the old state can't be kept in the history.
    """

    def __init__(self, history: History, *, must_keep: bool) -> None:
        self._history = history
        self._must_keep = must_keep
        self.held = HeldFile()
        """The file written last, to be compared without opening it again. The caller closes it."""
        self.trouble: StoreError | None = None
        """Why a state could not be kept in the history; None if all were."""

    def write(self, lock: StoreLock, planned: Planned, *, hurried: bool) -> Written:
        """Replace the file that was read.

        Args:
            lock: the home's, held.
            planned: the change.
            hurried: sync after replacing the file, not before. If a program writes more often than this disk
                can sync, the file would never match what was read. That program's last state is not on the
                disk either, so a power cut loses nothing that was durable.

        Raises:
            TargetChanged: the file is not what was read.
            StoreError: it can't be written.
        """
        read = planned.read
        expected = None if read.status is None else FileVersion.of(read.status)
        try:
            if version_of(read.target) != expected:
                raise TargetChanged(read.target)
        except OSError as error:
            raise store_error(read.target, error) from error
        sweep_temporaries(read.target)
        kept = None if read.status is None else self._keep_old(lock, read, durable=not hurried)
        version = replace_whole(
            read.target,
            planned.data,
            mode=planned.mode,
            expected=expected,
            like=read.status,
            old=None if read.status is None else read.data,
            durable=not hurried,
            held=self.held,
        )
        if hurried:
            self._make_durable(read.target, kept)
        mark = WriteMark.over(expected, WriteMark.of(lock.note()), version, now_ns=time.time_ns())
        lock.leave_note(mark.note)
        return Written(planned.config, mark, self._keep_new(planned, version))

    def _make_durable(self, target: str, kept: Version | None) -> None:
        if kept:
            self._history.make_durable(kept)
        try:
            make_durable(target)
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            raise StoreError(target, f"was changed, but a power cut may undo the change: {reason}") from error

    def _keep_old(self, lock: StoreLock, read: Read, *, durable: bool) -> Version | None:
        try:
            return keep_read(self._history, lock.note(), read, durable=durable)
        except StoreError as error:
            if self._must_keep:
                raise
            self.trouble = error
            return None

    def _keep_new(self, planned: Planned, version: FileVersion) -> Version | None:
        try:
            return self._history.keep(
                planned.data,
                layout=planned.config.layout,
                profiles=len(planned.config.profiles),
                origin=Origin.OWN,
                made_at_microseconds=version.mtime_ns // 1000,
                durable=False,
                listed=planned.read.status is not None,
            )
        except StoreError as error:
            self.trouble = error
            return None
