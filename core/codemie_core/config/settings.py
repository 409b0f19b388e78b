"""The user's settings in `<home>/tray/settings.json`: typed, validated, and written atomically.

To add a setting, add a field to `Settings` with its type, default, name in the file and check. Unknown
members of the file are kept: a newer version may have written them.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from codemie_core.errors import SettingInvalid, StoreDenied, StoreError, store_error
from codemie_core.files.atomic_file import FileVersion, TargetChanged, replace_whole, sweep_temporaries
from codemie_core.files.lock import StoreLock
from codemie_core.files.private.file import make_own_folder, read_private
from codemie_core.home import Home

SIZE_LIMIT_BYTES = 1 << 20
LANGUAGES = ("en", "de", "es", "fr", "pl", "uk", "ja", "zh_CN")
"""Codes of the languages to choose from."""
TORN_PATIENCE_SECONDS = 0.3
"""How long a file that does not parse is read again: an editor may be writing it."""

_NAME = "settings.json"
_TORN_PAUSE_SECONDS = 0.01
_ATTEMPTS = 20

Check = Callable[[Any], Any]
"""Returns the value, or raises ValueError saying what is valid."""


def whole(low: int, high: int) -> Check:
    """Return a check for an integer in an inclusive range."""

    def check(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return value

    return check


def amount(low: float, high: float) -> Check:
    """Return a check for a number in an inclusive range."""

    def check(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ValueError(f"must be a number from {low:g} to {high:g}")
        return value

    return check


def optional(check: Check) -> Check:
    """Return a check that also accepts null, which turns a feature off."""
    return lambda value: None if value is None else check(value)


def flag(value: Any) -> Any:
    """Check for true or false."""
    if value is not True and value is not False:
        raise ValueError("must be true or false")
    return value


def one_of(*words: str) -> Check:
    """Return a check for one of some words."""

    def check(value: Any) -> Any:
        if not isinstance(value, str) or value not in words:
            raise ValueError(f"must be one of: {', '.join(words)}")
        return value

    return check


def names(value: Any) -> Any:
    """Check for a list of names; a repeated name counts once."""
    if not isinstance(value, list | tuple) or not all(isinstance(name, str) for name in value):
        raise ValueError("must be a list of names")
    return tuple(dict.fromkeys(value))


def texts_by_name(value: Any) -> Any:
    """Check for an object whose members are texts."""
    if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
        raise ValueError("must be an object of texts by name")
    return dict(value)


def _setting(name: str, check: Check, default: Any) -> Any:
    return field(default=default, metadata={"name": name, "check": check})


@dataclass(frozen=True, slots=True)
class Settings:
    """The user's settings, or the defaults."""

    log_retention_days: int = _setting("logRetentionDays", whole(1, 3650), 5)
    """Days that a log is kept after its last change; default: 5."""
    session_retention_days: int | None = _setting("sessionRetentionDays", optional(whole(1, 3650)), None)
    """Days that a session is kept after its last change; None (default): sessions are not removed."""
    daily_budget_usd: float | None = _setting("dailyBudgetUsd", optional(amount(0.01, 1e6)), None)
    """US dollars per day, as estimated from the price table; None (default): no budget."""
    monthly_budget_usd: float | None = _setting("monthlyBudgetUsd", optional(amount(0.01, 1e6)), None)
    """US dollars per calendar month; None (default): no budget."""
    warn_about_clear_tokens: bool = _setting("warnAboutClearTokens", flag, True)
    """Whether the tray warns about tokens in the clear; default: True."""
    theme: str = _setting("theme", one_of("system", "light", "dark"), "system")
    """Colours of the windows: `light`, `dark`, or those of the system (default)."""
    language: str = _setting("language", one_of("system", *LANGUAGES), "system")
    """Language of the menu, the notifications and the windows; default: that of the system."""
    profile_order: tuple[str, ...] = _setting("profileOrder", names, ())
    """The user's own order of the profiles, by name; see `config.store.arrangement_store`."""
    profile_notes: Mapping[str, str] = field(
        default_factory=dict, metadata={"name": "profileNotes", "check": texts_by_name}
    )
    """The user's notes, by the profile's name."""


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """The settings in effect, and any problem with the file."""

    settings: Settings
    problem: str | None = None
    """A message for the user; None if there is no problem."""


