"""Keeps what other programs write into the configuration, tells what they removed, and brings it back."""

from __future__ import annotations

import logging
from typing import Protocol

from codemie_core import ConfigLoader, StoreError
from codemie_tray.actions import RestoreVersion
from codemie_tray.menu import Item
from codemie_tray.state import State, config_name
from codemie_tray.wording import names

LOG = logging.getLogger(__name__)


class Notify(Protocol):
    """Shows a notification; see `tray_icon.seam`."""

    def __call__(self, title: str, text: str, button: Item | None = None) -> None:
        """Show it."""


class ConfigGuard:
    """Used on the worker's thread."""

    def __init__(self, loader: ConfigLoader, notify: Notify) -> None:
        self._loader = loader
        self._notify = notify
        self._known_trouble = ""
        self._began = False

    def keep_seen(self) -> None:
        """Keep what stands there now, before anything else happens to it."""
        try:
            self._loader.keep_seen()
        except StoreError as error:
            if str(error) != self._known_trouble:  # once, not at every change of the file
                LOG.warning("What another program wrote is not kept: %s", error)
            self._known_trouble = str(error)
        else:
            self._known_trouble = ""

    def tell_of_loss(self, before: State, after: State) -> None:
        """Notify of profiles that another program removed between two states.

        What happened before the first look is told by badge and menu alone: nobody wants a notification at
        login.
        """
        first, self._began = not self._began, True
        offered = after.restorable
        known = before.restorable.lost if before.restorable else ()
        if first or offered is None or not set(offered.lost) - set(known):
            return
        several = len(offered.lost) > 1
        self._notify(
            f"Another program removed {len(offered.lost)} profile{'s' if several else ''}",
            f"{names(offered.lost)} {'are' if several else 'is'} gone from {config_name(after.config.path)}. "
            f"In the menu: Restore the version of {offered.when}.",
            button=Item("Restore", RestoreVersion(offered.version)),
        )

    def restore(self, version: str) -> tuple[str, str]:
        """Bring a kept version back; returns what to say then, title and text."""
        config = self._loader.restore(self._loader.history.find(version))
        shown = names([profile.name for profile in config.profiles])
        return (
            "Restored",
            f"Profiles in {config_name(config.path)}: {shown or 'none'}. What was there before is kept.",
        )

    def accept(self) -> None:
        """Let what another program removed be gone."""
        self._loader.accept()

    def mark(self) -> tuple[str, str]:
        """Migrate a classic configuration; returns what to say then."""
        from codemie_core.migration.runner import MigrationRunner

        plan = MigrationRunner(self._loader).run()
        return (
            f"{config_name(plan.after.path)} is safe now",
            "The CLI takes it over with its profiles. The version before is in the history.",
        )
