"""The live configuration of a home: `LiveConfig` reads it and keeps it, `ConfigLoader` also changes it."""

from codemie_core.config.store.live_config import KEEP_TIMEOUT_SECONDS, LiveConfig
from codemie_core.config.store.loader import ConfigLoader

__all__ = ["KEEP_TIMEOUT_SECONDS", "ConfigLoader", "LiveConfig"]
