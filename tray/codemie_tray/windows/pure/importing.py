"""What importing a file of profiles would do, as the rows of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from codemie_core.profiles.portable import Fate, Portable
from codemie_tray.text.amounts import plural
from codemie_tray.text.plain_text import plain

COLUMNS = ("Profile", "What happens")
_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do, in the order of the file."""

    path: str
    profiles: tuple[Portable, ...]
    fates: Mapping[str, Fate]
    """By name. `REPLACE`: a different profile with this name exists."""

    def names(self, fate: Fate) -> list[str]:
        """Return the profiles of one fate."""
        return [one.name for one in self.profiles if self.fates[one.name] is fate]


def question_of(plan: Plan) -> str:
    """Return the heading."""
    return f"Import {plural(len(plan.profiles), 'profile')}?" if plan.profiles else "The file has no profiles"


def import_rows(plan: Plan, *, replace: bool) -> tuple[tuple[str, str], ...]:
    """Return a row per profile of the file: its name, and what happens to it.

    Args:
        plan: what the import would do.
        replace: whether profiles that exist are changed, too.
    """
    words = {
        Fate.ADD: "is added",
        Fate.SAME: "exists already, and is the same",
        Fate.REPLACE: "is changed" if replace else "exists already, and is left as it is",
    }
    return tuple((plain(one.name, _LIMIT), words[plan.fates[one.name]]) for one in plan.profiles)
