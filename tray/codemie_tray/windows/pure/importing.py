"""What importing a file of profiles would do, as the rows of a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from codemie_core.profiles.transfer.importing import Fate
from codemie_core.profiles.transfer.portable import Portable
from codemie_tray.text.language import _, ngettext
from codemie_tray.text.language.formats import number
from codemie_tray.text.plain_text import plain

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
    count = len(plan.profiles)
    if not count:
        return _("The file has no profiles")
    return ngettext("Import {count} profile?", "Import {count} profiles?", count).format(count=number(count))


def columns() -> tuple[str, str]:
    """Return the headings of the table."""
    return _("Profile"), _("What happens")


def import_rows(plan: Plan, *, replace: bool) -> tuple[tuple[str, str], ...]:
    """Return a row per profile of the file: its name, and what happens to it.

    Args:
        plan: what the import would do.
        replace: whether profiles that exist are changed, too.
    """
    words = {
        Fate.ADD: _("is added"),
        Fate.SAME: _("exists already, and is the same"),
        Fate.REPLACE: _("is changed") if replace else _("exists already, and is left as it is"),
    }
    return tuple((plain(one.name, _LIMIT), words[plan.fates[one.name]]) for one in plan.profiles)
