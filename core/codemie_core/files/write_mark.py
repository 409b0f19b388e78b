"""A note in the lock file: which state of the configuration the last cooperating process wrote.

Lets a writer tell a newer change by a cooperating process from an overwrite by a program that ignores the
lock.
"""

from __future__ import annotations

from dataclasses import dataclass

from codemie_core.files.atomic_file import FileVersion

RECENT_SECONDS = 2.0
"""A foreign write younger than this makes ours contested: that program may soon write again."""


@dataclass(frozen=True, slots=True)
class WriteMark:
    """One such state; the note holds the last one."""

    mark: str
    lineage: str
    """Id of the first of a run of writes with no foreign write in between."""
    contested: bool = False
    """Whether another program wrote the previous state only recently. Not part of the note."""

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
        """Parse a note; None if there is none, or it is not in our format."""
        parts = note.decode("ascii", "replace").split(" ")
        return cls(parts[0], parts[1]) if len(parts) == 2 else None

    @property
    def note(self) -> bytes:
        """The text in the lock file."""
        return f"{self.mark} {self.lineage}".encode("ascii")
