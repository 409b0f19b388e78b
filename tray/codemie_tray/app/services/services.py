"""What runs beside the icon: the watcher, the log cleaner, the usage counter, the keyring, the login entry.

Each is started separately (`parts`), so that one failure does not stop the others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from codemie_core import Home
from codemie_tray.app.lifecycle.duty import Duty
from codemie_tray.app.lifecycle.events import TrayEvent
from codemie_tray.app.lifecycle.single_instance import SingleInstance
from codemie_tray.app.services.parts import Parts
from codemie_tray.app.services.settings_reader import SettingsReader
from codemie_tray.app.services.window_launcher import WindowLauncher
from codemie_tray.background.clock.time_zone import TimeZone
from codemie_tray.background.keyring_worker import KeyringWorker
from codemie_tray.background.messages import BackgroundMessage
from codemie_tray.background.usage.published_usage import PublishedUsage
from codemie_tray.background.usage.usage_today import UsageTodayCounter
from codemie_tray.background.watch.changes import Change, FilesChanged, UsagePublished, Watched
from codemie_tray.text.language import _

if TYPE_CHECKING:
    from codemie_tray.background.log_cleaner import LogCleaner
    from codemie_tray.background.watch.watcher import Watcher
    from codemie_tray.desktop.login_item import LoginItem


class Services:
    """Started and ended on the main thread or the worker's, one after the other.

    Args:
        home: the home.
        instance: the claim to be its only tray in this session.
        post: receives all their messages.
        post_once: the same, unless an equal one is waiting.
        on_fault: called with unexpected errors.
    """

    def __init__(
        self,
        home: Home,
        instance: SingleInstance,
        *,
        post: Callable[[TrayEvent | BackgroundMessage], None],
        post_once: Callable[[Change], None],
        on_fault: Callable[[Exception], None],
    ) -> None:
        self._home = home
        self._instance = instance
        self._post = post
        self._post_once = post_once
        self.parts = Parts()
        self.settings = SettingsReader(home)
        self.zone = TimeZone()
        self.duty = Duty(home, lambda: post(TrayEvent.DUTY_TAKEN))
        self.keyring = KeyringWorker(home, post, on_fault=on_fault)
        self.windows = WindowLauncher(home, post)
        self._published = PublishedUsage(home)
        self.counter = UsageTodayCounter(
            home, post, on_duty=lambda: self.duty.is_ours, published=self._published
        )
        self.cleaner: LogCleaner | None = None
        self.login: LoginItem | None = None
        self._watcher: Watcher | None = None
        self._duty_began = False

    def start_without_an_icon(self) -> None:
        """Start what need not wait for a panel at login: removing old logs."""
        self._start_duty()
        self.parts.run(_("Log cleanup"), self._start_cleaner)

    def start_watching(self) -> None:
        """Start what the first read of the files needs."""
        self._start_duty()
        self.parts.run(_("Start at login"), self._start_login)
        self.parts.run(_("Watching for file changes"), self._start_watcher)

    def start_the_rest(self) -> bool:
        """Start everything else; returns whether today's usage will be counted."""
        self.parts.run(_("The keyring"), self.keyring.start)
        counts = self.parts.run(_("Today's usage"), self.counter.start)
        self.parts.run(_("Log cleanup"), self._start_cleaner)
        return counts

    def stop(self, stop_worker: Callable[[], None]) -> None:
        """End everything, the worker in the middle, so that whatever it started last ends too."""
        for name, stop in (
            ("Counting", self.counter.stop),
            ("Log cleanup", self.cleaner.stop if self.cleaner else None),
            ("The worker", stop_worker),
            ("The keyring", self.keyring.stop),
            ("Coordination with your other sessions", self.duty.stop),
            ("Watching", self._stop_watcher),
        ):
            if stop is not None:
                self.parts.run(name, stop)

    def rearm(self, *, attributes: bool, logs: bool) -> frozenset[Change]:
        """Watch what exists now; see `Watcher.rearm`."""
        return self._watcher.rearm(attributes=attributes, logs=logs) if self._watcher else frozenset()

    def count_logs(self) -> None:
        """Count old logs again soon."""
        if self.cleaner:
            self.cleaner.look_again()

    def read_published_usage(self) -> None:
        """Show what another session's tray counted, if counting is not our duty."""
        if not self.duty.is_ours:
            self.counter.look()

    def take_over(self) -> None:
        """Take over cleaning and counting from another session's tray."""
        if self.cleaner:
            self.cleaner.take_over()
        self.counter.look()

    def _start_duty(self) -> None:
        if not self._duty_began:
            self._duty_began = True
            self.parts.run(_("Coordination with your other sessions"), self.duty.start)

    def _start_login(self) -> None:
        from codemie_tray.desktop.login_item import LoginItem

        self.login = LoginItem()
        self.login.fix()

    def _start_watcher(self) -> None:
        from codemie_core.credentials.vault.vault import FILE_NAME
        from codemie_tray.background.watch.watcher import Watcher

        files: dict[str, Change] = {
            self._instance.request: FilesChanged(Watched.SHOW_REQUEST),
            self._home.join(FILE_NAME): FilesChanged(Watched.CREDENTIALS),
            self.settings.path: FilesChanged(Watched.SETTINGS),
            self._published.path: UsagePublished(),
        }
        if self.login:
            files |= dict.fromkeys(self.login.watched(), FilesChanged(Watched.LOGIN_ENTRY))
        files |= dict.fromkeys(self.zone.watched, FilesChanged(Watched.TIME_ZONE))
        watcher = Watcher(self._home, self._post_once, files)
        watcher.start()
        self._watcher = watcher

    def _stop_watcher(self) -> None:
        if self._watcher:
            self._watcher.stop()

    def _start_cleaner(self) -> None:
        if self.cleaner is None:
            from codemie_tray.background.log_cleaner import LogCleaner

            self.cleaner = LogCleaner(
                self._home, self._post, settings=self.settings.read, on_duty=lambda: self.duty.is_ours
            )
            self.cleaner.start()
