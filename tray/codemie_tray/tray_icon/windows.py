"""The tray icon on Windows: pystray's own backend, with every call brought to its thread.

Not run on Windows yet: checked against pystray 0.19.5's source and by type only.
"""

from __future__ import annotations

import collections
from collections.abc import Callable

from codemie_tray.actions import Action
from codemie_tray.icon_drawing import draw
from codemie_tray.menu import Item
from codemie_tray.tray_icon import pystray_base  # noqa: F401 - first, so that pystray picks no backend
from codemie_tray.tray_icon.pystray_menu import to_pystray
from codemie_tray.tray_icon.shown_view import ShownView, tooltip
from codemie_tray.view import View

from pystray import _win32  # isort: skip
from pystray._util import win32  # isort: skip

_ICON_PX = 64
"""Windows scales it to the notification area's size."""
_TOOLTIP_CHARACTERS = 127
_NOTIFICATION_CHARACTERS = 255
_NOTIFICATION_TITLE_CHARACTERS = 63
"""The fields of NOTIFYICONDATAW less their closing NUL; ctypes raises ValueError on more."""
_WORK_WAITING = win32.WM_USER + 40
"""pystray itself uses WM_USER + 10 and + 11."""


class TrayIcon(ShownView, _win32.Icon):  # type: ignore[misc]  # pystray has no types
    """See `tray_icon.seam.TrayIconSeam`. `on_action` is called on the thread of `run`."""

    def __init__(self, name: str, view: View, on_action: Callable[[Action], None]) -> None:
        # pystray registers a window class here; nothing shows before `run`.
        super().__init__(
            name,
            icon=draw(view.icon, _ICON_PX),
            title=_cut(tooltip(view), _TOOLTIP_CHARACTERS),
            menu=to_pystray(view.menu, on_action),
        )
        self._view = view
        self._on_action = on_action
        self._on_ready: Callable[[], None] | None = None
        self._menu_handle = None
        self._menu_open = False
        self._stop_asked = False
        self._posted: collections.deque[Callable[[], None]] = collections.deque()
        self._message_handlers[_WORK_WAITING] = self._on_work_waiting

    def run(self, on_ready: Callable[[], None]) -> None:
        """Show the icon until `stop`."""
        self._on_ready = on_ready
        if not self._stop_asked:
            self._run()
        self._running = self._visible = False

    def stop(self) -> None:
        """End `run`."""
        self._stop_asked = True
        if self._running:
            self._stop()

    def show(self, view: View) -> None:
        """Show `view`, touching only what differs."""
        self._post(lambda: self._apply(view))

    def notify(self, title: str, text: str, button: Item | None = None) -> None:
        """Show a notification; a button has no place in this system's balloon."""
        del button
        self._post(
            lambda: self._notify(
                _cut(text, _NOTIFICATION_CHARACTERS), _cut(title, _NOTIFICATION_TITLE_CHARACTERS)
            )
        )

    def _icon_of(self, view: View) -> object:
        return draw(view.icon, _ICON_PX)

    def _post(self, work: Callable[[], None]) -> None:
        self._posted.append(work)
        if self._running:
            win32.PostMessage(self._hwnd, _WORK_WAITING, 0, 0)

    def _on_work_waiting(self, _wparam: int, _lparam: int) -> None:
        # While the menu is open its loop delivers this too, and a menu must not be destroyed under it.
        while self._posted and not self._menu_open:
            self._posted.popleft()()

    def _mark_ready(self) -> None:
        self._running = True
        self.update_menu()
        self.visible = True
        if self._on_ready:
            self._on_ready()
        self._on_work_waiting(0, 0)
        if self._stop_asked:
            self._stop()

    def _update_title(self) -> None:
        self._title = _cut(self.title, _TOOLTIP_CHARACTERS)
        super()._update_title()

    def _on_notify(self, wparam: int, lparam: int) -> None:
        """Open the menu on both buttons; pystray's own opens it on the right one only."""
        if lparam == win32.WM_LBUTTONUP:
            lparam = win32.WM_RBUTTONUP
        self._menu_open = True
        try:
            super()._on_notify(wparam, lparam)
        finally:
            self._menu_open = False
            self._on_work_waiting(0, 0)


def _cut(text: str, characters: int) -> str:
    """Return `text` in at most so many UTF-16 units, which is how Windows counts."""
    return text.encode("utf-16-le", "replace")[: characters * 2].decode("utf-16-le", "ignore")
