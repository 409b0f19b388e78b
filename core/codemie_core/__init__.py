"""The store beneath CodeMie Tray, usable alone: profiles and their configuration. No screen, no printing."""

from codemie_core.config.history import History
from codemie_core.config.model import Config
from codemie_core.config.profile import Profile
from codemie_core.config.store import ConfigLoader
from codemie_core.errors import (
    CodeMieError,
    ConfigConflict,
    ConfigCorrupt,
    ConfigError,
    ConfigMissing,
    ConfigUnreadable,
    MigrationImpossible,
    ProfileError,
    ProfileExists,
    ProfileInvalid,
    ProfileNotFound,
    SchemaTooNew,
    SettingInvalid,
    StoreBusy,
    StoreDenied,
    StoreError,
    StoreFull,
    VersionNotFound,
)
from codemie_core.home import Home

__all__ = [
    "CodeMieError",
    "Config",
    "ConfigConflict",
    "ConfigCorrupt",
    "ConfigError",
    "ConfigLoader",
    "ConfigMissing",
    "ConfigUnreadable",
    "History",
    "Home",
    "MigrationImpossible",
    "Profile",
    "ProfileError",
    "ProfileExists",
    "ProfileInvalid",
    "ProfileNotFound",
    "SchemaTooNew",
    "SettingInvalid",
    "StoreBusy",
    "StoreDenied",
    "StoreError",
    "StoreFull",
    "VersionNotFound",
]
