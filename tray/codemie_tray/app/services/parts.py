"""Starts and ends the parts of the tray separately, so that one failure does not stop the others."""

from __future__ import annotations

import logging
from collections.abc import Callable

from codemie_tray.text.language import _, english

LOG = logging.getLogger(__name__)


class Parts:
    """What was started, and what could not be started.

    Used on one thread at a time.
    """

    def __init__(self) -> None:
        self._failed: dict[str, str] = {}

    @property
    def notes(self) -> tuple[str, ...]:
        """Messages for the user: one sentence per part that does not work."""
        return tuple(self._failed.values())

    def run(self, name: str, work: Callable[[], None]) -> bool:
        """Start or end a part; returns whether that worked.

        Args:
            name: what does not work if it fails, in the user's words: `Today's usage`.
            work: does it.
        """
        try:
            work()
        except Exception as error:  # the edge of this part: the others continue
            reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
            note = _("{part} does not work: {reason}").format(part=name, reason=reason)
            if self._failed.get(name) != note:
                LOG.exception("%s", english(note))
            self._failed[name] = note
            return False
        return True
