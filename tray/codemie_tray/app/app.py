"""The running tray: wires files, state, view and toolkit, and carries out what is clicked."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from codemie_core import CodeMieError, ConfigLoader, Home
from codemie_tray import PRODUCT, PROGRAM, __version__
from codemie_tray.app.config_guard import ConfigGuard, GuardAction
from codemie_tray.app.lifecycle.duty import Duty
from codemie_tray.app.lifecycle.single_instance import SingleInstance
from codemie_tray.app.lifecycle.tray_retry import TrayRetry
from codemie_tray.app.parts import Parts
from codemie_tray.background.clock.time_zone import TimeZone
from codemie_tray.background.credential_actions import CredentialAction, carry_out
from codemie_tray.background.keyring_worker import KeyringWorker
from codemie_tray.background.mailbox import Worker
from codemie_tray.background.usage.published_usage import PublishedUsage
from codemie_tray.background.usage.usage_today import UsageTodayCounter
from codemie_tray.text.cleanup import trouble_of, words_of
from codemie_tray.text.errors import in_a_row
from codemie_tray.text.first_profile import write_help
from codemie_tray.text.plain_text import plain, short_path
from codemie_tray.tray_icon import TrayIcon
from codemie_tray.tray_icon.backend import TrayUnavailable
from codemie_tray.view.actions import (
    Action,
    CleanLogs,
    CreateFirstProfile,
    LookAgain,
    OpenConfig,
    OpenFolder,
    Quit,
    SessionEnds,
    ShowAbout,
    ShowItself,
    ShowUsage,
    StartAtLogin,
    StopCleaning,
    SwitchProfile,
)
from codemie_tray.view.menu_builder import usage_in_words, view_of
from codemie_tray.view.state import Broken, Learn, Ready, State, UsageToday, read_state

if TYPE_CHECKING:
    from codemie_core.retention import Cleanup
    from codemie_core.settings import Settings
    from codemie_tray.background.log_cleaner import LogKeeper
    from codemie_tray.desktop.login_item import LoginItem
    from codemie_tray.watch.watcher import Watcher

LOG = logging.getLogger(__name__)


class App:
    """One tray for one home.

    Args:
        home: which home.
        instance: the claim to be its one tray.
        state: what to show first.
        background: started by the login, not by the person: silent, and waits for a tray however long.
        learn: told the tokens of the configuration, to keep them out of the log.
        on_session_end: called where the system may end the process at any moment from then on; quick.
    """

    def __init__(
        self,
        home: Home,
        instance: SingleInstance,
        state: State,
        *,
        background: bool = False,
        learn: Learn = lambda _secrets: None,
        on_session_end: Callable[[], None] = lambda: None,
    ) -> None:
        self._home = home
        self._instance = instance
        self._loader = ConfigLoader(home)
        self._worker = Worker(self._on_fault)
        self._protection = KeyringWorker(
            home,
            in_turn=self._worker.submit,
            changed=self._show_state,
            ended=self._credentials_ended,
            on_fault=self._on_fault,
        )
        self._state = state
        self._background = background
        self._learn = learn
        self._on_session_end = on_session_end
        self._notes = state.notes
        self._settings_problem: str | None = None
        self._trouble: str | None = None
        self._keeper: LogKeeper | None = None
        self._login: LoginItem | None = None
        self._cleaning = False
        self._served = False
        self._late = TrayRetry(instance)
        self._icon = TrayIcon(PROGRAM, view_of(self._state), self._on_action)
        self._guard = ConfigGuard(self._loader, self._icon.notify)
        self._retention: tuple[int, int | None] | None = None
        self._watcher: Watcher | None = None
        self._parts = Parts()
        self._zone = TimeZone()
        self.exec_self: Callable[[], None] | None = None
        """What is to be done at the very end, where the files of the program were replaced."""
        self._today: UsageToday | None = None
        self._duty = Duty(home, self._take_over)
        self._published = PublishedUsage(home)
        self._counter = UsageTodayCounter(
            home,
            lambda today: self._worker.submit(lambda: self._show_today(today)),
            before=self._rearm,  # a new agent's folder is to be watched
            on_duty=lambda: self._duty.is_ours,
            published=self._published,
        )

    def run(self) -> None:
        """Serve until quit, a signal, or the end of the session.

        Raises:
            TrayUnavailable: no tray can be reached.
        """
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            # nohup has SIGHUP ignored, and means it; what else is ignored is not ours to keep.
            ignored = hasattr(signal, name) and signal.getsignal(getattr(signal, name)) is signal.SIG_IGN
            if hasattr(signal, name) and not (ignored and name == "SIGHUP"):
                signal.signal(getattr(signal, name), lambda *_: self._stop())
        if hasattr(signal, "SIGUSR1"):  # a package has replaced our files, see `renewal`
            signal.signal(signal.SIGUSR1, lambda *_: self._renew())
        try:
            if self._background:
                # Before all else: the rotation does not wait for a panel.
                self._parts.run("Sharing work with other sessions", self._duty.start)
                self._parts.run("Looking after old logs", self._start_keeper)
            self._run_icon()
        finally:
            for name, stop in (
                ("Counting", self._counter.stop),
                ("Looking after old logs", self._keeper.stop if self._keeper else None),
                ("The worker", self._worker.stop),
                ("The keyring", self._protection.stop),
                ("Sharing work", self._duty.stop),
                ("Watching", self._watcher.stop if self._watcher else None),
            ):
                if stop is not None:
                    self._parts.run(name, stop)

    def _run_icon(self) -> None:
        while True:
            try:
                self._icon.run(self._on_ready)
            except TrayUnavailable as error:
                if self._served or not self._background:
                    raise  # a tray that was there is lost: the session is over
                self._serve()
                if not self._late.wait(error):
                    return
            else:
                return

    def _renew(self) -> None:
        from codemie_tray.app.lifecycle import restart as renewal

        self.exec_self = renewal.exec_self
        self._stop()

    def _stop(self) -> None:
        self._late.stop()
        self._icon.stop()

    # ---- threads of the toolkit and the watcher ----------------------------------------------------

    def _on_ready(self) -> None:
        self._late.over()
        self._served = True
        self._serve()

    def _serve(self) -> None:
        if not self._worker.started:
            self._worker.submit(self._start_parts)
            self._worker.start()
        else:
            self._look_again()

    def _on_action(self, action: Action) -> None:
        if isinstance(action, Quit):
            self._stop()
        elif isinstance(action, LookAgain):
            self._look_again()
        elif isinstance(action, SessionEnds):
            self._on_session_end()
        elif isinstance(action, ShowItself):
            self._worker.submit(self._show_itself)
        elif isinstance(action, CleanLogs) and self._keeper:
            self._keeper.clean_now()
        elif isinstance(action, StopCleaning) and self._keeper:
            self._keeper.stop_cleaning()
        elif isinstance(action, CredentialAction):
            self._worker.submit(
                lambda: self._protection.begin(lambda store: carry_out(action, self._home, store))
            )
        else:
            self._worker.submit(lambda: self._carry_out(action))

    # ---- the worker's thread -----------------------------------------------------------------------

    def _start_parts(self) -> None:
        # Imported here: the icon shows before the watcher's library and the store's modules are loaded. And
        # what has to be there once our files are another version's.
        from codemie_tray.app.lifecycle import restart  # noqa: F401

        LOG.info("%s %s is running for %s", PRODUCT, __version__, self._home.path)
        if not self._background:
            self._parts.run("Sharing work with other sessions", self._duty.start)
            self._instance.ask_those_that_wait()
        self._parts.run("Start at login", self._look_at_login)
        self._parts.run("Following changes of the files", self._watch)
        self._refresh()
        self._parts.run("The keyring", self._protection.start)
        if not self._parts.run("Counting today's usage", self._counter.start):
            self._today = UsageToday(0, 0, 0, problem="the log says why")
        self._parts.run("Looking after old logs", self._start_keeper)
        self._show_state()
        if not self._background:
            for note in self._state.notes:
                self._icon.notify("CodeMie Tray has something to tell", note)

    def _look_at_login(self) -> None:
        from codemie_tray.desktop.login_item import LoginItem

        self._login = LoginItem()
        self._login.mend()

    def _watch(self) -> None:
        from codemie_core.credentials.vault import FILE_NAME
        from codemie_core.settings import SettingsStore
        from codemie_tray.watch.watcher import Watcher

        files = [self._instance.request, self._home.join(FILE_NAME), SettingsStore(self._home).path]
        watcher = Watcher(
            self._home,
            [*files, *(self._login.watched() if self._login else ())],
            self._look_again,
            wake_for_sessions=self._counter.look,
            wake_for_logs=self._look_at_logs,
            others=[
                (self._published.path, self._look_at_published),
                *((path, self._look_at_zone) for path in self._zone.watched),
            ],
        )
        watcher.start()
        self._watcher = watcher

    def _start_keeper(self) -> None:
        if self._keeper is None:
            from codemie_tray.background.log_cleaner import LogKeeper

            self._keeper = LogKeeper(
                self._home,
                settings=self._settings,
                changed=self._look_again,
                finished=lambda result: self._worker.submit(lambda: self._tell_cleanup(result)),
                busy=lambda busy: self._worker.submit(lambda: self._watch_logs(not busy)),
                on_duty=lambda: self._duty.is_ours,
            )
            self._keeper.start()

    def _rearm(self) -> bool:
        """Watch what there is to watch now; returns whether something may have been missed."""
        if self._watcher is None:
            return False
        return self._watcher.rearm(attributes=isinstance(self._state.config, Broken), logs=not self._cleaning)

    def _settings(self) -> Settings:
        from codemie_core.settings import SettingsStore

        store = SettingsStore(self._home)
        loaded = store.load()
        # A broken file is told of by the one who set it aside, and is gone for the next who looks.
        if loaded.problem or os.path.exists(store.path):
            if loaded.problem and loaded.problem != self._settings_problem:
                LOG.warning("%s", loaded.problem)
            self._settings_problem = loaded.problem
        return loaded.settings

    def _follow_settings(self) -> None:
        settings = self._settings()
        before = self._retention
        self._retention = (settings.log_retention_days, settings.session_retention_days)
        if before not in (None, self._retention):
            self._look_at_logs()

    def _watch_logs(self, on: bool) -> None:
        self._cleaning = not on
        self._rearm()

    def _look_at_logs(self) -> None:
        if self._keeper:
            self._keeper.look_again()

    def _take_over(self) -> None:
        if self._keeper:
            self._keeper.take_over()
        self._counter.look()

    def _look_at_published(self) -> None:
        if not self._duty.is_ours:
            self._counter.look()

    def _look_at_zone(self) -> None:
        self._worker.submit_once(self._follow_zone)

    def _follow_zone(self) -> None:
        if self._zone.follow():
            LOG.info("The time zone of this machine has changed.")
            self._counter.look()  # the day begins at another moment
        self._look_again()  # which also watches what the file is now

    def _look_again(self) -> None:
        self._worker.submit_once(self._refresh)

    def _refresh(self) -> None:
        if self._served:
            if self._instance.answer():
                self._show_itself()
        else:
            self._late.look()  # somebody asks for the icon: try again, or make way for them
        self._rearm()  # before reading: from now on changes are heard of
        self._guard.keep_seen()
        self._follow_settings()
        before = self._state
        self._show_state()
        self._guard.tell(before, self._state)
        if self._rearm():
            self._look_again()

    def _show_state(self) -> None:
        read = read_state(
            self._home,
            trouble=self._trouble,
            today=self._today,
            keyring_name=self._protection.keyring_name,
            keyring_busy=self._protection.busy,
            loader=self._loader,
            learn=self._learn,
        )
        state = replace(
            read,
            logs=self._keeper.now if self._keeper else None,
            starts_at_login=self._login.is_on() if self._login else None,
            notes=(
                *filter(None, (self._guard.trouble, self._settings_problem)),
                *self._parts.notes,
                *self._notes,
            ),
        )
        if state != self._state:
            problem = state.credentials.problem
            if problem and problem != self._state.credentials.problem:
                LOG.warning("credentials: %s", problem)
            self._state = state
            LOG.debug("what is shown changed")
            self._icon.show(view_of(state))

    def _show_today(self, today: UsageToday) -> None:
        self._today = today
        self._show_state()

    def _carry_out(self, action: Action) -> None:
        try:
            if isinstance(action, SwitchProfile):
                self._switch(action.name)
            elif isinstance(action, GuardAction):
                if words := self._guard.carry_out(action):
                    self._say(*words)
            elif isinstance(action, CreateFirstProfile):
                self._help_with_first_profile()
            elif isinstance(action, OpenFolder):
                self._open(self._home.path)
            elif isinstance(action, OpenConfig):
                self._open(os.path.realpath(self._state.config.path))
            elif isinstance(action, StartAtLogin) and self._login:
                if reason := self._login.turn(on=action.on):
                    self._say("Start at login will not last", f"{reason}.")
            elif isinstance(action, ShowAbout):
                where = f"Profiles, logs and settings are in {short_path(self._home.path)}."
                self._icon.notify(f"{PRODUCT} {__version__}", f"{where}\nAll it can do: {PROGRAM} --help")
            elif isinstance(action, ShowUsage) and self._today is not None:
                self._icon.notify(*usage_in_words(self._today))
        except CodeMieError as error:
            self._tell(error)
        else:
            self._trouble = None
            self._guard.take_note()
        self._show_state()

    def _tell(self, error: CodeMieError) -> None:
        LOG.warning("%s", error)
        self._trouble = in_a_row(error)
        self._icon.notify("That did not work", str(error))

    def _credentials_ended(self, outcome: CodeMieError | tuple[str, str] | None) -> None:
        self._trouble = None
        if isinstance(outcome, CodeMieError):
            self._tell(outcome)
        elif outcome is not None:
            self._say(*outcome)
        self._show_state()

    def _tell_cleanup(self, result: Cleanup) -> None:
        self._trouble = trouble_of(result)
        self._show_state()
        self._icon.notify(*words_of(result))

    def _on_fault(self, error: Exception) -> None:
        # Nothing a person asked for may fail in silence, whatever it was.
        self._icon.notify("That did not work", f"{PRODUCT} met a fault of its own: {type(error).__name__}.")

    # ---- the worker's thread, what a click does ----------------------------------------------------

    def _switch(self, name: str) -> None:
        before = self._state.config
        self._loader.switch_profile(name)
        if not (isinstance(before, Ready) and before.active == name):
            self._say(f"Switched to {plain(name)}", "New sessions use it; running ones keep theirs.")

    def _say(self, title: str, text: str) -> None:
        """Notify of something done."""
        self._show_state()  # before it is told, so that the notification has the icon that is right now
        self._icon.notify(title, text)

    def _help_with_first_profile(self) -> None:
        path = write_help(self._home)
        self._icon.notify("Create your first profile", f"{short_path(path)} says what to write there.")
        self._open(self._home.path)

    def _open(self, path: str) -> None:
        from codemie_tray.desktop.open import open_path

        open_path(path, self._icon.session_environment())

    def _show_itself(self) -> None:
        config = self._state.config
        active = config.active_row if isinstance(config, Ready) else None
        text = "Its icon is in the panel."
        if active:
            text = f"Active profile: {plain(active.name)}. {text}"
        self._icon.show_itself(f"{PRODUCT} is running", text)
