"""The settings file, `<home>/tray/settings.json`: read, validated, and written atomically.

Unknown members of the file are kept: a newer version may have written them.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from codemie_core.config.settings.fields import Settings, checked, named_values, settings_of
from codemie_core.errors import SettingInvalid, StoreDenied, StoreError, store_error
from codemie_core.files.atomic_file import FileVersion, TargetChanged, replace_whole, sweep_temporaries
from codemie_core.files.lock import StoreLock
from codemie_core.files.private.file import make_own_folder, read_private
from codemie_core.home import Home

SIZE_LIMIT_BYTES = 1 << 20
TORN_PATIENCE_SECONDS = 0.3
"""How long a file that does not parse is read again: an editor may be writing it."""

_NAME = "settings.json"
_TORN_PAUSE_SECONDS = 0.01
_ATTEMPTS = 20


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
        settings, wrong = settings_of(values)
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
        named = named_values(changes)
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
                        checked(each, values[each.metadata["name"]])
                    except SettingInvalid as error:
                        error.advice = f"Correct {self.path} in an editor, or update CodeMie Tray."
                        raise
            named = named_values(dict(edit(settings_of(values)[0])))
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
                    return settings_of(values)[0]
                if broken:
                    self._move_away(broken)
                try:
                    self._write(values | named, status)
                except TargetChanged:
                    continue
                return settings_of(values | named)[0]
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
