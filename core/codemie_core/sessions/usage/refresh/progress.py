"""How far a reading is, and what it came to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Progress:
    """Says how far the reading is. What `report` raises ends it, and leaves the index as it was before."""

    total_bytes: int = 0
    """At most so much will be read."""
    done_bytes: int = 0
    report: Callable[[Progress], object] | None = None

    def advance(self, count: int) -> None:
        """Say that more was read."""
        self.done_bytes += count
        if self.report is not None:
            self.report(self)


@dataclass(slots=True)
class Refreshed:
    """What a look at the files came to."""

    read_files: int = 0
    read_bytes: int = 0
    unreadable: dict[str, str] = field(default_factory=dict)
    """Path -> why; such a file counts nothing."""
