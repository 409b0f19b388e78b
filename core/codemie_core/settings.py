"""The person's settings: `<home>/tray/settings.json`, typed, checked, and written by the store's protocol.

To add a setting: one field of `Settings` (its type, its default, its name in the file and its check). What is
not known here stays in the file: a newer version may have written it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from codemie_core.errors import SettingInvalid, StoreDenied, StoreError, store_error
from codemie_core.files.atomic_file import FileVersion, TargetChanged, replace_whole, sweep_temporaries
from codemie_core.files.lock import StoreLock
from codemie_core.files.private_open import make_own_folder, read_private
from codemie_core.home import Home

SIZE_LIMIT_BYTES = 1 << 20
TORN_PATIENCE_SECONDS = 0.3
"""How long a file that does not parse is read again: an editor may be in the middle of writing it."""

_NAME = "settings.json"
_TORN_PAUSE_SECONDS = 0.01
_ATTEMPTS = 20

Check = Callable[[Any], Any]
"""Returns the value, or raises ValueError with what is wanted."""


def whole(low: int, high: int) -> Check:
    """Return a check for a whole number in a range, its ends included."""

    def check(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return value

    return check


def switch(value: Any) -> Any:
    """Check for true or false."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false")  # noqa: TRY004 - one kind of refusal for all checks
    return value


def optional(check: Check) -> Check:
    """Return a check that also takes null, for a thing that is off."""
    return lambda value: None if value is None else check(value)


def _setting(name: str, check: Check, default: Any) -> Any:
    return field(default=default, metadata={"name": name, "check": check})


@dataclass(frozen=True, slots=True)
class Settings:
    """What the person chose, or the defaults."""

    log_retention_days: int = _setting("logRetentionDays", whole(1, 3650), 5)
    """Days a log stays after its last change; 5 unless set."""
    session_retention_days: int | None = _setting("sessionRetentionDays", optional(whole(1, 3650)), None)
    """Days a session stays after its last change; None (unless set): sessions are left alone."""


@dataclass(frozen=True, slots=True)
class LoadedSettings:
    """What counts now, and what was wrong with the file."""

    settings: Settings
    problem: str | None = None
    """For a person; None: all is well."""


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
        """Read the settings. Never raises for what is in the file.

        A file that is no settings at all is set aside under another name, so that nothing is lost, and the
        defaults apply. A single wrong value is told, its default applies, and the file stays as it is.
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
            return LoadedSettings(Settings(), self._set_aside(str(error)))
        settings, wrong = _settings_of(values)
        if wrong:
            return LoadedSettings(settings, f"{_NAME}: {'; '.join(wrong)}; the default applies")
        return LoadedSettings(settings)

    def change(self, **changes: Any) -> Settings:
        """Set some settings by the names of `Settings`' fields; the rest of the file stays.

        Raises:
            SettingInvalid: a value that can't be.
            StoreError: it can't be written; nothing was changed.
        """
        named = {}
        for each in dataclasses.fields(Settings):
            if each.name in changes:
                named[each.metadata["name"]] = _checked(each, changes.pop(each.name))
        if changes:
            raise TypeError(f"no such setting: {', '.join(changes)}")
        with StoreLock(self._home.lock):
            sweep_temporaries(self.path)
            for _ in range(_ATTEMPTS):
                try:
                    values, status = self._read_patiently()
                except FileNotFoundError:
                    values, status = {}, None
                except _NotSettings as error:
                    self._move_away(str(error))
                    values, status = {}, None
                except OSError as error:
                    raise store_error(self.path, error) from error
                try:
                    self._write(values | named, status)
                except TargetChanged:
                    continue
                return _settings_of(values | named)[0]
        raise StoreError(self.path, "another program keeps changing it; nothing was changed; try again")

    def _write(self, values: dict[str, Any], status: os.stat_result | None) -> None:
        data = (json.dumps(values, indent=2) + "\n").encode("ascii")
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

    def _set_aside(self, reason: str) -> str:
        """Move a broken file away under the lock, and return what to tell."""
        try:
            with StoreLock(self._home.lock):
                # Another process may have been quicker, or the person may have mended it.
                try:
                    _parse(read_private(self.path, limit_bytes=SIZE_LIMIT_BYTES)[0])
                except _NotSettings as error:
                    return self._move_away(str(error))
                return f"{_NAME} {reason}; the defaults apply until it is read again"
        except FileNotFoundError:
            return f"{_NAME} {reason}; it was moved aside and the defaults apply"
        except (OSError, StoreError):
            return f"{_NAME} {reason}; the defaults apply"

    def _move_away(self, reason: str) -> str:
        """Rename the broken file; the caller holds the lock."""
        stamped = aside = f"{self.path}.broken-{time.strftime('%Y%m%d-%H%M%S')}"
        number = 1
        while os.path.lexists(aside):
            number += 1
            aside = f"{stamped}-{number}"
        try:
            os.rename(self.path, aside)
        except OSError as error:
            raise StoreDenied(self.path, f"{reason}, and can't be moved aside: {error.strerror}") from error
        with contextlib.suppress(OSError):
            os.chmod(aside, 0o600)
        return f"{_NAME} {reason}; it was moved to {os.path.basename(aside)} and the defaults apply"


class _NotSettings(Exception):
    """The file is no JSON object."""


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
    """Return the settings, and what is wrong with values that were not taken."""
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


def _checked(each: dataclasses.Field[Any], value: Any) -> Any:
    try:
        return each.metadata["check"](value)
    except ValueError as error:
        raise SettingInvalid(each.metadata["name"], str(error)) from None
