"""Edits of a configuration, each a pure function: a state in, a new document out (or the same one).

Each says what is to be true and can be applied repeatedly: where that is true already, it returns the
document it was given. `ConfigLoader` applies an edit again when another program, which ignores the lock, has
overwritten the result with an older state. What must be true only before the first time, such as that a new
name is free, is checked by a function of its own (`check_rename`, ...), which raises and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from codemie_core.config.model.config import Config
from codemie_core.config.model.layout import CLASSIC
from codemie_core.config.model.profile import check_name
from codemie_core.config.model.single_provider import NAME as SINGLE
from codemie_core.config.model.typed_name import meant_by
from codemie_core.errors import ConfigOldForm, ProfileExists, ProfileInvalid, ProfileNotFound
from codemie_core.files.json.document import (
    JsonDocument,
    JsonSyntaxError,
    JsonValue,
    Kind,
    Node,
    Splice,
    encode_string,
    removing,
)
from codemie_core.files.json.value import JsonInput, plain_json, same_value

TokenChanges = Mapping[tuple[str, tuple[str, ...]], tuple[str, str]]
"""(profile, path of the field) to (the text it holds, the text it is to hold)."""

SUCCESSOR_OF_NONE = "default"
"""`activeProfile` once the last profile is gone: the CLI throws away a file in which it is empty."""


def switch(config: Config, name: str) -> JsonDocument:
    """Make `name` the active profile: the bytes of one JSON string change.

    Raises:
        ProfileNotFound: no such profile.
        ProfileInvalid: it is there and can't be used.
    """
    profile = config.profile(name)
    if config.single_provider:
        return config.document  # it is the only one, and active
    if profile.problem:
        raise ProfileInvalid(name, f"{name!r} can't be used: {profile.problem}.")
    if config.active == name:
        return config.document
    return _set_active(config.document, name)


def save(config: Config, name: str, fields: Mapping[str, JsonInput]) -> JsonDocument:
    """Set fields of a profile, which is added where it is not there.

    A field whose value is None is removed; fields that are not named keep their bytes, and so do those that
    have the value already. Where no profile is active, a new one becomes it.

    Raises:
        ProfileInvalid: a new name that can't be a profile's, or a value that JSON can't hold.
        ConfigOldForm: the configuration has the form of a single provider.
    """
    try:
        return _save(config, name, {key: plain_json(value) for key, value in fields.items()})
    except (ValueError, TypeError, RecursionError, JsonSyntaxError):
        # NaN, an infinity, a Python object, or nesting deeper than a document may have.
        raise ProfileInvalid(name, f"A field of {name!r} can't be written as JSON.") from None


def check_add(config: Config, name: str) -> None:
    """See that a name is free.

    Raises:
        ProfileExists: there is a profile of this name, or of one that looks the same.
    """
    there = meant_by(name, [profile.name for profile in config.profiles])
    if there is not None:
        raise ProfileExists(there, f"There is already a profile named {there!r}.")


def add(config: Config, name: str, fields: Mapping[str, JsonInput]) -> JsonDocument:
    """Add a profile; one that has the name already is left as it is.

    Raises:
        ProfileInvalid, ConfigOldForm: as `save`.
    """
    if meant_by(name, [profile.name for profile in config.profiles]) is not None:
        return config.document
    return save(config, name, fields)


def _save(config: Config, name: str, fields: Mapping[str, JsonValue]) -> JsonDocument:
    _check_form(config)
    document = config.document
    profiles = _profiles(document)
    member = profiles.find(name) if profiles else None
    if member is None or member.value.kind is not Kind.OBJECT:
        check_name(name)
        content: dict[str, JsonValue] = {key: value for key, value in fields.items() if value is not None}
        if config.layout.names_profiles:
            content["name"] = name
        document, profiles = _with_profiles(document)
        document = document.set_key(profiles, name, document.encode(content, profiles))
        return _set_active(document, name) if config.active_profile is None else document
    return _with_fields(document, name, fields)


def check_delete(config: Config, name: str) -> None:
    """Check that a profile can be removed.

    Raises:
        ProfileNotFound: no such profile.
        ConfigOldForm: the configuration has the form of a single provider.
    """
    _check_form(config)
    _existing(config.document, name)


def delete(config: Config, name: str) -> JsonDocument:
    """Remove a profile. If it was active, the first usable profile left becomes active.

    Raises:
        ConfigOldForm: the configuration has the form of a single provider.
    """
    _check_form(config)
    document = config.document
    profiles = _profiles(document)
    if profiles is None or profiles.find(name) is None:
        return document
    document = document.remove_key(profiles, name)
    if config.active == name:
        left = (profile.name for profile in config.profiles if profile.name != name and not profile.problem)
        document = _set_active(document, next(left, SUCCESSOR_OF_NONE))
    return document


def check_rename(config: Config, old: str, new: str) -> None:
    """Check that a profile can get another name.

    Raises:
        ProfileNotFound: there is no `old`.
        ProfileExists: there is a `new` already.
        ProfileInvalid: `new` can't be a profile's name.
        ConfigOldForm: the configuration has the form of a single provider.
    """
    _check_form(config)
    _existing(config.document, old)
    if old != new:
        _check_free(config.document, new)


def rename(config: Config, old: str, new: str) -> JsonDocument:
    """Give a profile another name, in its place in the file; if it was active, it stays active.

    Where both exist, `old` is what another program brought back: it is removed.

    Raises:
        ConfigOldForm: the configuration has the form of a single provider.
    """
    _check_form(config)
    document = config.document
    profiles = _profiles(document)
    if old == new or profiles is None or profiles.find(old) is None:
        return document
    if profiles.find(new) is not None:
        document = document.remove_key(profiles, old)
    else:
        document = _named(document.rename_key(profiles, old, new), new)
    return _set_active(document, new) if config.active == old else document


def check_duplicate(config: Config, name: str, copy: str) -> None:
    """Check that a profile can be copied.

    Raises:
        ProfileNotFound: there is no `name`.
        ProfileExists: there is a `copy` already.
        ProfileInvalid: `copy` can't be a profile's name, or `name` is broken.
        ConfigOldForm: the configuration has the form of a single provider.
    """
    _check_form(config)
    _source(config, name)
    _check_free(config.document, copy)


def duplicate(config: Config, name: str, copy: str) -> JsonDocument:
    """Add a profile `copy` with all the fields of `name`, including its token, spelled the same.

    Raises:
        ProfileNotFound: there is neither `name` nor `copy`.
        ProfileInvalid: `name` is broken.
        ConfigOldForm: the configuration has the form of a single provider.
    """
    _check_form(config)
    document = config.document
    profiles = _profiles(document)
    if profiles is not None and profiles.find(copy) is not None:
        return document
    profiles, source = _source(config, name)
    return _named(document.set_key(profiles, copy, document.raw(source)), copy)


def set_tokens(config: Config, changes: TokenChanges) -> JsonDocument:
    """Replace tokens by references or the reverse, each where its field still holds the old text.

    Where a key stands twice, both are changed: a token that no reader sees must not stay behind either.
    """
    document = config.document
    standing: dict[str, list[Node]] = {SINGLE: [document.root]} if config.single_provider else {}
    if profiles := _profiles(document):
        for member in profiles.members:
            standing.setdefault(member.key, []).append(member.value)
    splices: list[Splice] = []
    for (profile, field_path), (old, new) in changes.items():
        nodes = standing.get(profile, [])
        for key in field_path:
            nodes = [member.value for node in nodes for member in node.members if member.key == key]
        raw = encode_string(new)
        splices += [(node.start, node.end, raw) for node in nodes if document.value(node) == old]
    return document.spliced(splices)


def _check_form(config: Config) -> None:
    if not config.single_provider:
        return
    raise ConfigOldForm(
        config.path,
        "uses the old single-provider format, without profiles; nothing was changed",
        advice="Run `codemie-tray migrate up` to turn it into a profile."
        if config.layout is CLASSIC
        else "Run `codemie setup` to turn it into a profile.",
    )


def _existing(document: JsonDocument, name: str) -> tuple[Node, Node]:
    """Return the profiles, and the one of this name; raises `ProfileNotFound`."""
    profiles = _profiles(document)
    member = profiles.find(name) if profiles else None
    if profiles is None or member is None:
        raise ProfileNotFound(name, f"There is no profile named {name!r}.")
    return profiles, member.value


def _source(config: Config, name: str) -> tuple[Node, Node]:
    """Return the profiles, and the one to copy; raises `ProfileNotFound` or `ProfileInvalid`."""
    profiles, source = _existing(config.document, name)
    if source.kind is not Kind.OBJECT:
        raise ProfileInvalid(name, f"{name!r} can't be copied: {config.profile(name).problem}.")
    return profiles, source


def _check_free(document: JsonDocument, name: str) -> None:
    """Check that a new profile can have this name; raises `ProfileInvalid` or `ProfileExists`."""
    check_name(name)
    profiles = _profiles(document)
    if profiles is not None and profiles.find(name) is not None:
        raise ProfileExists(name, f"There is already a profile named {name!r}.")


def _profiles(document: JsonDocument) -> Node | None:
    member = document.root.find("profiles")
    return member.value if member else None


def _with_profiles(document: JsonDocument) -> tuple[JsonDocument, Node]:
    profiles = _profiles(document)
    if profiles is None:
        document = document.set_key(document.root, "profiles", "{}")
        profiles = _profiles(document)
    assert profiles is not None  # noqa: S101 - for the type checker: it was set just now
    return document, profiles


def _set_active(document: JsonDocument, name: str) -> JsonDocument:
    profiles = _profiles(document)
    member = profiles.find(name) if profiles else None
    # The name's own spelling in this file: escaped or not, as its writer had it.
    raw = encode_string(name) if member is None else document.text[member.key_start : member.key_end]
    return document.set_key(document.root, "activeProfile", raw)


def _with_fields(document: JsonDocument, name: str, fields: Mapping[str, JsonValue]) -> JsonDocument:
    gone = {key for key, value in fields.items() if value is None}
    document = document.spliced(removing(_profile(document, name), gone))
    node = _profile(document, name)
    standing = {member.key: member.value for member in node.members}
    changed = {
        key: document.encode(value, node)
        for key, value in fields.items()
        if value is not None and not (key in standing and same_value(document.value(standing[key]), value))
    }
    return document.set_keys(node, changed)


def _profile(document: JsonDocument, name: str) -> Node:
    profiles = _profiles(document)
    member = profiles.find(name) if profiles else None
    assert member is not None  # noqa: S101 - for the type checker: the caller has seen it
    return member.value


def _named(document: JsonDocument, name: str) -> JsonDocument:
    """Bring the field `name`, which the CLI writes into each profile, in line where it is there."""
    if _profile(document, name).find("name") is not None:
        return _with_fields(document, name, {"name": name})
    return document
