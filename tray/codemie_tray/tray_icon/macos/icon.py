"""The menu-bar icon on macOS: pystray's own backend, with every call brought to the main thread.

Other threads only ask the main loop (`macos_api.call_on_main`). The icon is a template: macOS gives it the
colour of the menu bar, and the initial identifies the profile. Checked against pystray 0.19.5's source, by
type, and by tests with a faked AppKit; not run on macOS.
"""

from __future__ import annotations

import io
import signal
from collections.abc import Callable
from typing import Any

from codemie_tray.tray_icon.macos import api as macos_api
from codemie_tray.tray_icon.macos.notifications import Notifications
from codemie_tray.tray_icon.pystray.menu import to_pystray
from codemie_tray.tray_icon.pystray.shown_view import ShownView, tooltip
from codemie_tray.view.actions import Action, Do
from codemie_tray.view.menu import Item
from codemie_tray.view.view import View

from pystray import _darwin  # isort: skip - after pystray_base, so that pystray picks no backend

ICON_POINTS = 18
"""Fits every menu bar with some padding."""
SIGNALS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
DENSITIES = (1, 2)
"""Pixels per point: an ordinary screen and Retina."""
WHERE_IS_IT = (
    "If its icon is not in the menu bar, allow it in System Settings, under Menu Bar or Control Center."
)


class _Rows:
    """What the rows of the menu do, by tag. No tag is reused, so a row of an old menu keeps its meaning."""

    def __init__(self, before: _Rows | None) -> None:
        self._first = len(before) if before else 0
        self._rows: list[Any] = []
        self._before = before
        if before:
            before._before = None  # of all former menus, only the last can still be open

    def append(self, row: Any) -> None:
        self._rows.append(row)

    def __len__(self) -> int:
        return self._first + len(self._rows)

    def __getitem__(self, tag: int) -> Any:
        if tag < self._first and self._before is not None:
            return self._before[tag]
        return self._rows[tag - self._first]


class TrayIcon(ShownView, _darwin.Icon):  # type: ignore[misc]  # pystray has no types
    """See `tray_icon.backend.TrayIconBackend`. Create it on the main thread; `on_action` is called there."""

    def __init__(self, name: str, view: View, on_action: Callable[[Action], None]) -> None:
        # pystray takes its place in the menu bar here; it is empty, and invisible, before `run`.
        super().__init__(name, icon=view.icon, title=tooltip(view), menu=to_pystray(view.menu, on_action))
        self._view = view
        self._on_action = on_action
        self._on_ready: Callable[[], None] | None = None
        self._icon_image: Any = None
        self._notifications = Notifications()
        self._menu_handle: tuple[Any, _Rows] | None = None
        self._menu_is_open = False
        self._menu_is_old = False
        self._alert_is_open = False
        self._stop_asked = False
        self._kept: list[object] = []
        self._menu_watcher: object = None

    # ---- TrayIconBackend ------------------------------

    def run(self, on_ready: Callable[[], None]) -> None:
        """Show the icon until `stop`; on the main thread."""
        self._on_ready = on_ready
        if self._stop_asked:
            self._status_bar.removeStatusItem_(self._status_item)
            return
        observers = macos_api.on_waking_up(lambda: self._on_action(Do.LOOK_AGAIN))
        self._kept = [
            macos_api.prepare_application(
                self._app,
                on_reopen=lambda: self._on_action(Do.SHOW_ITSELF),
                on_end=lambda: self._on_action(Do.SESSION_ENDS),
            )
        ]
        try:
            self._run()
        finally:
            macos_api.stop_hearing(observers)
            self._running = self._visible = False

    def stop(self) -> None:
        """End `run`."""
        self._stop_asked = True
        macos_api.call_on_main(self._stop_if_running)

    def show(self, view: View) -> None:
        """Show `view`, touching only what differs."""
        macos_api.call_on_main(self._apply, view)

    def notify(self, title: str, text: str, button: Item | None = None) -> None:
        """Show a notification, or log that the system does not allow it; without a button."""
        del button
        macos_api.call_on_main(self._notify, text, title)

    def withdraw(self, title: str) -> None:
        """Remove the last notification if it has this title, and the system's centre shows it."""
        macos_api.call_on_main(self._notifications.withdraw, title)

    def show_itself(self, title: str, text: str) -> None:
        """Answer a second start with a window: the icon and the notifications may both be hidden."""
        macos_api.call_on_main(self._alert, title, f"{text}\n\n{WHERE_IS_IT}")

    def _icon_of(self, view: View) -> object:
        return view.icon

    # ---- the main loop ------------------------------

    def _mark_ready(self) -> None:
        # Replaces pystray's, which starts a thread that would touch AppKit.
        self._running = True
        for number in SIGNALS:
            macos_api.on_signal(number, self.stop)
        self._update_menu()
        self.visible = True
        if self._on_ready:
            self._on_ready()

    def _stop_if_running(self) -> None:
        if not self._running:
            return
        # Each has its own loop, and the main loop can end only after it.
        if self._menu_is_open and self._menu_handle:
            self._menu_handle[0].cancelTracking()
            macos_api.call_on_main(self._stop_if_running)
        elif self._alert_is_open:
            self._app.abortModal()
            macos_api.call_on_main(self._stop_if_running)
        else:
            self._running = False
            self._stop()

    # ---- icon, tooltip, notifications ------------------------------

    def _assert_image(self) -> None:
        """Show the template image of the view, drawn at each density: never scaled, so never blurred."""
        from codemie_tray.tray_icon.picture.drawing import draw_template

        if self._icon_image is not None:
            return
        pngs = []
        for density in DENSITIES:
            buffer = io.BytesIO()
            draw_template(self._view.icon, ICON_POINTS * density).save(buffer, format="PNG")
            pngs.append(buffer.getvalue())
        self._icon_image = macos_api.template_image(pngs, ICON_POINTS)
        self._status_item.button().setImage_(self._icon_image)

    def _update_title(self) -> None:
        button = self._status_item.button()
        button.setToolTip_(self.title)
        button.setAccessibilityLabel_(self._view.tooltip_title)

    def _notify(self, message: str, title: str | None = None) -> None:
        self._notifications.show(title or self._view.tooltip_title, message)

    def _alert(self, title: str, text: str) -> None:
        if self._alert_is_open or not self._running:
            return
        self._alert_is_open = True
        try:
            macos_api.show_alert(self._app, title, text)
        finally:
            self._alert_is_open = False

    # ---- the menu ------------------------------

    def _update_menu(self) -> None:
        self._menu_is_old = self._menu_is_open
        if self._menu_is_old:
            return
        rows = _Rows(self._menu_handle[1] if self._menu_handle else None)
        menu = self._create_menu(self.menu, rows)
        self._menu_watcher = macos_api.watch_menu(menu, self._menu_opens, self._menu_closes)
        self._status_item.setMenu_(menu)
        self._menu_handle = (menu, rows)

    def _menu_opens(self) -> None:
        self._menu_is_open = True

    def _menu_closes(self) -> None:
        self._menu_is_open = False
        if self._menu_is_old:
            # Not here: the chosen row's action is yet to come.
            macos_api.call_on_main(self._update_menu)

    def _handler(self, callback: Any) -> Any:
        # Replaces pystray's, which rebuilds the whole menu after every click.
        return callback
