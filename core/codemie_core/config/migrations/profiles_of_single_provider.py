"""Migration 2: turn a single-provider configuration, with its fields at the top level, into a profile."""

from __future__ import annotations

from codemie_core.config.migrations.definition import Migration
from codemie_core.config.migrations.step import DocumentStep
from codemie_core.files.json.document import JsonDocument, Kind, Member, Node, encode_string, removing

NAME = "default"
"""The name of that profile; the CLI uses the same one."""

_TELLING = ("provider", "baseUrl", "authToken", "apiKey", "model")
"""A configuration with one of these at the top level, and no `profiles`, has the old form."""

_MOVED = frozenset(
    (
        *_TELLING,
        *("reasoningEffort", "haikuModel", "sonnetModel", "opusModel", "timeout", "debug", "allowedDirs"),
        *("ignorePatterns", "authMethod", "codeMieUrl", "codeMieProject", "codeMieIntegration", "ssoConfig"),
        *("jwtConfig", "authServerUrl", "authRealm", "awsProfile", "awsRegion", "awsAccessKeyId"),
        *("awsSecretAccessKey", "awsSessionToken"),
    )
)
"""Fields of a profile. Other top-level fields (the user's own) stay where they are."""


def _up(document: JsonDocument) -> JsonDocument:
    if not _is_single(document):
        return document
    fields = {member.key: document.raw(member.value) for member in _moved(document.root)}
    document = document.spliced(removing(document.root, {*fields, "activeProfile"}))
    document = document.set_keys(document.root, {"activeProfile": encode_string(NAME), "profiles": "{}"})
    document = document.set_key(_at(document, "profiles"), NAME, "{}")
    return document.set_keys(_at(document, "profiles", NAME), fields)


def _down(document: JsonDocument) -> JsonDocument:
    profiles = document.root.find("profiles")
    if profiles is None or profiles.value.kind is not Kind.OBJECT:
        return document
    names = [member.key for member in profiles.value.effective()]
    profile = _at(document, "profiles", NAME) if names == [NAME] else None
    # Earlier versions know profiles, too, so one that does not fit at the top level can stay.
    if profile is None or profile.kind is not Kind.OBJECT or not _fits_the_top(document, profile):
        return document
    fields = {member.key: document.raw(member.value) for member in profile.effective()}
    document = document.spliced(removing(document.root, {"profiles", "activeProfile"}))
    return document.set_keys(document.root, fields)


def _fits_the_top(document: JsonDocument, profile: Node) -> bool:
    keys = {member.key for member in profile.members}
    taken = {member.key for member in document.root.members}
    return bool(keys & set(_TELLING)) and keys <= _MOVED and not keys & taken


def _is_single(document: JsonDocument) -> bool:
    root = document.root
    return root.find("profiles") is None and any(root.find(key) is not None for key in _TELLING)


def _moved(root: Node) -> list[Member]:
    return [member for member in root.effective() if member.key in _MOVED]


def _at(document: JsonDocument, *keys: str) -> Node:
    node = document.root
    for key in keys:
        member = node.find(key)
        assert member is not None  # noqa: S101 - for the type checker: the caller created it
        node = member.value
    return node


def _undone_exactly(document: JsonDocument) -> bool:
    """Whether it has the old form and names no active profile; the new form is not guaranteed."""
    return _is_single(document) and document.root.find("activeProfile") is None


MIGRATION = Migration(
    2,
    "Move a single provider's settings into a profile",
    DocumentStep(_up),
    DocumentStep(_down),
    _undone_exactly,
)
