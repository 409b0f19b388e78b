"""The definition of a migration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from codemie_core.config.migrations.step import Step, applied
from codemie_core.files.json.document import JsonDocument


def _never(_document: JsonDocument) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the classic layout, up and down. It never changes once it is released.

    A step may be a plain function that takes the configuration as a dictionary and returns the changed one.
    """

    version: int
    """The version that `up` leads to; the first is 1."""
    description: str
    """A one-line description for users."""
    up: Step
    down: Step
    """Back to the previous version; leaves alone what that version can't express differently."""
    undone_exactly: Callable[[JsonDocument], bool] = _never
    """Whether `down(up(x))` is guaranteed to equal `x`, value for value."""
    lasting: bool = False
    """Its effect must last, so it is applied again if another program undid it."""
    superseded_by: int | None = None
    """It is skipped when migrating up to this version or a later one."""

    def upgraded(self, document: JsonDocument) -> JsonDocument:
        """Return a configuration migrated up by this step."""
        return applied(self.up, document)

    def downgraded(self, document: JsonDocument) -> JsonDocument:
        """Return a configuration migrated down by this step."""
        return applied(self.down, document)
