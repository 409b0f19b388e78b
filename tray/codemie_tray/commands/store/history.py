"""`codemie-tray history`: lists earlier versions of the configuration, and restores one. Never a token."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from codemie_core import (
    Config,
    ConfigCorrupt,
    ConfigError,
    ConfigLoader,
    ConfigMissing,
    ConfigUnreadable,
    Home,
    VersionNotFound,
)
from codemie_core.config.history import Version
from codemie_core.files.json.document import JsonValue
from codemie_core.profiles.tokens.masking import Mask, masked_difference
from codemie_tray.commands.console.output import print_json, print_line, print_text, warn_if_not_kept
from codemie_tray.text.exit_codes import ExitCode
from codemie_tray.text.moments import described
from codemie_tray.text.plain_text import names

_NAMES = 10
"""At most this many profiles are named after a restore."""


def list_versions(home: Home, *, as_json: bool) -> ExitCode:
    """Print the saved versions, newest first."""
    loader = ConfigLoader(home)
    entries = loader.history.entries()
    rows = [(entry, loader.history.active(entry)) for entry in entries]
    if as_json:
        print_json({"folder": home.history, "versions": [_as_json(entry, active) for entry, active in rows]})
    elif not rows:
        print_line("The history is empty.")
    for entry, active in () if as_json else rows:
        print_line(f"{entry.id}  {described(entry, active=active, now_seconds=time.time())}")
    return ExitCode.OK


def show(home: Home, version: str, *, as_json: bool) -> ExitCode:
    """Print one version, with its secrets hidden."""
    loader = ConfigLoader(home)
    entry = loader.history.find(version)
    config = loader.history.version(entry)
    text = Mask().text_of(config.document)
    if as_json:
        print_json({**_as_json(entry, config.active), "text": text})
    else:
        print_text(text.removesuffix("\n"))
    return ExitCode.OK


def diff(home: Home, version: str, other: str | None, *, as_json: bool) -> ExitCode:
    """Print how a version differs from another one, or from the present state, with secrets hidden."""
    loader = ConfigLoader(home)
    entry = loader.history.find(version)
    before = loader.history.version(entry)
    after = loader.history.version(loader.history.find(other)) if other else loader.load_and_keep()
    lines = masked_difference(before.document, after.document, names=(entry.id, other or "now"))
    if as_json:
        print_json({"from": entry.id, "to": other, "difference": list(lines)})
    elif lines:
        print_text("\n".join(lines))
    else:
        print_line("No differences.")
    return ExitCode.OK


def forget_tokens(home: Home, *, dry_run: bool, as_json: bool) -> ExitCode:
    """Remove the versions with tokens that the configuration no longer holds."""
    old = ConfigLoader(home).forget_old_tokens(dry_run=dry_run)
    if as_json:
        print_json({"dryRun": dry_run, "versions": [entry.id for entry in old]})
    elif not old:
        print_line("No version holds a token that you no longer use.")
    else:
        count = f"{len(old)} version{'' if len(old) == 1 else 's'}"
        print_line(f"{count} would be removed." if dry_run else f"{count} removed. This can't be undone.")
    return ExitCode.OK


def restore(home: Home, version: str | None, *, dry_run: bool, as_json: bool) -> ExitCode:
    """Restore a version; by default the one that the menu would offer."""
    loader = ConfigLoader(home)
    entry = loader.history.find(version) if version else _offered(loader)
    if dry_run:
        present, planned = loader.planned_restore(entry)
        lines = masked_difference(present.document, planned, names=(_now(loader), f"restored {entry.id}"))
        if as_json:
            print_json({"version": entry.id, "config": present.path, "difference": list(lines)})
        else:
            print_text("\n".join(lines or ["Nothing would change."]))
        return ExitCode.OK
    before = _names_now(loader)
    config = loader.restore(entry)
    now = {profile.name for profile in config.profiles}
    if as_json:
        print_json(
            {
                "restored": entry.id,
                "config": config.path,
                "layout": config.layout.name,
                "active": config.active,
                "profiles": [profile.name for profile in config.profiles],
            }
        )
    else:
        what = described(entry, active=None, now_seconds=time.time())
        print_line(f"Restored {entry.id} ({what}) to {config.path}. The previous version is in the history.")
        if now - before:
            print_line(f"Brought back: {names(sorted(now - before), _NAMES)}.")
        if before - now:
            print_line(f"Removed, as this version does not have them: {names(sorted(before - now), _NAMES)}.")
    warn_if_not_kept(loader)
    return ExitCode.OK


def _now(loader: ConfigLoader) -> str:
    """Return the name of the present state in a difference."""
    try:
        loader.load()
    except ConfigMissing:
        return "now (no file; compared as one without profiles)"
    except ConfigError:
        return "now (a broken file; compared as one without profiles)"
    return "now"


def _names_now(loader: ConfigLoader) -> set[str]:
    try:
        return {profile.name for profile in loader.load().profiles}
    except ConfigError:
        return set()


def _offered(loader: ConfigLoader) -> Version:
    present: Config | ConfigError
    try:
        present = loader.load()
    except ConfigUnreadable:
        raise  # it could not be kept, so it is not replaced: report that first
    except ConfigError as error:
        present = error
    offer = loader.offer(present)
    if offer is not None:
        return offer.version
    if isinstance(present, ConfigError):
        advice = "" if isinstance(present, ConfigCorrupt) else present.advice
        raise VersionNotFound(
            "",
            f"{present}. The history has no version to restore.",
            advice=advice or "Fix the file in an editor.",
        )
    raise VersionNotFound(
        "",
        f"No profile was lost from {present.path}.",
        advice="To restore another version, choose one from `codemie-tray history list`.",
    )


def _as_json(entry: Version, active: str | None) -> dict[str, JsonValue]:
    return {
        "id": entry.id,
        "time": datetime.fromtimestamp(entry.at_microseconds / 1e6, UTC).isoformat(timespec="milliseconds"),
        "origin": str(entry.origin),
        "layout": entry.layout.name,
        "profiles": entry.profiles,
        "active": active,
        "bytes": entry.size_bytes,
    }
