"""The user's settings, kept in a file of the tray."""

from __future__ import annotations

from codemie_core.config.settings.fields import LANGUAGES, Settings
from codemie_core.config.settings.store import LoadedSettings, SettingsStore

__all__ = ["LANGUAGES", "LoadedSettings", "Settings", "SettingsStore"]
