"""The live configuration of a home: `LiveConfig` reads it and keeps it, `ConfigLoader` also changes it.

`ConfigLoader` is loaded on first use: whoever only reads does not load what changes the file.
"""

from codemie_core.config.store.live_config import KEEP_TIMEOUT_SECONDS, LiveConfig

TYPE_CHECKING = False  # as `typing` has it, whose import every command would pay for
if TYPE_CHECKING:
    from codemie_core.config.store.loader import ConfigLoader

__all__ = ["KEEP_TIMEOUT_SECONDS", "ConfigLoader", "LiveConfig"]


def __getattr__(name: str) -> object:
    if name != "ConfigLoader":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from codemie_core.config.store.loader import ConfigLoader

    globals()[name] = ConfigLoader
    return ConfigLoader
