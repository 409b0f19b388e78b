"""The store beneath CodeMie Tray, usable alone: profiles and their configuration. No screen, no printing."""

from codemie_core.config import Config
from codemie_core.config_loader import ConfigLoader
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
from codemie_core.history import History
from codemie_core.home import Home
from codemie_core.profile import Profile

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
