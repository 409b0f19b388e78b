"""The schema version of a classic configuration: which of our migrations it has been through.

`"version": 2` is not ours: the CLI requires it and empties a file without it. Our version has its own key, in
the same file because the configuration and its version must change in a single write.
"""

from __future__ import annotations

from codemie_core.config.model.config import Config
from codemie_core.config.model.layout import CLASSIC, CLI
from codemie_core.errors import ConfigCorrupt, SchemaTooNew

SCHEMA_KEY = "traySchema"
LATEST = 3
"""The version of the newest migration; a test compares it with the registry."""


def schema_of(config: Config) -> int:
    """Return the schema version of a classic configuration; 0 if it has none.

    Raises:
        ConfigCorrupt: the value is not a version number.
    """
    member = config.document.root.find(SCHEMA_KEY)
    if member is None:
        return 0
    value = config.document.value(member.value)
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    line, column = config.document.place(member.value.start)
    raise ConfigCorrupt(
        config.path,
        f"{SCHEMA_KEY} must be a whole number",
        line=line,
        column=column,
        advice="It counts the applied migrations; if you don't know the number, remove the field.",
    )


def check_writable(config: Config) -> None:
    """Refuse to change a configuration that a newer version of this product wrote.

    Raises:
        SchemaTooNew: a newer version wrote it. Never raised for the cli layout, which belongs to the CLI.
    """
    if config.layout is CLASSIC and (reason := too_new(config)):
        raise SchemaTooNew(config.path, reason)


def in_danger(config: Config) -> bool:
    """Return whether the CLI's first start would empty this file, and `migrate up` prevents it.

    The CLI takes a `config.json` over if it says `"version": 2` and names an active profile, or if it has
    the old form of a single provider. It empties any other.
    """
    root = config.document.decoded
    if config.layout is not CLASSIC or not isinstance(root, dict):
        return False
    if config.single_provider:
        return not any(root.get(field) for field in ("provider", "baseUrl", "apiKey"))
    if not any(profile.problem is None for profile in config.profiles):
        return False
    return "version" not in root or (root["version"] == 2 and not config.active)


def unread_by_cli(config: Config) -> str:
    """Return why the CLI treats a file with profiles as empty; empty if it does not, or if it is `in_danger`.

    It reads version 2 and, without a version, the old form of a single provider. It overwrites any other
    file: `config.json` when it first starts, its own with its next change.
    """
    root = config.document.decoded
    if not isinstance(root, dict) or not any(profile.problem is None for profile in config.profiles):
        return ""
    if "version" in root:
        version = root["version"]
        if isinstance(version, bool) or not isinstance(version, int | float):
            return "its version is not a number"
        return "" if version == 2 else f"its version is {version}, and the CLI reads only 2"
    return "it has no version" if config.layout is CLI and not config.single_provider else ""


def too_new(config: Config) -> str | None:
    """Return why we must not rewrite a configuration, as a message for users; None if we may."""
    if config.layout is not CLASSIC or SCHEMA_KEY not in config.document.text:
        return None
    try:
        schema = schema_of(config)
    except ConfigCorrupt:
        return None  # not a version, so not a newer one; `migrate` reports it
    if schema <= LATEST:
        return None
    return (
        f"was written by a newer CodeMie Tray ({SCHEMA_KEY} {schema}; this one knows up to {LATEST}), so it "
        "can be read but not changed; update CodeMie Tray"
    )
