"""The profiles in the document of a configuration: found, checked, and changed in place."""

from __future__ import annotations

from collections.abc import Mapping

from codemie_core.config.model.config import Config
from codemie_core.config.model.layout import CLASSIC
from codemie_core.config.model.profile import check_name
from codemie_core.errors import ConfigOldForm, ProfileExists, ProfileInvalid, ProfileNotFound
from codemie_core.files.json.document import JsonDocument, JsonValue, Kind, Node, encode_string, removing
from codemie_core.files.json.value import same_value


def check_form(config: Config) -> None:
    """Raise `ConfigOldForm` if the configuration has the form of a single provider."""
    if not config.single_provider:
        return
    raise ConfigOldForm(
        config.path,
        "uses the old single-provider format, without profiles; nothing was changed",
        advice="Run `codemie-tray migrate up` to turn it into a profile."
        if config.layout is CLASSIC
        else "Run `codemie setup` to turn it into a profile.",
    )


def existing_profile(document: JsonDocument, name: str) -> tuple[Node, Node]:
    """Return the profiles, and the one of this name; raises `ProfileNotFound`."""
    profiles = profiles_of(document)
    member = profiles.find(name) if profiles else None
    if profiles is None or member is None:
        raise ProfileNotFound(name, f"There is no profile named {name!r}.")
    return profiles, member.value


def profile_to_copy(config: Config, name: str) -> tuple[Node, Node]:
    """Return the profiles, and the one to copy; raises `ProfileNotFound` or `ProfileInvalid`."""
    profiles, source = existing_profile(config.document, name)
    if source.kind is not Kind.OBJECT:
        raise ProfileInvalid(name, f"{name!r} can't be copied: {config.profile(name).problem}.")
    return profiles, source


def check_free(document: JsonDocument, name: str) -> None:
    """Check that a new profile can have this name; raises `ProfileInvalid` or `ProfileExists`."""
    check_name(name)
    profiles = profiles_of(document)
    if profiles is not None and profiles.find(name) is not None:
        raise ProfileExists(name, f"There is already a profile named {name!r}.")


def profiles_of(document: JsonDocument) -> Node | None:
    """Return the value of `profiles`, or None if the document has none."""
    member = document.root.find("profiles")
    return member.value if member else None


def with_profiles(document: JsonDocument) -> tuple[JsonDocument, Node]:
    """Return the document and its `profiles`, which are added if missing."""
    profiles = profiles_of(document)
    if profiles is None:
        document = document.set_key(document.root, "profiles", "{}")
        profiles = profiles_of(document)
    assert profiles is not None  # noqa: S101 - for the type checker: it was set just now
    return document, profiles


def with_active(document: JsonDocument, name: str) -> JsonDocument:
    """Set `activeProfile`."""
    return document.with_text("activeProfile", name, _spelled(document, name))


_NEVER_ESCAPED = dict.fromkeys(map(ord, " -_.:@"))
"""No writer of JSON escapes these, nor ASCII letters and digits."""


def _spelled(document: JsonDocument, name: str) -> str:
    """Return the name as JSON, spelled as in this file: its writer may or may not have escaped characters."""
    raw = encode_string(name)
    if name.isascii() and name.translate(_NEVER_ESCAPED).isalnum():
        return raw  # looking for the profile's key would take a fifteenth of a switch
    profiles = profiles_of(document)
    member = profiles.find(name) if profiles else None
    return raw if member is None else document.text[member.key_start : member.key_end]


def with_fields(document: JsonDocument, name: str, fields: Mapping[str, JsonValue]) -> JsonDocument:
    """Set fields of an existing profile; a field whose value is None is removed."""
    gone = {key for key, value in fields.items() if value is None}
    document = document.spliced(removing(profile_in(document, name), gone))
    node = profile_in(document, name)
    return document.set_keys(node, differing(document, node, fields))


def differing(document: JsonDocument, node: Node, fields: Mapping[str, JsonValue]) -> dict[str, str]:
    """Return the fields, encoded, whose value differs from that in `node`, without those that are None."""
    standing = {member.key: member.value for member in node.members}
    return {
        key: document.encode(value, node)
        for key, value in fields.items()
        if value is not None and not (key in standing and same_value(document.value(standing[key]), value))
    }


def profile_in(document: JsonDocument, name: str) -> Node:
    """Return a profile that the caller has seen."""
    profiles = profiles_of(document)
    member = profiles.find(name) if profiles else None
    assert member is not None  # noqa: S101 - for the type checker: the caller has seen it
    return member.value


def with_own_name(document: JsonDocument, name: str) -> JsonDocument:
    """Set the field `name` of a profile if it has one: the CLI writes it into each."""
    if profile_in(document, name).find("name") is not None:
        return with_fields(document, name, {"name": name})
    return document
