"""Edits of a configuration. Each is a pure function that returns a new document, or the same one.

Edits are idempotent: each establishes a condition, and returns the given document if the condition already
holds. `ConfigLoader` applies an edit again if another program, which ignores the lock, has overwritten the
result with an older state. Conditions that must hold only before the first time, such as that a new name is
free, are checked by separate functions (`check_rename`, ...), which raise and change nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from codemie_core.config.edits.document_profiles import (
    check_form,
    check_free,
    differing,
    existing_profile,
    profile_to_copy,
    profiles_of,
    with_active,
    with_fields,
    with_own_name,
    with_profiles,
)
from codemie_core.config.model.config import Config
from codemie_core.config.model.profile import check_name
from codemie_core.config.model.typed_name import meant_by
from codemie_core.errors import ProfileExists, ProfileInvalid
from codemie_core.files.json.document import (
    JsonDocument,
    JsonSyntaxError,
    JsonValue,
    Kind,
    Splice,
)
from codemie_core.files.json.value import JsonInput, plain_json

SUCCESSOR_OF_NONE = "default"
"""`activeProfile` after the last profile was removed: the CLI discards a file in which it is empty."""


def switch(config: Config, name: str) -> JsonDocument:
    """Make `name` the active profile: the bytes of one JSON string change.

    Raises:
        ProfileNotFound: no such profile.
        ProfileInvalid: it exists but can't be used.
    """
    profile = config.profile(name)
    if config.single_provider:
        return config.document  # it is the only one, and active
    if profile.problem:
        raise ProfileInvalid(name, f"{name!r} can't be used: {profile.problem}.")
    if config.active == name:
        return config.document
    return with_active(config.document, name)


def save(config: Config, name: str, fields: Mapping[str, JsonInput]) -> JsonDocument:
    """Set fields of a profile; it is added if it does not exist.

    A field whose value is None is removed. Fields that are not named, or already have the value, keep their
    bytes. If no profile is active, a new one becomes active.

    Raises:
        ProfileInvalid: the name is not valid for a new profile, or JSON has no form for a value.
        ConfigOldForm: the configuration has the form of a single provider.
    """
    try:
        return _save(config, name, {key: plain_json(value) for key, value in fields.items()})
    except (ValueError, TypeError, RecursionError, JsonSyntaxError):
        # NaN, an infinity, a Python object, or nesting deeper than a document may have.
        raise ProfileInvalid(name, f"A field of {name!r} can't be written as JSON.") from None


def check_add(config: Config, name: str) -> None:
    """Check that a name is free.

    Raises:
        ProfileExists: a profile has this name, or one that looks the same.
    """
    there = meant_by(name, [profile.name for profile in config.profiles])
    if there is not None:
        raise ProfileExists(there, f"There is already a profile named {there!r}.")


def add(config: Config, name: str, fields: Mapping[str, JsonInput]) -> JsonDocument:
    """Add a profile; an existing one with this name is left unchanged.

    Raises:
        ProfileInvalid, ConfigOldForm: as `save`.
    """
    if meant_by(name, [profile.name for profile in config.profiles]) is not None:
        return config.document
    return save(config, name, fields)


def save_all(config: Config, profiles: Mapping[str, Mapping[str, JsonValue]]) -> JsonDocument:
    """Set fields of several profiles at once; those that do not exist are added, in this order.

    Args:
        config: the state to change.
        profiles: names, each with the fields to set; none of their values is None. Other fields keep their
            bytes.

    Raises:
        ProfileInvalid: a name is not valid, or a profile is not an object.
        ConfigOldForm: the configuration has the form of a single provider.
    """
    check_form(config)
    document, node = with_profiles(config.document)
    standing = {member.key: member.value for member in node.effective()}
    added: dict[str, str] = {}
    splices: list[Splice] = []
    for name, fields in profiles.items():
        there = standing.get(name)
        if there is None:
            check_name(name)
            own_name: dict[str, JsonValue] = {"name": name} if config.layout.names_profiles else {}
            added[name] = document.encode({**fields, **own_name}, node)
        elif there.kind is Kind.OBJECT:
            splices += document.setting(there, differing(document, there, fields))
        else:
            raise ProfileInvalid(name, f"{name!r} can't be changed: {config.profile(name).problem}.")
    if not added and not splices:
        return config.document
    document = document.spliced([*splices, *document.setting(node, added)])
    first = next(iter(added), None)
    return document if first is None or config.active_profile else with_active(document, first)


def _save(config: Config, name: str, fields: Mapping[str, JsonValue]) -> JsonDocument:
    check_form(config)
    document = config.document
    profiles = profiles_of(document)
    member = profiles.find(name) if profiles else None
    if member is None or member.value.kind is not Kind.OBJECT:
        check_name(name)
        content: dict[str, JsonValue] = {key: value for key, value in fields.items() if value is not None}
        if config.layout.names_profiles:
            content["name"] = name
        document, profiles = with_profiles(document)
        document = document.set_key(profiles, name, document.encode(content, profiles))
        return with_active(document, name) if config.active_profile is None else document
    return with_fields(document, name, fields)


def check_delete(config: Config, name: str) -> None:
    """Check that a profile can be removed.

    Raises:
        ProfileNotFound: no such profile.
        ConfigOldForm: the configuration has the form of a single provider.
    """
    check_form(config)
    existing_profile(config.document, name)


def delete(config: Config, name: str) -> JsonDocument:
    """Remove a profile. If it was active, the first usable profile left becomes active.

    Raises:
        ConfigOldForm: the configuration has the form of a single provider.
    """
    check_form(config)
    document = config.document
    profiles = profiles_of(document)
    if profiles is None or profiles.find(name) is None:
        return document
    document = document.remove_key(profiles, name)
    if config.active == name:
        left = (profile.name for profile in config.profiles if profile.name != name and not profile.problem)
        document = with_active(document, next(left, SUCCESSOR_OF_NONE))
    return document


def check_rename(config: Config, old: str, new: str) -> None:
    """Check that a profile can be renamed.

    Raises:
        ProfileNotFound: there is no `old`.
        ProfileExists: there is a `new` already.
        ProfileInvalid: `new` can't be a profile's name.
        ConfigOldForm: the configuration has the form of a single provider.
    """
    check_form(config)
    existing_profile(config.document, old)
    if old != new:
        check_free(config.document, new)


def rename(config: Config, old: str, new: str) -> JsonDocument:
    """Rename a profile in its place in the file; if it was active, it stays active.

    If both exist, another program brought `old` back, and it is removed.

    Raises:
        ConfigOldForm: the configuration has the form of a single provider.
    """
    check_form(config)
    document = config.document
    profiles = profiles_of(document)
    if old == new or profiles is None or profiles.find(old) is None:
        return document
    if profiles.find(new) is not None:
        document = document.remove_key(profiles, old)
    else:
        document = with_own_name(document.rename_key(profiles, old, new), new)
    return with_active(document, new) if config.active == old else document


def check_duplicate(config: Config, name: str, copy: str) -> None:
    """Check that a profile can be copied.

    Raises:
        ProfileNotFound: there is no `name`.
        ProfileExists: there is a `copy` already.
        ProfileInvalid: `copy` can't be a profile's name, or `name` is broken.
        ConfigOldForm: the configuration has the form of a single provider.
    """
    check_form(config)
    profile_to_copy(config, name)
    check_free(config.document, copy)


def duplicate(config: Config, name: str, copy: str) -> JsonDocument:
    """Add a profile `copy` with all the fields of `name`, including its token, spelled the same.

    Raises:
        ProfileNotFound: there is neither `name` nor `copy`.
        ProfileInvalid: `name` is broken.
        ConfigOldForm: the configuration has the form of a single provider.
    """
    check_form(config)
    document = config.document
    profiles = profiles_of(document)
    if profiles is not None and profiles.find(copy) is not None:
        return document
    profiles, source = profile_to_copy(config, name)
    return with_own_name(document.set_key(profiles, copy, document.raw(source)), copy)
