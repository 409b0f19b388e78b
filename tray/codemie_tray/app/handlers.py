"""What the tray does for each message in its mailbox: one `match`, on one thread, one message at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, assert_never

from codemie_core import CodeMieError, Config, ConfigLoader, Home
from codemie_tray import PRODUCT, __version__
from codemie_tray.app.clicks import Clicks, Words
from codemie_tray.app.config_guard import ConfigGuard
from codemie_tray.app.follower import Follower
from codemie_tray.app.lifecycle.events import TrayEvent
from codemie_tray.app.lifecycle.first_cleanup import FirstCleanup
from codemie_tray.app.lifecycle.single_instance import SingleInstance
from codemie_tray.app.lifecycle.tray_retry import TrayRetry
from codemie_tray.app.presenter import Presenter
from codemie_tray.app.services.services import Services
from codemie_tray.background.messages import (
    BackgroundMessage,
    CleaningBegan,
    CleaningEnded,
    CleaningProgressed,
    CredentialsDone,
    KeyringNamed,
    LogsCounted,
    UsageCounted,
    WindowFailed,
)
from codemie_tray.background.usage.budget_notices import BudgetNotices
from codemie_tray.background.watch.changes import (
    Change,
    FilesChanged,
    LogsChanged,
    SessionsChanged,
    UsagePublished,
    Watched,
)
from codemie_tray.text.cleanup import trouble_of, words_of
from codemie_tray.text.language import _
from codemie_tray.tray_icon.backend import TrayIconBackend
from codemie_tray.view.actions import (
    Action,
    Do,
    Explain,
    KeepTokensInStore,
    RestoreVersion,
    StartAtLogin,
    SwitchProfile,
)
from codemie_tray.view.read_state import Learn
from codemie_tray.view.state import State, UsageToday

if TYPE_CHECKING:
    from codemie_core.retention import Cleanup

LOG = logging.getLogger(__name__)

Message = TrayEvent | Action | Change | BackgroundMessage
"""All messages that the mailbox can hold."""


class Handlers:
    """Used on the worker's thread.

    Args:
        home: the home.
        state: what is already shown.
        icon: where it is shown.
        services: what runs beside the icon.
        instance: the claim to be the only tray.
        retry: knows whether the icon is shown.
        background: started by the login, not by the user: silent at the start.
        learn: receives the configuration's tokens, to keep them out of the log.
        post_once: posts a message unless an equal one is waiting.
    """

    def __init__(
        self,
        home: Home,
        state: State,
        icon: TrayIconBackend,
        services: Services,
        *,
        instance: SingleInstance,
        retry: TrayRetry,
        background: bool,
        learn: Learn,
        post_once: Callable[[FilesChanged], None],
    ) -> None:
        self._home = home
        self._icon = icon
        self._services = services
        self._instance = instance
        self._retry = retry
        self._background = background
        # Show a click as soon as it is on the disk, not only when it is certain that nobody undoes it.
        loader = ConfigLoader(home, on_durable=self._show_written)
        self._guard = ConfigGuard(loader, icon.notify)
        self._presenter = Presenter(home, state, icon, loader, notes=self._notes, learn=learn)
        self._budget_notices = BudgetNotices(home)
        self._first_cleanup = FirstCleanup(home, services.settings)
        self._has_read_all = False
        self._clicks = Clicks(home, icon, self._presenter, loader, self._guard, services)
        self._follow = Follower(
            self._presenter,
            loader,
            self._guard,
            services,
            show_if_asked=lambda: self._clicks.show_itself() if retry.is_asked_to_show() else None,
            post_once=post_once,
        )

    def handle(self, message: Message) -> None:  # noqa: PLR0912, PLR0915 - one branch for each message
        """Handle a message."""
        match message:
            case TrayEvent.STARTED:
                self._start()
            case TrayEvent.DUTY_TAKEN:
                self._services.take_over()
            case FilesChanged(what):
                self._follow.read_again(what)
                self._clicks.withdraw_offer()
            case SessionsChanged():
                self._services.counter.look()
            case LogsChanged():
                self._services.count_logs()
            case UsagePublished():
                self._services.read_published_usage()
            case UsageCounted(today):
                self._presenter.show(today=today)
                for words in self._budget_notices.due(today.budgets):
                    self._icon.notify(*words)
                # The folder of a new agent: watch it from now on, and count once more.
                if SessionsChanged() in self._follow.rearm():
                    self._services.counter.look()
            case LogsCounted(found):
                self._presenter.show(logs=found)
            case CleaningBegan():
                self._follow.cleaning(True)
            case CleaningProgressed(progress):
                self._presenter.show(logs=progress)
            case CleaningEnded(asked_for, automatic):
                self._cleaning_ended(asked_for, automatic)
            case KeyringNamed(name):
                self._presenter.show_keyring(name)
            case CredentialsDone(outcome):
                self._credentials_done(outcome)
            case WindowFailed(reason):
                self._icon.notify(_("The window could not be opened"), reason)
            case Do.QUIT | Do.SESSION_ENDS:
                pass  # never posted: `App` does not let them wait for us
            case Do.LOOK_AGAIN:
                self._follow.read_again(Watched.HOME)
                self._report_first_cleanup()
            case Do.SHOW_ITSELF:
                self._clicks.show_itself()
            case Do.CLEAN_LOGS:
                if self._services.cleaner:
                    self._services.cleaner.clean_now()
            case Do.STOP_CLEANING:
                if self._services.cleaner:
                    self._services.cleaner.stop_cleaning()
            case Do.PROTECT_CREDENTIALS | Do.UNPROTECT_CREDENTIALS | KeepTokensInStore():
                self._clicks.begin_with_credentials(message)
            case SwitchProfile(name):
                self._clicks.attempt(lambda: self._clicks.switch(name))
            case RestoreVersion() | Do.ACCEPT_LOSS | Do.MIGRATE_CONFIG | Do.MOVE_TOKENS_FOR_CLI:
                self._clicks.attempt(lambda: self._clicks.guarded(message))
            case Do.LEAVE_TOKENS_IN_CLEAR:
                self._clicks.attempt(self._clicks.leave_tokens_in_clear)
            case Explain(title, text):
                self._icon.notify(title, text)
            case Do.CREATE_FIRST_PROFILE:
                self._clicks.attempt(self._clicks.help_with_first_profile)
            case Do.ADD_PROFILE | Do.MANAGE_PROFILES:
                add = ["--add"] if message is Do.ADD_PROFILE else []
                self._clicks.attempt(lambda: self._clicks.open_window("profiles", *add))
            case Do.OPEN_USAGE:
                self._clicks.attempt(lambda: self._clicks.open_window("usage"))
            case Do.OPEN_SETTINGS:
                self._clicks.attempt(lambda: self._clicks.open_window("settings"))
            case Do.OPEN_FOLDER:
                self._clicks.attempt(self._clicks.open_folder)
            case Do.OPEN_CONFIG:
                self._clicks.attempt(self._clicks.open_config)
            case StartAtLogin(on):
                self._clicks.attempt(lambda: self._clicks.start_at_login(on=on))
            case Do.SHOW_ABOUT:
                self._clicks.attempt(self._clicks.show_about)
            case Do.SHOW_USAGE:
                self._clicks.attempt(self._clicks.show_usage)
            case _:
                assert_never(message)

    # ---- the start ---------------------------------------------------------------------------------

    def _start(self) -> None:
        # Imported now: after our files are replaced by another version's, an import may fail.
        from codemie_tray.app.lifecycle import restart  # noqa: F401

        LOG.info("%s %s is running for %s", PRODUCT, __version__, self._home.path)
        self._services.start_watching()
        if not self._background:
            self._instance.ask_those_that_wait()
        self._follow.read_again(Watched.HOME)
        counts = self._services.start_the_rest()
        if counts:
            self._presenter.show()
        else:
            self._presenter.show(today=UsageToday(0, 0, 0, problem=_("See the log for details")))
        if not self._background:
            for note in self._presenter.state.notes:
                self._icon.notify(_("CodeMie Tray needs your attention"), note)
            self._clicks.offer_first_profile()
        self._has_read_all = True
        self._report_first_cleanup()

    def _show_written(self, config: Config) -> None:
        self._presenter.show_config(config)

    def _notes(self) -> tuple[str, ...]:
        problems = (self._guard.trouble, self._services.settings.problem)
        return (*filter(None, problems), *self._services.parts.notes)

    # ---- what ended in the background --------------------------------------------------------------

    def _cleaning_ended(self, asked_for: Cleanup | None, automatic: Cleanup | None) -> None:
        self._follow.cleaning(False)
        if automatic is not None:
            self._first_cleanup.note(automatic)
            self._report_first_cleanup()
        if asked_for is not None:
            self._presenter.show(trouble=trouble_of(asked_for))
            self._icon.notify(*words_of(asked_for))

    def _report_first_cleanup(self) -> None:
        # At login there may be no session bus yet, so nobody would see it. And a cleanup may end before it is
        # known whether the tray starts at login, which the notification says.
        ready = self._retry.served and self._has_read_all
        if ready and (words := self._first_cleanup.due(self._presenter.state)):
            self._icon.notify(*words)

    def _credentials_done(self, outcome: CodeMieError | Words | None) -> None:
        failed = outcome if isinstance(outcome, CodeMieError) else None
        self._presenter.show_busy(False)
        self._presenter.show_config(self._guard.read())
        self._presenter.show_credentials()
        if failed is not None:
            self._clicks.show_failure(failed)
        else:
            self._presenter.show(trouble=None)
            if isinstance(outcome, tuple):
                self._icon.notify(*outcome)
