"""Makes one change of the live configuration that lasts although the CLI takes no lock.

The edit is computed before the home's lock is taken. Under the lock, the file is only compared with what was
read, and replaced (`files/atomic_file`). The CLI may still overwrite it with a state that it read earlier. So
the file is watched for `SETTLE_SECONDS` after a change, longer if another program wrote just before, and the
edit is applied again if it was undone.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass

from codemie_core.config.commit.keeping import keep_read, mark_of
from codemie_core.config.commit.plan import Edit, Planned, Precondition, plan, unconditional
from codemie_core.config.history import History, Origin, Version
from codemie_core.config.model.config import Config
from codemie_core.config.reader import Read, is_intact
from codemie_core.errors import ConfigConflict, StoreError, store_error
from codemie_core.files.atomic_file import (
    FileVersion,
    TargetChanged,
    make_durable,
    replace_whole,
    sweep_temporaries,
    version_of,
)
from codemie_core.files.lock import StoreLock
from codemie_core.files.write_mark import WriteMark

SETTLE_SECONDS = 0.01
"""How long a change is watched for a program that overwrites it with a state it read before."""
CONTESTED_FACTOR = 15
"""How much longer we watch if another program wrote recently: it may soon write again, and on a busy machine
more time passes between its read and its write."""
CONFLICT_PATIENCE_SECONDS = 10.0
"""How long a change that another program keeps undoing is retried before that is an error."""

_LOOK_SECONDS = 0.004
"""Interval while watching: an edit that is reapplied right after a foreign write is seen by its next read."""
_BUSY_PAUSE_SECONDS = 0.001
_PATIENT_TRIES = 4
"""If the file changes this often while we sync, replace it before syncing."""


@dataclass(frozen=True, slots=True)
class _Written:
    """A change that was written."""

    config: Config
    mark: WriteMark
    kept: Version | None
    """The new state in the history; None if it could not be kept."""


class Commit:
    """One change of one configuration.

    Args:
        edit: called again if another program undid the change.
        read: reads the file or provides a substitute. Called before the lock is taken, and again under it if
            the file changed in the meantime.
        read_again: reads the file after it was written.
        history: of the same home.
        lock: makes the home's lock.
        must_keep: refuse the change if the old state can't be kept in the history.
        settle_seconds: see `SETTLE_SECONDS`; 0 returns as soon as the change is durable.
        precondition: checked before the change is first made, not when it is reapplied.
        intact: tells whether the file is exactly as we wrote it.
        on_durable: called with each state as soon as it is durable, without the lock. Must not raise.
    """

    def __init__(
        self,
        edit: Edit,
        *,
        read: Callable[[], Read],
        read_again: Callable[[], Read],
        history: History,
        lock: Callable[[], StoreLock],
        must_keep: bool,
        settle_seconds: float,
        precondition: Precondition = unconditional,
        intact: Callable[[Config], bool] = is_intact,
        on_durable: Callable[[Config], None] = lambda _config: None,
    ) -> None:
        self._edit = edit
        self._precondition = precondition
        self._read = read
        self._read_again = read_again
        self._history = history
        self._lock = lock
        self._must_keep = must_keep
        self._settle_seconds = settle_seconds
        self._intact = intact
        self._on_durable = on_durable
        self.settled: tuple[str, WriteMark] | None = None
        """Path and mark of the written state if it was still intact after `settle_seconds`."""
        self.changed = False
        """Whether anything was written."""
        self.trouble: StoreError | None = None
        """Why a state could not be kept in the history; None if all were."""

    def run(self) -> Config:
        """Make the change. Return the state that was written, or the present one if nothing had to change.

        Raises:
            ConfigConflict: another program kept undoing it for `CONFLICT_PATIENCE_SECONDS`.
            CodeMieError: whatever `edit` and `read` raise; nothing was changed.
            StoreError: it can't be written.
        """
        planned = plan(self._edit, self._precondition, self._read())
        if isinstance(planned, Config):
            return planned
        with self._lock() as lock:
            # Measured from here: foreign writes while we waited for the lock are not a conflict.
            deadline = time.monotonic() + CONFLICT_PATIENCE_SECONDS
            written = self._write(lock, planned, deadline, again=False)
        self.changed = isinstance(written, _Written)
        while isinstance(written, _Written):
            self._on_durable(written.config)
            if self._settle_seconds <= 0:
                return written.config
            if self._stays(written):
                self.settled = written.config.path, written.mark
                return written.config
            if time.monotonic() > deadline:
                raise _conflict(written.config.path, "undoing the change")
            with self._lock() as lock:
                if self._followed(lock, written):
                    return written.config
                written = self._write(lock, None, deadline, again=True)
        return written

    def _write(
        self, lock: StoreLock, planned: Planned | None, deadline: float, *, again: bool
    ) -> _Written | Config:
        """Make the planned change durable; plan it again if the file has changed."""
        tries = 0
        while True:
            if planned is not None:
                try:
                    return self._carry_out(lock, planned, hurried=tries > _PATIENT_TRIES)
                except TargetChanged:
                    tries += 1
                    if time.monotonic() > deadline:
                        raise _conflict(planned.config.path, "writing it") from None
                    time.sleep(_BUSY_PAUSE_SECONDS)
            following = self._plan_again() if again else plan(self._edit, self._precondition, self._read())
            if isinstance(following, Config):
                return following
            planned = following

    def _plan_again(self) -> Planned | Config:
        """Plan the change again after another program undid it, without checking the precondition."""
        return plan(self._edit, unconditional, self._read_again())

    def _carry_out(self, lock: StoreLock, planned: Planned, *, hurried: bool) -> _Written:
        """Replace the file that was read.

        Args:
            lock: held.
            planned: the change.
            hurried: sync after replacing the file, not before. If a program writes more often than this disk
                can sync, the file would never match what was read. That program's last state is not on the
                disk either, so a power cut loses nothing that was durable.
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
        )
        if hurried:
            self._make_durable(read.target, kept)
        mark = WriteMark.over(expected, WriteMark.of(lock.note()), version, now_ns=time.time_ns())
        lock.leave_note(mark.note)
        return _Written(planned.config, mark, self._keep_new(planned, version))

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
            )
        except StoreError as error:
            self.trouble = error
            return None

    def _stays(self, written: _Written) -> bool:
        """Watch the file for a while; return False as soon as it is not what we wrote.

        Meanwhile, the new state in the history is made durable.
        """
        contested = written.mark.contested
        seconds = self._settle_seconds * (CONTESTED_FACTOR if contested else 1)
        until = time.monotonic() + seconds
        if written.kept:
            self._history.make_durable(written.kept)
        looks = max(round(seconds / _LOOK_SECONDS), 1) if contested else 1
        for left in range(looks, 0, -1):
            time.sleep(max(until - time.monotonic(), 0) / left)
            if left > 1 and mark_of(written.config.path) not in (written.mark.mark, None):
                break
        return self._intact(written.config)

    def _followed(self, lock: StoreLock, written: _Written) -> bool:
        """Whether cooperating processes made the present state from ours.

        Then one of them may have undone our change on purpose, so it is not reapplied.
        """
        last = WriteMark.of(lock.note())
        now = mark_of(written.config.path)
        if last is None or now is None:
            return False
        return last.mark == now != written.mark.mark and last.lineage == written.mark.lineage


def _conflict(path: str, what: str) -> ConfigConflict:
    return ConfigConflict(
        path,
        f"another program has kept {what} for {CONFLICT_PATIENCE_SECONDS:g} seconds",
        advice="Close that program and try again.",
    )
