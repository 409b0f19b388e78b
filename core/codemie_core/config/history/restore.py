"""Restoring a version: a pure function of the version and the present configuration.

If the layout is still the same, the version is restored byte for byte. Otherwise (the CLI moved on from
`config.json` to its own file), its profiles are written into the live file in that file's layout, and
everything else in it is kept.
"""

from __future__ import annotations

from codemie_core.config.migrations.schema import SCHEMA_KEY
from codemie_core.config.model.config import Config, config_of
from codemie_core.config.model.layout import CLI, Layout
from codemie_core.config.model.token_field import in_the_words_of
from codemie_core.files.json.document import JsonDocument, encode_string

SKELETON = '{\n  "version": 2,\n  "activeProfile": "",\n  "profiles": {}\n}\n'
"""A configuration without profiles that both this product and the CLI accept."""


def restored(version: Config, current: Config) -> JsonDocument:
    """Return the document that restores `version` in place of `current`."""
    if version.layout is current.layout:
        if version.document.text == current.document.text:
            return current.document
        return version.document
    return _carried_over(version, current)


def _carried_over(version: Config, current: Config) -> JsonDocument:
    layout = current.layout
    version, current = _with_profiles_of(version), _with_profiles_of(current)
    document = _with_profiles(current.document, version, layout)
    keys = _missing_keys(document, version.document)
    active = _active(version, current)
    if active is not None:
        keys["activeProfile"] = encode_string(active)
    if layout is CLI:
        keys["version"] = "2"
    document = document.set_keys(document.root, keys)
    # Parse the result to make sure that the edits produced a valid configuration.
    return config_of(document, path=current.path, layout=layout).document


def _with_profiles_of(config: Config) -> Config:
    """Convert a single-provider configuration to one with a profile; return any other unchanged."""
    if not config.single_provider:
        return config
    from codemie_core.config.migrations import profiles_of_single_provider  # here to keep `switch` fast

    return config_of(
        profiles_of_single_provider.MIGRATION.upgraded(config.document),
        path=config.path,
        layout=config.layout,
    )


def _active(version: Config, current: Config) -> str | None:
    """Return the profile to make active; the CLI discards a file that names none."""
    for config in (version, current):
        if config.active_profile is not None:
            return config.active
    return next((profile.name for profile in version.profiles if not profile.problem), None)


def _with_profiles(document: JsonDocument, version: Config, layout: Layout) -> JsonDocument:
    source = version.document.root.find("profiles")
    if source is None:
        return document
    profiles = document.root.find("profiles")
    if profiles is None:
        document = document.set_key(document.root, "profiles", "{}")
        profiles = document.root.find("profiles")
    assert profiles is not None  # noqa: S101 - for the type checker: it was just set
    raws: dict[str, str] = {}
    for member in source.value.effective():
        fields = version.document.value(member.value)
        if isinstance(fields, dict):
            fields = in_the_words_of(layout, fields)
            if layout.names_profiles:
                fields.setdefault("name", member.key)
            raws[member.key] = document.encode(fields, profiles.value)
        else:
            raws[member.key] = version.document.raw(member.value)
    return document.set_keys(profiles.value, raws)


def _missing_keys(document: JsonDocument, version: JsonDocument) -> dict[str, str]:
    """Return the top-level values that only the version has, so that none are lost."""
    return {
        member.key: document.encode(version.value(member.value), document.root)
        for member in version.root.effective()
        if member.key != SCHEMA_KEY and document.root.find(member.key) is None
    }
