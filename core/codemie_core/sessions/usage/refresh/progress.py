"""Progress of a read, and its outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Progress:
    """Progress of a read. An exception from `report` ends it and leaves the index unchanged."""

    total_bytes: int = 0
    """Upper bound of what will be read."""
    done_bytes: int = 0
    report: Callable[[Progress], object] | None = None

    def advance(self, count: int) -> None:
        """Record that more bytes were read."""
        self.done_bytes += count
        if self.report is not None:
            self.report(self)


@dataclass(slots=True)
class Refreshed:
    """Outcome of a refresh."""

    read_files: int = 0
    read_bytes: int = 0
    unreadable: dict[str, str] = field(default_factory=dict)
    """Path -> reason; these files are not counted."""
