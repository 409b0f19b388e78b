"""Makes one change of the live configuration that lasts although the CLI takes no lock.

The edit is computed before the home's lock is taken. Under the lock, the file is only compared with what was
read, and replaced (`files/atomic_file`). The CLI may still overwrite it with a state that it read earlier. So
the file is watched for `SETTLE_SECONDS` after a change, longer if another program wrote just before, and the
edit is applied again if it was undone.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from codemie_core.config.commit.keeping import mark_of
from codemie_core.config.commit.plan import Edit, Planned, Precondition, plan, unconditional
from codemie_core.config.commit.replacement import Replacement, Written
from codemie_core.config.history import History
from codemie_core.config.model.config import Config
from codemie_core.config.reader import Read, is_intact
from codemie_core.errors import ConfigConflict, StoreError
from codemie_core.files.atomic_file import HeldFile, TargetChanged
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
        intact: tells whether the file is exactly as we wrote it; gets the file in which we wrote it.
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
        intact: Callable[[Config, HeldFile], bool] = is_intact,
        on_durable: Callable[[Config], None] = lambda _config: None,
    ) -> None:
        self._edit = edit
        self._precondition = precondition
        self._read = read
        self._read_again = read_again
        self._history = history
        self._lock = lock
        self._replacement = Replacement(history, must_keep=must_keep)
        self._settle_seconds = settle_seconds
        self._intact = intact
        self._on_durable = on_durable
        self.settled: tuple[str, WriteMark] | None = None
        """Path and mark of the written state if it was still intact after `settle_seconds`."""
        self.changed = False
        """Whether anything was written."""

    @property
    def trouble(self) -> StoreError | None:
        """Why a state could not be kept in the history; None if all were."""
        return self._replacement.trouble

    def run(self) -> Config:
        """Make the change. Return the state that was written, or the present one if nothing had to change.

        Raises:
            ConfigConflict: another program kept undoing it for `CONFLICT_PATIENCE_SECONDS`.
            CodeMieError: whatever `edit` and `read` raise; nothing was changed.
            StoreError: it can't be written.
        """
        with self._replacement.held:
            return self._run()

    def _run(self) -> Config:
        planned = plan(self._edit, self._precondition, self._read())
        if isinstance(planned, Config):
            return planned
        with self._lock() as lock:
            # Measured from here: foreign writes while we waited for the lock are not a conflict.
            deadline = time.monotonic() + CONFLICT_PATIENCE_SECONDS
            written = self._write(lock, planned, deadline, again=False)
        self.changed = isinstance(written, Written)
        while isinstance(written, Written):
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
    ) -> Written | Config:
        """Make the planned change durable; plan it again if the file has changed."""
        tries = 0
        while True:
            if planned is not None:
                try:
                    return self._replacement.write(lock, planned, hurried=tries > _PATIENT_TRIES)
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

    def _stays(self, written: Written) -> bool:
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
        return self._intact(written.config, self._replacement.held)

    def _followed(self, lock: StoreLock, written: Written) -> bool:
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
