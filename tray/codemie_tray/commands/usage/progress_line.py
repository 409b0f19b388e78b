"""The progress of a long count, on a terminal."""

from __future__ import annotations

import sys
import time

from codemie_core.sessions.usage import Progress
from codemie_tray.text.amounts import short_count

_PROGRESS_SECONDS = 0.5
"""A shorter read shows no progress."""
_REDRAW_SECONDS = 0.1


class ProgressLine:
    """Shows the progress of a long read on one line of the terminal, and clears it."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._drawn = 0.0
        self._shown = sys.stderr is not None and sys.stderr.isatty()

    def report(self, progress: Progress) -> None:
        """Draw it, unless it was drawn a moment ago."""
        now = time.monotonic()
        if not self._shown or now - self._begun < _PROGRESS_SECONDS or now - self._drawn < _REDRAW_SECONDS:
            return
        self._drawn = now
        percent = min(100, 100 * progress.done_bytes // max(1, progress.total_bytes))
        sys.stderr.write(f"\rReading the sessions: {percent}% of {short_count(progress.total_bytes)}B ")
        sys.stderr.flush()

    def clear(self) -> None:
        """Leave an empty line."""
        if self._drawn:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
