"""Holds the displayed state, and shows it again when part of it was replaced."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from codemie_core import Config, ConfigError, ConfigLoader, Home
from codemie_tray.text.language import english
from codemie_tray.tray_icon.backend import TrayIconBackend
from codemie_tray.view.menu_builder import view_of
from codemie_tray.view.read_state import Learn, config_of, credentials_of, restorable
from codemie_tray.view.state import State

LOG = logging.getLogger(__name__)


class Presenter:
    """Used on the worker's thread. If the state does not change, the icon is not touched.

    Args:
        home: whose state.
        state: what is already shown.
        icon: shows it.
        loader: its history provides the versions to offer.
        notes: returns sentences about parts of the tray that do not work.
        learn: receives the tokens of each configuration that is shown.
    """

    def __init__(
        self,
        home: Home,
        state: State,
        icon: TrayIconBackend,
        loader: ConfigLoader,
        *,
        notes: Callable[[], tuple[str, ...]],
        learn: Learn,
    ) -> None:
        self._home = home
        self._icon = icon
        self._loader = loader
        self._notes = notes
        self._learn = learn
        self._first_notes = state.notes
        self._keyring_name = ""
        self.state = state

    def show(self, **changes: Any) -> None:
        """Replace fields of the state, and show it if it differs."""
        state = replace(self.state, **changes, notes=(*self._notes(), *self._first_notes))
        if state == self.state:
            return
        problem = state.credentials.problem
        if problem and problem != self.state.credentials.problem:
            LOG.warning("credentials: %s", english(problem))
        self.state = state
        LOG.debug("the icon or menu changed")
        self._icon.show(view_of(state))

    def show_config(self, present: Config | ConfigError) -> None:
        """Show what was loaded or written."""
        if isinstance(present, Config):
            self._learn(present.each_secret())
        self.show(config=config_of(present), restorable=restorable(self._loader, present))

    def show_credentials(self) -> None:
        """Check the credential store, and show how it is protected."""
        busy = self.state.credentials.busy
        self.show(credentials=credentials_of(self._home, self._keyring_name, busy=busy))

    def show_keyring(self, name: str) -> None:
        """Show the name of this session's keyring."""
        self._keyring_name = name
        before = self.state.credentials
        self.show(credentials=replace(before, keyring_name=before.keyring_name or name))

    def show_busy(self, busy: bool) -> None:
        """Show whether a keyring call is running."""
        self.show(credentials=replace(self.state.credentials, busy=busy))
