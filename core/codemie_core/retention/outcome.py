"""The result of a cleanup or of a dry run, and its progress."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field

Progress = Callable[[int, int], bool]
"""Called from time to time with the number of files done and the total; returns False to stop."""

NAMED_FAILURES = 20
"""Further failures are only counted: a read-only disk refuses every file with the same error."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One file that could not be removed."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Cleanup:
    """Numbers of one cleanup. A dry run yields those of the real run."""

    files: int = 0
    """Files removed, or that a dry run would remove."""
    size_bytes: int = 0
    """Total length of these files."""
    sessions: int = 0
    """Sessions removed completely; 0 if only logs were cleaned."""
    failures: tuple[Failure, ...] = ()
    """The first `NAMED_FAILURES` of them."""
    failed: int = 0
    """How many could not be removed."""
    stopped: bool = False
    """The user or the program stopped it."""
    dry_run: bool = False
    held: str | None = None
    """Why nothing was removed although something is old (see `clock_guard`); None if not held back."""
    next_expiry_seconds: float | None = None
    """Wall time at which the next log becomes old; None if there is no such log."""
    unnoted: Failure | None = None
    """Why `clock_guard` could not record this cleanup; None if it did, or did not need to."""
    unrecognized: str | None = None
    """A folder with old files but no sign of a CodeMie home (see `home_signs`), so nothing was
    removed. None if it has such a sign."""

    def __add__(self, other: Cleanup) -> Cleanup:
        """Return both added up."""
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
    """Adds up a cleanup while it runs."""

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
