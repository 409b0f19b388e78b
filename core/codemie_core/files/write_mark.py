"""Which state of the configuration a process that takes the lock wrote: a note in the lock file.

Lets a writer tell a newer change by a cooperating process from an overwrite by a program that ignores the
lock.
"""

from __future__ import annotations

from dataclasses import dataclass

from codemie_core.files.atomic_file import FileVersion

RECENT_SECONDS = 2.0
"""What another program wrote within it is contested: it may well be at it again."""


@dataclass(frozen=True, slots=True)
class WriteMark:
    """One of them; the last one is noted."""

    mark: str
    lineage: str
    """Id of the first of a run of writes with no foreign write in between."""
    contested: bool = False
    """Another program wrote the state before, not long ago. Not in the note."""

    @classmethod
    def over(
        cls, read: FileVersion | None, last: WriteMark | None, version: FileVersion, *, now_ns: int
    ) -> WriteMark:
        """Return the note for `version`, which was made from the state `read`."""
        if read is not None and last is not None and last.mark == read.mark:
            return cls(version.mark, last.lineage)
        contested = read is not None and abs(now_ns - read.mtime_ns) < RECENT_SECONDS * 1e9
        return cls(version.mark, version.mark, contested)

    @classmethod
    def of(cls, note: bytes) -> WriteMark | None:
        """Read a note back; None where there is none that we understand."""
        parts = note.decode("ascii", "replace").split(" ")
        return cls(parts[0], parts[1]) if len(parts) == 2 else None

    @property
    def note(self) -> bytes:
        """How it stands in the lock file."""
        return f"{self.mark} {self.lineage}".encode("ascii")
