"""What a click does, one method per action.

Most return the title and text of a notification, or None if the menu shows the result, and raise
`CodeMieError` if they failed; `Clicks.attempt` carries them out.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable

from codemie_core import CodeMieError, ConfigLoader, Home
from codemie_tray import PRODUCT, PROGRAM, __version__
from codemie_tray.app.config_guard import ConfigGuard, GuardAction
from codemie_tray.app.lifecycle.first_profile import write_help
from codemie_tray.app.presenter import Presenter
from codemie_tray.app.services.services import Services
from codemie_tray.background.credential_actions import CredentialAction
from codemie_tray.text.errors import in_a_row, in_words, title_of
from codemie_tray.text.language import _
from codemie_tray.text.plain_text import plain, short_path
from codemie_tray.tray_icon.backend import TrayIconBackend
from codemie_tray.view.actions import Do
from codemie_tray.view.menu import Item
from codemie_tray.view.menu_builder import usage_in_words
from codemie_tray.view.state import Missing, Ready, Windows

LOG = logging.getLogger(__name__)

Words = tuple[str, str]
"""Title and text of a notification."""


class Clicks:
    """Used on the worker's thread.

    Args:
        home: the home.
        icon: where notifications are shown.
        presenter: shows what a click changed.
        loader: changes the configuration.
        guard: handles what other programs did to the configuration.
        services: what runs beside the icon.
    """

    def __init__(
        self,
        home: Home,
        icon: TrayIconBackend,
        presenter: Presenter,
        loader: ConfigLoader,
        guard: ConfigGuard,
        services: Services,
    ) -> None:
        self._home = home
        self._icon = icon
        self._presenter = presenter
        self._loader = loader
        self._guard = guard
        self._services = services
        self._offer: str | None = None
        """The title of the notification that offers to add the first profile, while it may be shown."""

    def attempt(self, work: Callable[[], Words | None]) -> None:
        """Carry out a click, show the new state, then notify."""
        try:
            words = work()
        except CodeMieError as error:
            self._presenter.show_config(self._guard.read())
            self.show_failure(error)
            return
        self._guard.take_note()
        self._presenter.show(trouble=None)
        if words is not None:
            self._icon.notify(*words)

    def show_failure(self, error: CodeMieError) -> None:
        """Show an error in the menu and in a notification."""
        LOG.warning("%s", error)
        self._presenter.show(trouble=in_a_row(error))
        self._icon.notify(title_of(error), in_words(error))

    def begin_with_credentials(self, action: CredentialAction) -> None:
        """Start what asks the keyring, unless something already does; it ends with `CredentialsDone`."""
        if not self._presenter.state.credentials.busy:
            self._presenter.show_busy(True)
            self._services.keyring.begin(action)

    def switch(self, name: str) -> Words | None:
        """Make a profile the active one."""
        before = self._presenter.state.config
        was_active = isinstance(before, Ready) and before.active == name
        config = self._loader.switch_profile(name)
        if not self._loader.is_as_written():  # otherwise it is already shown
            self._presenter.show_config(config)
        if was_active:
            return None
        title = _("Switched to {name}").format(name=plain(name))
        return title, _("New sessions use it; running ones keep theirs.")

    def guarded(self, action: GuardAction) -> Words | None:
        """Act on a configuration that other programs changed."""
        words = self._guard.carry_out(action)
        if action is Do.ACCEPT_LOSS or not self._loader.is_as_written():
            self._presenter.show_config(self._guard.read())
        return words

    def leave_tokens_in_clear(self) -> None:
        """Stop warning about tokens in the clear."""
        settings = self._services.settings.change(warn_about_clear_tokens=False)
        self._presenter.show(warns_about_clear_tokens=settings.warn_about_clear_tokens)

    def start_at_login(self, *, on: bool) -> Words | None:
        """Turn starting at login on or off."""
        if self._services.login is None:
            return None
        reason = self._services.login.turn(on=on)
        self._presenter.show(starts_at_login=self._services.login.is_on())
        if reason is None:
            return None
        return _("Start at login may stop working"), _("{reason}.").format(reason=reason)

    def help_with_first_profile(self) -> Words | None:
        """Open the home, with a file that explains how to write a first profile."""
        path = write_help(self._home)
        text = _("{path} explains what to put in the file.").format(path=short_path(path))
        self._icon.notify(_("Create your first profile"), text)
        self._open(self._home.path)
        return None

    def offer_first_profile(self) -> None:
        """Notify that there is no profile yet, with a button that adds one; not if one can be restored."""
        state = self._presenter.state
        if self._has_no_profile and state.restorable is None and state.windows is Windows.READY:
            button = Item(_("Add a profile"), Do.ADD_PROFILE)
            self._offer = _("No profile yet")
            self._icon.notify(self._offer, _("Add your first one, here or in the menu."), button)

    def withdraw_offer(self) -> None:
        """Remove that notification once there is a profile."""
        if self._offer is not None and not self._has_no_profile:
            self._icon.withdraw(self._offer)
            self._offer = None

    @property
    def _has_no_profile(self) -> bool:
        config = self._presenter.state.config
        return isinstance(config, Missing) or (isinstance(config, Ready) and not config.profiles)

    def open_window(self, kind: str, *options: str) -> Words | None:
        """Open a window, or bring it to the front; the options are those of `codemie-tray window`."""
        self._services.windows.open(kind, self._icon.session_environment(), *options)
        return None

    def open_folder(self) -> Words | None:
        """Open the home in the file manager."""
        return self._open(self._home.path)

    def open_config(self) -> Words | None:
        """Open the configuration in the user's editor."""
        return self._open(os.path.realpath(self._presenter.state.config.path))

    def _open(self, path: str) -> Words | None:
        from codemie_tray.desktop.open import open_path

        open_path(path, self._icon.session_environment())
        return None

    def show_about(self) -> Words | None:
        """Show the program's name and version: in the Settings window if there are windows."""
        if self._presenter.state.windows is Windows.READY:
            return self.open_window("settings", "--page", "about")
        text = _("Profiles, logs and settings are in {folder}.\nFor all commands, run: {command}")
        return (
            f"{PRODUCT} {__version__}",
            text.format(folder=short_path(self._home.path), command=f"{PROGRAM} --help"),
        )

    def show_usage(self) -> Words | None:
        """Open the window of the usage; without windows, show today's usage by model."""
        state = self._presenter.state
        if state.windows is Windows.READY:
            return self.open_window("usage")
        return None if state.today is None else usage_in_words(state.today)

    def show_itself(self) -> None:
        """Answer a second start."""
        config = self._presenter.state.config
        active = config.active_row if isinstance(config, Ready) else None
        text = _("Its icon is in the panel.")
        if active:
            text = _("Active profile: {name}. Its icon is in the panel.").format(name=plain(active.name))
        self._icon.show_itself(_("CodeMie Tray is running"), text)
