"""Exports profiles to a file for another machine or a team, and imports them, always without secrets.

    {"format": "codemie-tray-profiles", "version": 1, "profiles": {NAME: {...}}}

Only values that are known to be harmless are written and read. So tokens stay behind, and so do hooks,
whose commands would run on the other machine.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from codemie_core.config.edits import edits
from codemie_core.config.model.config import Config
from codemie_core.config.model.profile import Profile, check_name
from codemie_core.config.model.typed_name import meant_by
from codemie_core.config.secret_detection.classifier import is_harmless
from codemie_core.config.secret_detection.stand_ins import REFERENCE_PREFIX
from codemie_core.config.store import ConfigLoader
from codemie_core.errors import (
    ConfigCorrupt,
    ConfigUnreadable,
    ProfileExists,
    ProfileInvalid,
    StoreError,
    store_error,
    store_read_error,
)
from codemie_core.files.atomic_file import FileVersion, TargetChanged, read_whole, replace_whole
from codemie_core.files.json.document import JsonDocument, JsonValue
from codemie_core.profiles.checks import shown_origins
from codemie_core.profiles.tokens.origin import origins_of

_HOW_TO_WRITE_ONE = "`codemie-tray profile export --out FILE` writes one."
FORMAT = "codemie-tray-profiles"
VERSION = 1
LIMIT_BYTES = 1 << 20
_NAMED = 10
"""Maximum number of profiles that an error names."""


class Fate(Enum):
    """What an import does with a profile."""

    ADD = "add"
    SAME = "same"
    REPLACE = "replace"
    """A different profile with this name exists."""


@dataclass(frozen=True, slots=True)
class Portable:
    """A profile without the values that must not leave the machine."""

    name: str
    fields: Mapping[str, JsonValue]
    left_out: tuple[str, ...] = ()
    """Names of the fields that were left out, parts joined by dots."""


def portable(name: str, fields: Mapping[str, JsonValue]) -> Portable:
    """Return the part of a profile that may be written to a file, or read from one."""
    left_out: list[str] = []
    kept = {
        key: value
        for key, whole in fields.items()
        if key != "name" and (value := _harmless((key,), whole, left_out)) is not None
    }
    return Portable(name, kept, tuple(left_out))


def text_of(profiles: Iterable[Portable]) -> str:
    """Return the text of the file."""
    content = {
        "format": FORMAT,
        "version": VERSION,
        "profiles": {one.name: dict(one.fields) for one in profiles},
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def read_portable(data: bytes, path: str) -> tuple[Portable, ...]:
    """Read such a file.

    Args:
        data: its bytes.
        path: its path, for errors.

    Raises:
        ConfigCorrupt: it is not such a file, or is from a later version.
        ProfileInvalid: it contains a name that a profile can't have.
    """
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise ConfigCorrupt(
            path, error.msg, line=error.lineno, column=error.colno, advice=_HOW_TO_WRITE_ONE
        ) from None
    except (ValueError, RecursionError):
        raise ConfigCorrupt(path, "is not JSON in UTF-8", advice=_HOW_TO_WRITE_ONE) from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ConfigCorrupt(
            path,
            "was not made by `codemie-tray profile export`",
            advice=f'Such a file has "format": "{FORMAT}".',
        )
    if content.get("version") != VERSION:
        raise ConfigCorrupt(path, "was made by a newer CodeMie Tray", advice="Update CodeMie Tray.")
    profiles = content.get("profiles")
    if not isinstance(profiles, dict) or not all(isinstance(one, dict) for one in profiles.values()):
        raise ConfigCorrupt(path, "its profiles are not JSON objects", advice=_HOW_TO_WRITE_ONE)
    for name in profiles:
        check_name(name)
    return tuple(portable(name, fields) for name, fields in profiles.items())


def write_portable(path: str, text: str) -> None:
    """Write such a file, atomically.

    Raises:
        StoreError: it can't be written, or there is a file of another kind; it is unchanged.
    """
    try:
        status: os.stat_result | None = None
        with contextlib.suppress(FileNotFoundError):
            data, status = read_whole(path, limit_bytes=LIMIT_BYTES)
            if data.strip() and FORMAT.encode() not in data:
                raise StoreError(
                    path,
                    "is not an export of profiles, and was not overwritten",
                    advice="Choose another name, or remove that file.",
                )
        expected = None if status is None else FileVersion.of(status)
        replace_whole(path, text.encode(), mode=0o644, expected=expected, like=status)
    except TargetChanged:
        raise StoreError(
            path, "another program is writing it; nothing was changed", advice="Try again."
        ) from None
    except OSError as error:
        raise store_error(path, error) from error


def portable_file(path: str) -> bytes:
    """Return the bytes of such a file.

    Raises:
        ConfigUnreadable: it can't be read, or does not exist.
    """
    try:
        return read_whole(path, limit_bytes=LIMIT_BYTES)[0]
    except FileNotFoundError:
        raise ConfigUnreadable(path, "there is no such file", advice=_HOW_TO_WRITE_ONE) from None
    except OSError as error:
        if error.errno in (errno.EINVAL, errno.EISDIR):
            raise ConfigUnreadable(
                path, "is not a regular file", advice="Name a file, or pipe it to `profile import -`."
            ) from None
        reason = store_read_error(path, error).reason
        raise ConfigUnreadable(
            path, reason, advice="Check who may read it, or choose another file."
        ) from error


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


class Existing(Enum):
    """What an import does if a different profile has the same name."""

    REFUSE = "refuse"
    REPLACE = "replace"
    SKIP = "skip"


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


def _harmless(path: tuple[str, ...], value: JsonValue, left_out: list[str]) -> JsonValue:
    """Return the harmless part of a value; None if there is none."""
    if isinstance(value, dict):
        inner = {key: _harmless((*path, key), one, left_out) for key, one in value.items()}
        kept: dict[str, JsonValue] = {key: one for key, one in inner.items() if one is not None}
        return kept or None
    if isinstance(value, list):
        if all(_may_travel(path, one) for one in _leaves(value)):
            return value
    elif _may_travel(path, value):
        return value
    left_out.append(".".join(path))
    return None


def _may_travel(path: tuple[str, ...], value: JsonValue) -> bool:
    reference = isinstance(value, str) and value.startswith(REFERENCE_PREFIX)
    return not reference and not isinstance(value, dict) and is_harmless(path, value)


def _leaves(values: list[JsonValue]) -> Iterator[JsonValue]:
    for value in values:
        if isinstance(value, list):
            yield from _leaves(value)
        else:
            yield value
