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
    ProfileError,
    ProfileExists,
    ProfileInvalid,
    ProfileNotFound,
    StoreBusy,
    StoreDenied,
    StoreError,
    StoreFull,
)
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
    "Home",
    "Profile",
    "ProfileError",
    "ProfileExists",
    "ProfileInvalid",
    "ProfileNotFound",
    "StoreBusy",
    "StoreDenied",
    "StoreError",
    "StoreFull",
]
