"""Bringing a kept version back: a pure function of it and of what stands in its place now.

In the layout it was written in, a version comes back byte for byte. In the other one (the CLI moved on from
`config.json` to its own file), its profiles are put into the file that counts now, in that layout's words,
and everything else there stays.
"""

from __future__ import annotations

from codemie_core.config.layout import CLI, Layout
from codemie_core.config.migrations.schema import SCHEMA_KEY
from codemie_core.config.model import Config, config_of
from codemie_core.config.token_field import in_the_field_of, profile_in
from codemie_core.files.json_document import JsonDocument, Kind, encode_string

SKELETON = '{\n  "version": 2,\n  "activeProfile": "",\n  "profiles": {}\n}\n'
"""A configuration without profiles that both this product and the CLI accept."""


def restored(version: Config, current: Config) -> JsonDocument:
    """Return the document that brings `version` back in the place of `current`."""
    if version.layout is current.layout:
        if version.document.text == current.document.text:
            return current.document
        return version.document
    return _carried_over(version, current)


def _carried_over(version: Config, current: Config) -> JsonDocument:
    document, layout = current.document, current.layout
    for profile in version.profiles:
        document = _with_profile(document, version, profile.name, layout)
    document = _with_missing_keys(document, version.document)
    active = _active(version, current)
    if active is not None:
        document = document.set_key(document.root, "activeProfile", encode_string(active))
    if layout is CLI:
        document = document.set_key(document.root, "version", "2")
    # The edits stand by themselves only if what they made is a configuration.
    return config_of(document, path=current.path, layout=layout).document


def _active(version: Config, current: Config) -> str | None:
    """Return which profile is to be active; the CLI throws away a file in which none is named."""
    for config in (version, current):
        if config.active_profile is not None:
            return config.active
    return next((profile.name for profile in version.profiles if not profile.problem), None)


def _with_profile(document: JsonDocument, version: Config, name: str, layout: Layout) -> JsonDocument:
    source = version.document.root.find("profiles")
    member = source.value.find(name) if source else None
    if member is None:
        return document
    profiles = document.root.find("profiles")
    if profiles is None:
        document = document.set_key(document.root, "profiles", "{}")
        profiles = document.root.find("profiles")
    assert profiles is not None  # noqa: S101 - for the type checker: it was set just now
    if member.value.kind is not Kind.OBJECT:
        return document.set_key(profiles.value, name, version.document.raw(member.value))
    value = version.document.value(member.value)
    document = document.set_key(profiles.value, name, document.encode(value, profiles.value))
    document = in_the_field_of(document, name, layout)
    node = profile_in(document, name)
    if layout.names_profiles and node.find("name") is None:
        document = document.set_key(node, "name", encode_string(name))
    return document


def _with_missing_keys(document: JsonDocument, version: JsonDocument) -> JsonDocument:
    """Add what only the version has at the top level, so that nothing of it is lost."""
    for member in version.root.effective():
        if member.key != SCHEMA_KEY and document.root.find(member.key) is None:
            value = version.value(member.value)
            document = document.set_key(document.root, member.key, document.encode(value, document.root))
    return document
