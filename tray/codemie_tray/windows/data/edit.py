"""The edit that saves the form of a profile: its new name and its fields, in one write."""

from __future__ import annotations

from collections.abc import Callable

from codemie_core import Config, ProfileNotFound
from codemie_core.config.edits import edits
from codemie_core.config.model.config import config_of
from codemie_core.files.json.document import JsonDocument
from codemie_core.profiles.making import Changes, merged


def edit_of(old: str, new: str, changes: Changes) -> Callable[[Config], JsonDocument]:
    """Return the edit that renames a profile and sets its fields, in one write."""

    def edit(config: Config) -> JsonDocument:
        renamed = config
        if old != new:
            document = edits.rename(config, old, new)
            renamed = config_of(document, path=config.path, layout=config.layout)
        try:
            fields = renamed.profile(new).fields
        except ProfileNotFound:
            return config.document  # another program removed it after us, and that wins
        return edits.save(renamed, new, merged(fields, changes))

    return edit


def can_edit(old: str, new: str) -> Callable[[Config], None]:
    """Return what raises if the profile is gone, or the new name can't be used."""

    def check(config: Config) -> None:
        config.profile(old)
        edits.check_rename(config, old, new)

    return check
