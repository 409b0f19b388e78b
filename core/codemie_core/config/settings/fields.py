"""The settings: name, type, default and check of each.

To add one, add a field to `Settings`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from codemie_core.config.settings.checks import (
    Check,
    amount,
    flag,
    names,
    one_of,
    optional,
    texts_by_name,
    whole,
)
from codemie_core.errors import SettingInvalid

LANGUAGES = ("en", "de", "es", "fr", "pl", "uk", "ja", "zh_CN")
"""Codes of the languages to choose from."""


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


def settings_of(values: dict[str, Any]) -> tuple[Settings, list[str]]:
    """Return the settings, and what is wrong with rejected values."""
    taken: dict[str, Any] = {}
    wrong = []
    for each in dataclasses.fields(Settings):
        name = each.metadata["name"]
        if name in values:
            try:
                taken[each.name] = checked(each, values[name])
            except SettingInvalid as error:
                wrong.append(str(error))
    return Settings(**taken), wrong


def named_values(changes: dict[str, Any]) -> dict[str, Any]:
    """Return checked values by their names in the file.

    Raises:
        SettingInvalid: a value is not valid.
        TypeError: there is no such field.
    """
    named = {}
    for each in dataclasses.fields(Settings):
        if each.name in changes:
            named[each.metadata["name"]] = checked(each, changes.pop(each.name))
    if changes:
        raise TypeError(f"no such setting: {', '.join(changes)}")
    return named


def checked(each: dataclasses.Field[Any], value: Any) -> Any:
    """Return a field's value as it is kept.

    Raises:
        SettingInvalid: it is not valid.
    """
    try:
        return each.metadata["check"](value)
    except ValueError as error:
        raise SettingInvalid(each.metadata["name"], str(error)) from None
