"""What a cleaning did or would do, and how it is watched while it runs."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field

Progress = Callable[[int, int], bool]
"""Told how many of how many files are dealt with, every so often; returns False to stop."""

NAMED_FAILURES = 20
"""Of more, only the number is kept: a read-only disk refuses them all with the same words."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One file that could not be removed."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Cleanup:
    """Numbers of one cleaning. Those of a dry run are what the run then has."""

    files: int = 0
    """Removed; in a dry run: that would be."""
    size_bytes: int = 0
    """Their lengths together."""
    sessions: int = 0
    """Sessions whose files all went; 0 where only logs were cleaned."""
    failures: tuple[Failure, ...] = ()
    """The first `NAMED_FAILURES` of them."""
    failed: int = 0
    """How many could not be removed."""
    stopped: bool = False
    """The person stopped it, or it was told to."""
    dry_run: bool = False
    held: str | None = None
    """Why nothing was removed although something is old (see `clock_guard`); None: nothing was held back."""
    next_expiry_seconds: float | None = None
    """Wall time from which one more log is old; None: no log is there that could be."""
    unnoted: Failure | None = None
    """Why the time of this cleaning could not be noted for `clock_guard`; None: it was, or need not be."""
    unrecognized: str | None = None
    """A folder with something old in it that is no CodeMie home by any sign (see `home_signs`): nothing was
    removed. None: it is one."""

    def __add__(self, other: Cleanup) -> Cleanup:
        """Return both as one."""
        expiries = [t for t in (self.next_expiry_seconds, other.next_expiry_seconds) if t is not None]
        return Cleanup(
            self.files + other.files,
            self.size_bytes + other.size_bytes,
            self.sessions + other.sessions,
            (self.failures + other.failures)[:NAMED_FAILURES],
            self.failed + other.failed,
            self.stopped or other.stopped,
            self.dry_run or other.dry_run,
            self.held or other.held,
            min(expiries, default=None),
            self.unnoted or other.unnoted,
            self.unrecognized or other.unrecognized,
        )


@dataclass(slots=True)
class Tally:
    """Adds up a cleaning while it runs."""

    folder: str
    """For the messages only."""
    files: int = 0
    size_bytes: int = 0
    sessions: int = 0
    failed: int = 0
    stopped: bool = False
    failures: list[Failure] = field(default_factory=list)

    def refused(self, name: str, error: OSError) -> None:
        """Note a file that could not be removed."""
        self.failed += 1
        if len(self.failures) < NAMED_FAILURES:
            reason = os.strerror(error.errno) if error.errno else str(error)
            self.failures.append(Failure(os.path.join(self.folder, name), reason))

    def result(self, *, dry_run: bool, next_expiry_seconds: float | None = None) -> Cleanup:
        """Return the sum."""
        return Cleanup(
            self.files,
            self.size_bytes,
            self.sessions,
            tuple(self.failures),
            self.failed,
            self.stopped,
            dry_run,
            None,
            next_expiry_seconds,
        )
