"""Connects the Settings window to a home: pages, keys and files on one side, changes on the other."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence

from codemie_tray.text.language import _
from codemie_tray.windows.parts.application import Process
from codemie_tray.windows.parts.one_window import Request
from codemie_tray.windows.parts.work import Work
from codemie_tray.windows.settings.pages.about import AboutPage
from codemie_tray.windows.settings.pages.credentials import CredentialsPage
from codemie_tray.windows.settings.pages.general import GeneralPage
from codemie_tray.windows.settings.pages.history import HistoryPage
from codemie_tray.windows.settings.pages.logs import LogsPage
from codemie_tray.windows.settings.pages.page import Page, Tools
from codemie_tray.windows.settings.runner import SettingsRunner
from codemie_tray.windows.settings.window import SettingsWindow


class SettingsController(QObject):
    """Reads the shown page again when a file changes, and forwards keys.

    Args:
        window: the widgets.
        process: what the window is built on.
    """

    def __init__(self, window: SettingsWindow, process: Process) -> None:
        super().__init__(window)
        self._window, self._live, self._work = window, process.live, process.work
        self._language = process.language
        self._keyring_work = Work(self)
        args = (window.toast, window.notice, window.say_busy)
        self._runner = SettingsRunner(self, process.work, *args)
        self._keyring_runner = SettingsRunner(self, self._keyring_work, *args, _("Waiting for the keyring…"))
        tools = Tools(process.home, process.work, self._runner)
        self._logs = LogsPage(tools)
        self._pages: dict[str, Page] = {
            "general": GeneralPage(tools),
            "logs": self._logs,
            "credentials": CredentialsPage(tools, self._keyring_work, self._keyring_runner),
            "history": HistoryPage(tools, process.theme),
            "about": AboutPage(tools),
        }
        for page in self._pages.values():
            window.add_page(page)
        self._connect()

    def start(self, page: str) -> None:
        """Show a page by its name; the first one for any other name."""
        self._live.start()
        self._open(page or "general")

    def end(self) -> None:
        """Forget what Undo would need, and let the keyring's thread end."""
        self._window.toast.drop()
        self._keyring_work.stop(timeout_seconds=0)

    def close(self) -> None:
        """Save what was typed, let a change finish, and close."""

        def end() -> None:
            self._window.may_close = True
            self._window.close()

        self._page.commit()
        self._runner.when_done(end)

    @property
    def _page(self) -> Page:
        page = self._window.stack.currentWidget()
        assert isinstance(page, Page)  # noqa: S101 - for the type checker: the stack holds nothing else
        return page

    def _open(self, name: str) -> None:
        names = list(self._pages)
        self._window.list.setCurrentRow(names.index(name) if name in names else 0)

    def _turn_to(self, at: int) -> None:
        if at >= 0:
            self._page.commit()
            self._window.stack.setCurrentIndex(at)
            self._page.look()

    def _come_to_front(self, request: Request) -> None:
        self._window.bring_to_front(request.activation_token)
        if request.page:
            self._open(request.page)

    def _look(self) -> None:
        self._page.look()

    def _translate(self) -> None:
        self._window.list.name_again()
        for page in self._pages.values():
            page.translate()
        self._look()

    def _connect(self) -> None:
        window = self._window
        self._language.changed.connect(self._translate)
        window.list.currentRowChanged.connect(self._turn_to)
        window.close_asked.connect(self.close)
        self._runner.ended.connect(self._look)
        self._live.changed.connect(self._look)
        self._live.records_changed.connect(self._logs.count_soon, Qt.ConnectionType.QueuedConnection)
        self._live.raise_requested.connect(self._come_to_front)
        close = _("Close the window")
        keys: tuple[tuple[str | QKeySequence.StandardKey, Callable[[], object], str], ...] = (
            (QKeySequence.StandardKey.Undo, window.toast.undo, _("&Undo")),
            ("Ctrl+W", self.close, close),
            ("Escape", self.close, close),
        )
        for at in range(len(self._pages)):
            window.shortcut(f"Ctrl+{at + 1}", partial(window.list.setCurrentRow, at), _("Open a page"))
        for shortcut, act, caption in keys:
            window.shortcut(shortcut, act, caption)
