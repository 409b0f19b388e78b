"""Follows the files: reads only what changed, and shows it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import assert_never

from codemie_core import ConfigLoader
from codemie_core.config.store.arrangement_store import of_settings
from codemie_tray.app.config_guard import ConfigGuard
from codemie_tray.app.presenter import Presenter
from codemie_tray.app.services.services import Services
from codemie_tray.background.watch.changes import Change, FilesChanged, Watched
from codemie_tray.text.language.choice import choose, chosen
from codemie_tray.view.state import Broken

LOG = logging.getLogger(__name__)


class Follower:
    """Used on the worker's thread.

    Args:
        presenter: shows what was read.
        loader: knows which writes of the configuration are ours.
        guard: reads the configuration, and keeps what other programs wrote.
        services: the watcher, and others that need to know.
        show_if_asked: answers a second start, if there was one.
        post_once: posts a message unless an equal one is waiting.
    """

    def __init__(
        self,
        presenter: Presenter,
        loader: ConfigLoader,
        guard: ConfigGuard,
        services: Services,
        *,
        show_if_asked: Callable[[], None],
        post_once: Callable[[FilesChanged], None],
    ) -> None:
        self._presenter = presenter
        self._loader = loader
        self._guard = guard
        self._services = services
        self._show_if_asked = show_if_asked
        self._post_once = post_once
        self._cleaning = False
        self._retention: tuple[int, int | None] | None = None

    def read_again(self, what: Watched) -> None:
        """Read only what changed."""
        missed = self.rearm()  # before reading: from now on changes are reported
        match what:
            case Watched.CONFIG:
                if self._is_our_own_write() and not missed:
                    return
                self._look_at_config()
                self._presenter.show_credentials()  # also shows who else could have changed the home
            case Watched.CREDENTIALS:
                self._presenter.show_credentials()
            case Watched.SETTINGS:
                if self._look_at_settings():
                    self._look_at_config()
                    self._presenter.show_credentials()
            case Watched.LOGIN_ENTRY:
                self._look_at_login()
            case Watched.SHOW_REQUEST:
                self._show_if_asked()
            case Watched.HOME | Watched.TIME_ZONE:
                self._look_at_everything()
            case _:
                assert_never(what)
        if self.rearm():
            self._post_once(FilesChanged(Watched.HOME))

    def _look_at_everything(self) -> None:
        if self._services.zone.follow():
            LOG.info("The time zone of this machine has changed.")
            self._services.counter.look()  # the day begins at another time
        self._show_if_asked()
        self._look_at_settings()  # first: they say in which language the rest is shown
        self._look_at_config()
        self._presenter.show_credentials()
        self._look_at_login()

    def _is_our_own_write(self) -> bool:
        # What could not be added to the history is tried once more.
        return self._loader.trouble is None and self._loader.is_as_written()

    def _look_at_config(self) -> None:
        before = self._presenter.state
        self._presenter.show_config(self._guard.read())
        self._guard.tell(before, self._presenter.state)

    def _look_at_settings(self) -> bool:
        """Return whether another language was chosen."""
        settings = self._services.settings.read()
        other_language = choose(settings.language)
        before = self._retention
        self._retention = (settings.log_retention_days, settings.session_retention_days)
        if before not in (None, self._retention):
            self._services.count_logs()
        self._presenter.show(
            warns_about_clear_tokens=settings.warn_about_clear_tokens,
            language=chosen(),
            arrangement=of_settings(settings),
        )
        return other_language

    def _look_at_login(self) -> None:
        login = self._services.login
        self._presenter.show(starts_at_login=login.is_on() if login else None)

    def cleaning(self, begins: bool) -> None:
        """Stop watching logs while we remove them by the thousand."""
        self._cleaning = begins
        self.rearm()

    def rearm(self) -> frozenset[Change]:
        """Watch what exists now; returns what may have changed unseen."""
        broken = isinstance(self._presenter.state.config, Broken)
        return self._services.rearm(attributes=broken, logs=not self._cleaning)
