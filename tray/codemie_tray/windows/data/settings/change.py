"""The result of a change made by the Settings window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from codemie_core import CodeMieError
from codemie_tray.text.language import _


@dataclass(frozen=True, slots=True)
class Change:
    """What was done, and how to undo it."""

    sentence: str
    undo: Callable[[], Change] | None = None
    """Undoes it; runs where the change ran. None if it can't be undone, or there is nothing to undo."""


class ChangedSince(CodeMieError):
    """Another program changed the same thing since, so it is not undone."""


UNDONE = Change(_("Undone."))
