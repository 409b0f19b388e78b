"""What a migration is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from codemie_core.config.migrations.step import Step, applied
from codemie_core.files.json.document import JsonDocument


def _never(_document: JsonDocument) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the classic layout, up and down. Once released it never changes.

    A step may be a plain function that gets the configuration as a dictionary and returns it, changed.
    """

    version: int
    """Which version `up` reaches; the first is 1."""
    description: str
    """For a person, in one line."""
    up: Step
    down: Step
    """Back to the version before; what that can't hold otherwise stays as it is."""
    undone_exactly: Callable[[JsonDocument], bool] = _never
    """Of which configurations it claims that `down(up(x))` is `x`, value for value."""
    lasting: bool = False
    """What it brings about is to hold from then on: it is applied again where another program undid it."""
    superseded_by: int | None = None
    """Left out on the way up to this version or beyond it."""

    def upgraded(self, document: JsonDocument) -> JsonDocument:
        """Return the next version of a configuration."""
        return applied(self.up, document)

    def downgraded(self, document: JsonDocument) -> JsonDocument:
        """Return the version before of a configuration."""
        return applied(self.down, document)
