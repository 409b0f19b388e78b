"""Adds profiles that came in a file to the configuration, all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from codemie_core.config.edits import edits
from codemie_core.config.model.config import Config
from codemie_core.config.model.profile import Profile
from codemie_core.config.model.typed_name import meant_by
from codemie_core.config.store import ConfigLoader
from codemie_core.errors import ProfileExists, ProfileInvalid
from codemie_core.files.json.document import JsonDocument
from codemie_core.profiles.checks import shown_origins
from codemie_core.profiles.tokens.origin import origins_of
from codemie_core.profiles.transfer.portable import Portable

_NAMED = 10
"""Maximum number of profiles that an error names."""


class Fate(Enum):
    """What an import does with a profile."""

    ADD = "add"
    SAME = "same"
    REPLACE = "replace"
    """A different profile with this name exists."""


class Existing(Enum):
    """What an import does if a different profile has the same name."""

    REFUSE = "refuse"
    REPLACE = "replace"
    SKIP = "skip"


def fate_of(one: Portable, config: Config | None) -> Fate:
    """Return what an import would do with a profile.

    Raises:
        ProfileInvalid: the existing profile has a token in clear text, which would be sent to another
            address.
    """
    profiles = config.profiles if config else ()
    present = next((profile for profile in profiles if profile.name == one.name), None)
    if present is None:
        return Fate.ADD
    if all(present.fields.get(key) == value for key, value in one.fields.items()):
        return Fate.SAME
    new = Profile(one.name, {**present.fields, **one.fields})
    if present.has_secret and set(origins_of(new)) - set(origins_of(present)):
        raise ProfileInvalid(
            one.name,
            f"{one.name!r} has a token in the configuration, and the import would send it to "
            f"{', '.join(shown_origins(new))}. Move it into the store: codemie-tray credentials move-in",
        )
    return Fate.REPLACE


def planned(profiles: Sequence[Portable], config: Config | None, existing: Existing) -> dict[str, Fate]:
    """Return what an import does with each profile.

    Raises:
        ProfileExists: a different profile has this name, or one that looks the same.
        ProfileInvalid: as `fate_of`.
    """
    fates = {one.name: fate_of(one, config) for one in profiles}
    in_the_way = [name for name, fate in fates.items() if fate is Fate.REPLACE]
    if in_the_way and existing is Existing.REFUSE:
        more = len(in_the_way) - _NAMED
        which = ", ".join(map(repr, in_the_way[:_NAMED])) + (f" and {more} more" if more > 0 else "")
        raise ProfileExists(
            in_the_way[0], f"Different profiles with this name exist: {which}. Nothing was changed."
        )
    if existing is Existing.SKIP:
        fates |= dict.fromkeys(in_the_way, Fate.SAME)
    taken = [profile.name for profile in config.profiles] if config else []
    for name in (name for name, fate in fates.items() if fate is Fate.ADD):
        if there := meant_by(name, taken):
            raise ProfileExists(there, f"There is already a profile named {there!r}. Nothing was changed.")
        if not name.isascii():
            taken.append(name)
    return fates


def import_profiles(
    loader: ConfigLoader, profiles: Sequence[Portable], existing: Existing
) -> dict[str, Fate]:
    """Write profiles into the configuration, all or none; returns what was done with each.

    If the home has no configuration, this creates it.

    Raises:
        ProfileExists, ProfileInvalid: as `planned`; nothing was changed.
        ConfigError, StoreError: as `ConfigLoader.switch_profile`.
    """
    fates: dict[str, Fate] = {}
    if not profiles:
        return fates

    def plan(config: Config) -> None:
        fates.update(planned(profiles, config, existing))

    def edit(config: Config) -> JsonDocument:
        # This runs again if another program undid it; keep what that program added or removed.
        names = [profile.name for profile in config.profiles]
        changes = {
            one.name: one.fields
            for one in profiles
            if (fates[one.name] is Fate.ADD and meant_by(one.name, names) is None)
            or (fates[one.name] is Fate.REPLACE and fate_of(one, config) is Fate.REPLACE)
        }
        return edits.save_all(config, changes) if changes else config.document

    loader.rewrite(edit, precondition=plan, may_begin=True)
    loader.forget(name for name, fate in fates.items() if fate is Fate.ADD)
    return fates