class SettingsStore:
    """The settings of one home.

    Args:
        home: which home.
        torn_patience_seconds: see `TORN_PATIENCE_SECONDS`.
    """

    def __init__(self, home: Home, *, torn_patience_seconds: float = TORN_PATIENCE_SECONDS) -> None:
        self._patience_seconds = torn_patience_seconds
        self._home = home
        self.path = os.path.join(home.tray, _NAME)

    def load(self) -> LoadedSettings:
        """Read the settings. The content of the file never raises.

        If the file is not a settings file or a value is invalid, `problem` says so and the defaults apply.
        The file is not changed.
        """
        try:
            values = self._read_patiently()[0]
        except FileNotFoundError:
            return LoadedSettings(Settings())
        except OSError as error:
            reason = error.strerror or str(error)
            return LoadedSettings(Settings(), f"{self.path} can't be read ({reason}); the defaults apply")
        except StoreError as error:
            return LoadedSettings(Settings(), f"{error}; until then the defaults apply")
        except _NotSettings as error:
            return LoadedSettings(Settings(), f"{_NAME} {error}; the defaults apply until it is fixed")
        settings, wrong = _settings_of(values)
        if wrong:
            return LoadedSettings(settings, f"{_NAME}: {'; '.join(wrong)}; the default applies")
        return LoadedSettings(settings)

    def change(self, **changes: Any) -> Settings:
        """Set some settings, named like the fields of `Settings`; the rest of the file is kept.

        A file that is not a settings file is renamed first, so that its content is not lost.

        Raises:
            SettingInvalid: a value is not valid.
            StoreError: it can't be written; nothing was changed.
        """
        named = _named(changes)
        return self._change(lambda _values: named)

    def edit(self, *fields: str, edit: Callable[[Settings], Mapping[str, Any]]) -> Settings:
        """Set some settings to values that depend on their present ones, under the home's lock.

        Args:
            fields: the fields of `Settings` that the edit depends on. If the file has a value for one of them
                that is not valid, a newer version may have written it: it is not replaced.
            edit: returns the new values by field; nothing is written if there are none. May be called again.

        Raises:
            SettingInvalid: a value, in the file or a new one, is not valid; nothing was changed.
            StoreError: it can't be written; nothing was changed.
        """

        def changed(values: dict[str, Any]) -> dict[str, Any]:
            for each in dataclasses.fields(Settings):
                if each.name in fields and each.metadata["name"] in values:
                    try:
                        _checked(each, values[each.metadata["name"]])
                    except SettingInvalid as error:
                        error.advice = f"Correct {self.path} in an editor, or update CodeMie Tray."
                        raise
            named = _named(dict(edit(_settings_of(values)[0])))
            if named and self._is_read_only():
                raise StoreDenied(self.path, "is read-only", advice=f"Run: chmod u+w '{self.path}'")
            return named

        return self._change(changed)

    def _change(self, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Settings:
        """Write the members of the file that `change` returns for the present ones, under the home's lock."""
        with StoreLock(self._home.lock):
            sweep_temporaries(self.path)
            for _ in range(_ATTEMPTS):
                broken = ""
                try:
                    values, status = self._read_patiently()
                except FileNotFoundError:
                    values, status = {}, None
                except _NotSettings as error:
                    broken, values, status = str(error), {}, None
                except OSError as error:
                    raise store_error(self.path, error) from error
                if not (named := change(values)):
                    return _settings_of(values)[0]
                if broken:
                    self._move_away(broken)
                try:
                    self._write(values | named, status)
                except TargetChanged:
                    continue
                return _settings_of(values | named)[0]
        raise StoreError(self.path, "another program keeps changing it; nothing was changed; try again")

    def _is_read_only(self) -> bool:
        try:
            return not os.stat(self.path).st_mode & 0o222
        except OSError:
            return False  # there is none, or writing it says what is wrong

    def _write(self, values: dict[str, Any], status: os.stat_result | None) -> None:
        data = (json.dumps(values, indent=2) + "\n").encode("ascii")
        if len(data) > SIZE_LIMIT_BYTES:
            raise StoreError(self.path, f"would be larger than {SIZE_LIMIT_BYTES >> 20} MB")
        expected = None if status is None else FileVersion.of(status)
        make_own_folder(self._home.tray)
        replace_whole(self.path, data, mode=0o600, expected=expected, like=status)

    def _read_patiently(self) -> tuple[dict[str, Any], os.stat_result]:
        deadline = time.monotonic() + self._patience_seconds
        while True:
            data, status = read_private(self.path, limit_bytes=SIZE_LIMIT_BYTES)
            try:
                return _parse(data), status
            except _NotSettings:
                if time.monotonic() >= deadline:
                    raise
                time.sleep(_TORN_PAUSE_SECONDS)

    def _move_away(self, reason: str) -> None:
        """Rename the broken file; the caller holds the lock."""
        stamped = aside = f"{self.path}.broken-{time.strftime('%Y%m%d-%H%M%S')}"
        number = 1
        while os.path.lexists(aside):
            number += 1
            aside = f"{stamped}-{number}"
        try:
            os.rename(self.path, aside)
        except OSError as error:
            raise StoreDenied(self.path, f"{reason}, and it can't be renamed: {error.strerror}") from error
        with contextlib.suppress(OSError):
            os.chmod(aside, 0o600)


class _NotSettings(Exception):
    """The file is not a JSON object."""


def _parse(data: bytes) -> dict[str, Any]:
    try:
        values = json.loads(data.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise _NotSettings(f"is not valid JSON: line {error.lineno}, column {error.colno}") from None
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise _NotSettings("is not valid JSON") from None
    if not isinstance(values, dict):
        raise _NotSettings("is not a JSON object")
    return values


def _settings_of(values: dict[str, Any]) -> tuple[Settings, list[str]]:
    """Return the settings, and what is wrong with rejected values."""
    taken: dict[str, Any] = {}
    wrong = []
    for each in dataclasses.fields(Settings):
        name = each.metadata["name"]
        if name in values:
            try:
                taken[each.name] = _checked(each, values[name])
            except SettingInvalid as error:
                wrong.append(str(error))
    return Settings(**taken), wrong


def _named(changes: dict[str, Any]) -> dict[str, Any]:
    """Return checked values by their names in the file."""
    named = {}
    for each in dataclasses.fields(Settings):
        if each.name in changes:
            named[each.metadata["name"]] = _checked(each, changes.pop(each.name))
    if changes:
        raise TypeError(f"no such setting: {', '.join(changes)}")
    return named


def _checked(each: dataclasses.Field[Any], value: Any) -> Any:
    try:
        return each.metadata["check"](value)
    except ValueError as error:
        raise SettingInvalid(each.metadata["name"], str(error)) from None
