"""The current settings, for the two threads that need them, and what was wrong with them."""

from __future__ import annotations

import logging
from typing import Any

from codemie_core import Home
from codemie_core.config.settings import Settings, SettingsStore
from codemie_tray.text.language.core_texts import from_core

LOG = logging.getLogger(__name__)


class SettingsReader:
    """Used by the worker and the log cleaner."""

    def __init__(self, home: Home) -> None:
        self._store = SettingsStore(home)
        self.path = self._store.path
        self.problem: str | None = None
        """For the user; None if all is well."""

    def change(self, **changes: Any) -> Settings:
        """Set some settings; see `SettingsStore.change`."""
        return self._store.change(**changes)

    def read(self) -> Settings:
        """Return the settings in effect."""
        loaded = self._store.load()
        if loaded.problem and loaded.problem != self.problem:
            LOG.warning("%s", loaded.problem)
        self.problem = loaded.problem and from_core(loaded.problem)
        return loaded.settings
