"""The menu-bar icon on macOS: pystray's own backend, with every call brought to the main thread.

AppKit may be touched from the main thread only; recent releases of macOS end a program that does otherwise.
Not run on macOS yet: checked against pystray 0.19.5's source and by type only.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from PyObjCTools import AppHelper  # type: ignore[import-not-found]  # only there on macOS

from codemie_tray.actions import Action
from codemie_tray.icon_drawing import draw
from codemie_tray.menu import Item
from codemie_tray.tray_icon import pystray_base  # noqa: F401 - first, so that pystray picks no backend
from codemie_tray.tray_icon.pystray_menu import to_pystray
from codemie_tray.tray_icon.shown_view import ShownView, tooltip
from codemie_tray.view import View

from pystray import _darwin  # isort: skip

_ICON_PX = 64
"""pystray scales it to the menu bar's height, in points: not yet sharp on a Retina display."""


class TrayIcon(ShownView, _darwin.Icon):  # type: ignore[misc]  # pystray has no types
    """See `tray_icon.seam.TrayIconSeam`. To be made on the main thread; `on_action` is called there."""

    def __init__(self, name: str, view: View, on_action: Callable[[Action], None]) -> None:
        # pystray takes its place in the menu bar here; it stays empty before `run`.
        super().__init__(
            name,
            icon=draw(view.icon, _ICON_PX),
            title=tooltip(view),
            menu=to_pystray(view.menu, on_action),
        )
        self._view = view
        self._on_action = on_action
        self._on_ready: Callable[[], None] | None = None
        self._stop_asked = False

    def run(self, on_ready: Callable[[], None]) -> None:
        """Show the icon until `stop`."""
        self._on_ready = on_ready
        if not self._stop_asked:
            self._run()
        self._running = self._visible = False

    def stop(self) -> None:
        """End `run`."""
        self._stop_asked = True
        AppHelper.callAfter(self._stop_if_running)

    def show(self, view: View) -> None:
        """Show `view`, touching only what differs."""
        AppHelper.callAfter(self._apply, view)

    def notify(self, title: str, text: str, button: Item | None = None) -> None:
        """Show a notification; pystray waits for another program to do it, so not on this thread.

        That program knows no buttons.
        """
        del button
        threading.Thread(target=self._notify, args=(text, title), name="notification", daemon=True).start()

    def _icon_of(self, view: View) -> object:
        return draw(view.icon, _ICON_PX)

    def _mark_ready(self) -> None:
        # Instead of pystray's thread for this, which would touch AppKit.
        self._running = True
        self.update_menu()
        self.visible = True
        if self._on_ready:
            self._on_ready()

    def _stop_if_running(self) -> None:
        if self._running:
            self._stop()
