"""What the tray does for each message in its mailbox: one `match`, on one thread, one after the other."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, assert_never

from codemie_core import CodeMieError, Config, ConfigLoader, Home
from codemie_tray import PRODUCT, PROGRAM, __version__
from codemie_tray.app.config_guard import ConfigGuard, GuardAction
from codemie_tray.app.events import TrayEvent
from codemie_tray.app.lifecycle.single_instance import SingleInstance
from codemie_tray.app.lifecycle.tray_retry import TrayRetry
from codemie_tray.app.presenter import Presenter
from codemie_tray.app.services import Services
from codemie_tray.background.credential_actions import CredentialAction
from codemie_tray.background.messages import (
    BackgroundMessage,
    CleaningBegan,
    CleaningEnded,
    CleaningProgressed,
    CredentialsDone,
    KeyringNamed,
    LogsCounted,
    UsageCounted,
)
from codemie_tray.text.cleanup import trouble_of, words_of
from codemie_tray.text.errors import in_a_row
from codemie_tray.text.first_profile import write_help
from codemie_tray.text.plain_text import plain, short_path
from codemie_tray.tray_icon.backend import TrayIconBackend
from codemie_tray.view.actions import (
    Action,
    Do,
    KeepTokensInStore,
    RestoreVersion,
    StartAtLogin,
    SwitchProfile,
)
from codemie_tray.view.menu_builder import usage_in_words
from codemie_tray.view.read_state import Learn
from codemie_tray.view.state import Broken, Ready, State, UsageToday
from codemie_tray.watch.changes import (
    Change,
    FilesChanged,
    LogsChanged,
    SessionsChanged,
    UsagePublished,
    Watched,
)

if TYPE_CHECKING:
    from codemie_core.retention import Cleanup

LOG = logging.getLogger(__name__)

Message = TrayEvent | Action | Change | BackgroundMessage
"""Everything that can be in the mailbox."""
Words = tuple[str, str]
"""Title and text of a notification."""


class Handlers:
    """Used on the worker's thread.

    Args:
        home: which home.
        state: what is shown already.
        icon: where it is shown.
        services: what runs beside the icon.
        instance: the claim to be the one tray.
        retry: knows whether the icon is shown.
        background: started by the login, not by the person: says nothing at the start.
        learn: takes the tokens of the configuration, to keep them out of the log.
        post_again: posts a message unless an equal one is waiting.
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
        post_again: Callable[[Message], None],
    ) -> None:
        self._home = home
        self._icon = icon
        self._services = services
        self._instance = instance
        self._retry = retry
        self._background = background
        self._post_again = post_again
        # A click is shown as soon as it is on the disk, and not when it is certain that nobody undoes it.
        self._loader = ConfigLoader(home, on_durable=self._show_written)
        self._guard = ConfigGuard(self._loader, icon.notify)
        self._presenter = Presenter(home, state, icon, self._loader, notes=self._notes, learn=learn)
        self._cleaning = False
        self._retention: tuple[int, int | None] | None = None

    def handle(self, message: Message) -> None:  # noqa: PLR0912, PLR0915 - one branch for each message
        """Do what a message asks for."""
        match message:
            case TrayEvent.STARTED:
                self._start()
            case TrayEvent.DUTY_TAKEN:
                self._services.take_over()
            case FilesChanged(what):
                self._read_again(what)
            case SessionsChanged():
                self._services.counter.look()
            case LogsChanged():
                self._services.count_logs()
            case UsagePublished():
                self._services.read_published_usage()
            case UsageCounted(today):
                self._presenter.show(today=today)
                if self._rearm():  # a new agent's folder: it is watched from now on, and counted once more
                    self._services.counter.look()
            case LogsCounted(found):
                self._presenter.show(logs=found)
            case CleaningBegan():
                self._cleaning = True
                self._rearm()
            case CleaningProgressed(progress):
                self._presenter.show(logs=progress)
            case CleaningEnded(asked_for):
                self._cleaning_ended(asked_for)
            case KeyringNamed(name):
                self._presenter.show_keyring(name)
            case CredentialsDone(outcome):
                self._credentials_done(outcome)
            case Do.QUIT | Do.SESSION_ENDS:
                pass  # never posted: `App` does not let them wait for us
            case Do.LOOK_AGAIN:
                self._read_again(Watched.HOME)
            case Do.SHOW_ITSELF:
                self._show_itself()
            case Do.CLEAN_LOGS:
                if self._services.cleaner:
                    self._services.cleaner.clean_now()
            case Do.STOP_CLEANING:
                if self._services.cleaner:
                    self._services.cleaner.stop_cleaning()
            case Do.PROTECT_CREDENTIALS | Do.UNPROTECT_CREDENTIALS | KeepTokensInStore():
                self._begin_with_credentials(message)
            case SwitchProfile(name):
                self._attempt(lambda: self._switch(name))
            case RestoreVersion() | Do.ACCEPT_LOSS | Do.MIGRATE_CONFIG | Do.MOVE_TOKENS_FOR_CLI:
                self._attempt(lambda: self._guarded(message))
            case Do.CREATE_FIRST_PROFILE:
                self._attempt(self._help_with_first_profile)
            case Do.OPEN_FOLDER:
                self._attempt(lambda: self._open(self._home.path))
            case Do.OPEN_CONFIG:
                self._attempt(lambda: self._open(os.path.realpath(self._presenter.state.config.path)))
            case StartAtLogin(on):
                self._attempt(lambda: self._start_at_login(on=on))
            case Do.SHOW_ABOUT:
                self._attempt(self._show_about)
            case Do.SHOW_USAGE:
                self._attempt(self._show_usage)
            case _:
                assert_never(message)

    # ---- the start ---------------------------------------------------------------------------------

    def _start(self) -> None:
        # Imported now: once our files are another version's, an import may fail.
        from codemie_tray.app.lifecycle import restart  # noqa: F401

        LOG.info("%s %s is running for %s", PRODUCT, __version__, self._home.path)
        self._services.start_watching()
        if not self._background:
            self._instance.ask_those_that_wait()
        self._read_again(Watched.HOME)
        counts = self._services.start_the_rest()
        if counts:
            self._presenter.show()
        else:
            self._presenter.show(today=UsageToday(0, 0, 0, problem="see the log for details"))
        if not self._background:
            for note in self._presenter.state.notes:
                self._icon.notify("CodeMie Tray needs your attention", note)

    # ---- files -------------------------------------------------------------------------------------

    def _read_again(self, what: Watched) -> None:
        """Read what changed, and only that."""
        self._rearm()  # before reading: from now on changes are reported
        match what:
            case Watched.CONFIG:
                if self._is_our_own_write():
                    return
                self._look_at_config()
                self._presenter.show_credentials()  # also says who else could have changed the home
            case Watched.CREDENTIALS:
                self._presenter.show_credentials()
            case Watched.SETTINGS:
                self._look_at_settings()
            case Watched.LOGIN_ENTRY:
                self._look_at_login()
            case Watched.SHOW_REQUEST:
                self._look_at_request()
            case Watched.HOME | Watched.TIME_ZONE:
                self._look_at_everything()
            case _:
                assert_never(what)
        if self._rearm():
            self._post_again(FilesChanged(Watched.HOME))

    def _look_at_everything(self) -> None:
        if self._services.zone.follow():
            LOG.info("The time zone of this machine has changed.")
            self._services.counter.look()  # the day begins at another moment
        self._look_at_request()
        self._look_at_config()
        self._look_at_settings()
        self._presenter.show_credentials()
        self._look_at_login()

    def _is_our_own_write(self) -> bool:
        # What could not be kept in the history is tried once more.
        return self._loader.trouble is None and self._loader.is_as_written()

    def _show_written(self, config: Config) -> None:
        self._presenter.show_config(config)

    def _look_at_config(self) -> None:
        before = self._presenter.state
        self._presenter.show_config(self._guard.read())
        self._guard.tell(before, self._presenter.state)

    def _look_at_settings(self) -> None:
        settings = self._services.settings.read()
        before = self._retention
        self._retention = (settings.log_retention_days, settings.session_retention_days)
        if before not in (None, self._retention):
            self._services.count_logs()
        self._presenter.show()

    def _look_at_login(self) -> None:
        login = self._services.login
        self._presenter.show(starts_at_login=login.is_on() if login else None)

    def _look_at_request(self) -> None:
        if self._retry.is_asked_to_show():
            self._show_itself()

    def _rearm(self) -> bool:
        """Watch what there is to watch now; returns whether something may have been missed."""
        broken = isinstance(self._presenter.state.config, Broken)
        return self._services.rearm(attributes=broken, logs=not self._cleaning)

    def _notes(self) -> tuple[str, ...]:
        problems = (self._guard.trouble, self._services.settings.problem)
        return (*filter(None, problems), *self._services.parts.notes)

    # ---- what ended in the background --------------------------------------------------------------

    def _cleaning_ended(self, asked_for: Cleanup | None) -> None:
        self._cleaning = False
        self._rearm()
        if asked_for is not None:
            self._presenter.show(trouble=trouble_of(asked_for))
            self._icon.notify(*words_of(asked_for))

    def _credentials_done(self, outcome: CodeMieError | Words | None) -> None:
        failed = outcome if isinstance(outcome, CodeMieError) else None
        self._presenter.show_busy(False)
        self._presenter.show_config(self._guard.read())
        self._presenter.show_credentials()
        if failed is not None:
            self._failed(failed)
        else:
            self._presenter.show(trouble=None)
            if isinstance(outcome, tuple):
                self._icon.notify(*outcome)

    # ---- what a click does -------------------------------------------------------------------------

    def _attempt(self, work: Callable[[], Words | None]) -> None:
        """Do what was clicked, show what came of it, then say so."""
        try:
            words = work()
        except CodeMieError as error:
            self._presenter.show_config(self._guard.read())
            self._failed(error)
            return
        self._guard.take_note()
        self._presenter.show(trouble=None)
        if words is not None:
            self._icon.notify(*words)

    def _failed(self, error: CodeMieError) -> None:
        LOG.warning("%s", error)
        self._presenter.show(trouble=in_a_row(error))
        self._icon.notify("Something went wrong", str(error))

    def _switch(self, name: str) -> Words | None:
        before = self._presenter.state.config
        was_active = isinstance(before, Ready) and before.active == name
        config = self._loader.switch_profile(name)
        if not self._loader.is_as_written():  # else it is shown already
            self._presenter.show_config(config)
        if was_active:
            return None
        return f"Switched to {plain(name)}", "New sessions use it; running ones keep theirs."

    def _guarded(self, action: GuardAction) -> Words | None:
        words = self._guard.carry_out(action)
        if action is Do.ACCEPT_LOSS or not self._loader.is_as_written():
            self._presenter.show_config(self._guard.read())
        return words

    def _begin_with_credentials(self, action: CredentialAction) -> None:
        if not self._presenter.state.credentials.busy:
            self._presenter.show_busy(True)
            self._services.keyring.begin(action)

    def _start_at_login(self, *, on: bool) -> Words | None:
        if self._services.login is None:
            return None
        reason = self._services.login.turn(on=on)
        self._look_at_login()
        return ("Start at login may stop working", f"{reason}.") if reason else None

    def _help_with_first_profile(self) -> Words | None:
        path = write_help(self._home)
        self._icon.notify(
            "Create your first profile", f"{short_path(path)} explains what to put in the file."
        )
        self._open(self._home.path)
        return None

    def _open(self, path: str) -> Words | None:
        from codemie_tray.desktop.open import open_path

        open_path(path, self._icon.session_environment())
        return None

    def _show_about(self) -> Words:
        where = f"Profiles, logs and settings are in {short_path(self._home.path)}."
        return f"{PRODUCT} {__version__}", f"{where}\nFor all commands, run: {PROGRAM} --help"

    def _show_usage(self) -> Words | None:
        today = self._presenter.state.today
        return None if today is None else usage_in_words(today)

    def _show_itself(self) -> None:
        config = self._presenter.state.config
        active = config.active_row if isinstance(config, Ready) else None
        text = "Its icon is in the panel."
        if active:
            text = f"Active profile: {plain(active.name)}. {text}"
        self._icon.show_itself(f"{PRODUCT} is running", text)
