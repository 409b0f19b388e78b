"""The tray icon on Windows: pystray's own backend with its known bugs fixed, behind our interface.

Everything native happens on the thread of `run`, which serves the messages of one hidden window; other
threads queue work and post a message. While the menu is open, Windows runs that loop inside the menu's call:
icon, tooltip and notifications are served then, too, but the menu is replaced only when it has closed.
"""
# ruff: noqa: E402 - on other systems mypy leaves out what follows the assertion, these imports too

from __future__ import annotations

import sys

assert sys.platform == "win32"  # noqa: S101

import collections
import contextlib
import logging
from collections.abc import Callable

from codemie_tray import WINDOW_TITLE
from codemie_tray.tray_icon.backend import TrayUnavailable
from codemie_tray.tray_icon.pystray.menu import to_pystray
from codemie_tray.tray_icon.pystray.shown_view import ShownView, tooltip
from codemie_tray.tray_icon.windows import api as windows_api
from codemie_tray.tray_icon.windows.notify_icon import NotifyIcon
from codemie_tray.view.actions import Action, Do
from codemie_tray.view.menu import Item
from codemie_tray.view.view import View

from pystray._util import win32  # isort: skip - after pystray_base, so that pystray picks no backend


LOG = logging.getLogger(__name__)

_WORK_WAITING = win32.WM_USER + 40
"""pystray itself uses WM_USER + 10 and + 11."""


class TrayIcon(ShownView, NotifyIcon):
    """See `tray_icon.backend.TrayIconBackend`. `on_action`, `on_ready`: called on the thread of `run`."""

    def __init__(self, name: str, view: View, on_action: Callable[[Action], None]) -> None:
        # pystray registers a window class here; nothing shows before `run`.
        super().__init__(name, icon=view.icon, title=tooltip(view), menu=to_pystray(view.menu, on_action))
        self._view = view
        self._on_action = on_action
        self._on_ready: Callable[[], None] | None = None
        self._stop_asked = False
        self._posted: collections.deque[Callable[[], None]] = collections.deque()
        self._message_handlers |= {
            _WORK_WAITING: self._on_work_waiting,
            windows_api.WM_POWERBROADCAST: self._on_power,
            windows_api.WM_WTSSESSION_CHANGE: self._on_session_changed,
            windows_api.WM_QUERYENDSESSION: self._on_query_end_session,
            windows_api.WM_ENDSESSION: self._on_end_session,
            windows_api.WM_CLOSE: self._on_close,
        }

    # ---- TrayIconBackend ------------------------------

    def run(self, on_ready: Callable[[], None]) -> None:
        """Show the icon until `stop`.

        Raises:
            TrayUnavailable: there is no desktop on which to create a window.
        """
        self._on_ready = on_ready
        if self._stop_asked:
            self._give_back()
            return
        windows_api.be_aware_of_dpi()
        try:
            with windows_api.ConsoleEvents(self.stop, lambda: self._on_action(Do.SESSION_ENDS)):
                self._run()
        except OSError as error:
            if not self._stop_asked:
                raise TrayUnavailable(f"The tray can't be shown: {error.strerror}.") from error
            # A program that closes all windows closes pystray's second one, too, which pystray then lacks.
            LOG.debug("while ending: %s", error)
            self._give_back()
        finally:
            self._running = self._visible = False

    def _give_back(self) -> None:
        """Unregister the window class that pystray leaves behind: a later icon could not register it."""
        for window in (self._hwnd, self._menu_hwnd):
            with contextlib.suppress(OSError):
                win32.DestroyWindow(window)
        if self._menu_handle is not None:
            with contextlib.suppress(OSError):
                win32.DestroyMenu(self._menu_handle[0])
            self._menu_handle = None
        with contextlib.suppress(OSError):
            self._unregister_class(self._atom)

    def stop(self) -> None:
        """End `run`."""
        self._stop_asked = True
        if self._running:
            self._stop()

    def show(self, view: View) -> None:
        """Show `view`, touching only what differs."""
        self._post(lambda: self._apply(view))

    def notify(self, title: str, text: str, button: Item | None = None) -> None:
        """Show a notification, or log that no taskbar accepts it; balloons have no buttons."""
        del button
        self._post(lambda: self._notify(text, title))

    def withdraw(self, title: str) -> None:
        """Remove the last notification if it has this title."""
        self._post(lambda: self._withdraw(title))

    def _icon_of(self, view: View) -> object:
        return view.icon

    def _post(self, work: Callable[[], None]) -> None:
        self._posted.append(work)
        if self._running:
            win32.PostMessage(self._hwnd, _WORK_WAITING, 0, 0)

    # ---- the loop ------------------------------

    def _mark_ready(self) -> None:
        # Replaces pystray's, which starts a thread that would set `visible` on its own.
        windows_api.register_for_session_changes(self._hwnd)
        self._running = True
        self._update_menu()
        self.visible = True
        if self._on_ready:
            self._on_ready()
        self._on_work_waiting(0, 0)
        if self._stop_asked:
            self._stop()

    def _create_window(self, atom: int) -> int:
        window: int = super()._create_window(atom)
        if self._hwnd is None:
            # Handled before pystray sees the window's messages: it would answer this one, and do nothing.
            windows_api.set_title(window, WINDOW_TITLE)
        return window

    def _on_work_waiting(self, _wparam: int, _lparam: int) -> None:
        while self._posted:
            self._posted.popleft()()

    # ---- what Windows reports -----------------------------

    def _on_power(self, wparam: int, _lparam: int) -> int:
        if wparam == windows_api.PBT_APMRESUMEAUTOMATIC:
            self._come_back()
        return 1

    def _on_session_changed(self, wparam: int, _lparam: int) -> None:
        if wparam in (
            windows_api.WTS_CONSOLE_CONNECT,
            windows_api.WTS_REMOTE_CONNECT,
            windows_api.WTS_SESSION_UNLOCK,
        ):
            self._come_back()

    def _come_back(self) -> None:
        """After sleep or another user's session: the icon may be gone, and file changes missed."""
        if self.visible:
            self._show()
            self._on_looks_changed()
        self._on_action(Do.LOOK_AGAIN)

    def _on_query_end_session(self, _wparam: int, _lparam: int) -> int:
        # pystray answers unknown messages with 0, which here would keep the user from signing out.
        return 1

    def _on_end_session(self, wparam: int, _lparam: int) -> None:
        # Windows may end the process as soon as this returns. Nothing needs saving: all changes are on disk.
        if wparam:
            self._on_action(Do.SESSION_ENDS)
            self.stop()

    def _on_close(self, _wparam: int, _lparam: int) -> None:
        self.stop()
