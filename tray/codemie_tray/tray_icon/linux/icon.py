"""The tray icon on Linux: its parts speak on the session bus. No toolkit is loaded."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable

from codemie_tray.desktop.tray_host import advice, this_system
from codemie_tray.text.language import _, english
from codemie_tray.tray_icon.backend import TrayUnavailable
from codemie_tray.tray_icon.linux import item
from codemie_tray.tray_icon.linux.dbus import wire
from codemie_tray.tray_icon.linux.dbus.bus import Bus
from codemie_tray.tray_icon.linux.dbus.dispatch import Dispatcher
from codemie_tray.tray_icon.linux.dbus.outage import Patience
from codemie_tray.tray_icon.linux.dbus.session_bus import BusUnreachable
from codemie_tray.tray_icon.linux.menu import menu_object
from codemie_tray.tray_icon.linux.notifications import Button, Notifications
from codemie_tray.tray_icon.linux.pixels.pixel_cache import PixelCache
from codemie_tray.tray_icon.linux.registration import Registration
from codemie_tray.tray_icon.linux.session_environment import SessionEnvironment
from codemie_tray.view.actions import Action
from codemie_tray.view.menu import Item
from codemie_tray.view.view import View

_LOG = logging.getLogger(__name__)

NO_HOST = _("No program here shows tray icons")
MENU_HINT = _("Right-click the icon for the menu.")
_MENU_SECONDS = 0.7
"""How long a host may take to ask for the menu after we refused its click."""


def in_terminal() -> bool:
    """Return whether a user may be waiting at a terminal."""
    return sys.stderr is not None and sys.stderr.isatty()


class TrayIcon:
    """See `tray_icon.backend.TrayIconBackend`.

    `on_action` and `on_ready` are called on the bus's thread.
    """

    def __init__(
        self,
        name: str,
        view: View,
        on_action: Callable[[Action], None],
        *,
        patience: Patience = Patience(),  # noqa: B008 - a frozen value
    ) -> None:
        self._view = view
        self._on_action = on_action
        self._on_ready: Callable[[], None] | None = None
        self._reported_no_host = False
        self._bus = Bus(
            on_connected=self._connected, on_call=self._answer, on_signal=self._signalled, patience=patience
        )
        self._session_environment = SessionEnvironment(self._bus)
        self._registration = Registration(
            self._bus,
            item.PATH,
            self._offered,
            on_host=self._session_environment.learn,
            on_looked=self._looked_at,
            on_no_host=self._no_host,
            host_seconds=patience.host_seconds,
            no_host_seconds=(
                patience.no_host_in_terminal_seconds if in_terminal() else patience.no_host_seconds
            ),
        )
        self._menu_object = menu_object.MenuObject(self._bus, on_action)
        self._item = item.Item(
            self._bus,
            name=name,
            design=view.icon,
            title=view.tooltip_title,
            text=view.tooltip_text,
            menu_path=menu_object.PATH,
            on_click=self._clicked,
            on_token=self._session_environment.keep_token,
        )
        self._notifications = Notifications(self._bus, name, lambda: self._item.pixmaps()[-1])
        self._dispatcher = Dispatcher({item.PATH: self._item, menu_object.PATH: self._menu_object})

    def keep_pixels_in(self, folder: str) -> None:
        """Read the icon's pixels from this folder, and store new ones there; call before `run`."""
        self._item.cache = PixelCache(folder)

    # ---- TrayIconBackend ------------------------------

    def run(self, on_ready: Callable[[], None]) -> None:
        """Show the icon until `stop`.

        Raises:
            TrayUnavailable: there is no session bus, or it was lost and did not come back.
        """
        self._on_ready = on_ready
        self._menu_object.set_menu(self._view.menu)
        try:
            self._bus.run()
        except BusUnreachable as error:
            raise TrayUnavailable(f"The tray can't be shown: {error}.") from error

    def stop(self) -> None:
        """End `run`; may be called from a signal handler."""
        self._bus.stop()

    def show(self, view: View) -> None:
        """Show `view`, touching only what differs."""
        self._bus.post(lambda: self._apply(view))

    def notify(self, title: str, text: str, button: Item | None = None) -> None:
        """Show a notification, or log that the desktop has none."""
        offered = None
        if button and button.action:
            action = button.action
            offered = Button(button.label, lambda: self._on_action(action))
        self._bus.post(lambda: self._notifications.show(title, text, offered))

    def withdraw(self, title: str) -> None:
        """Close the last notification if it has this title."""
        self._bus.post(lambda: self._notifications.withdraw(title))

    def show_itself(self, title: str, text: str) -> None:
        """Answer a second start: where the icon is, or why there is none."""
        self._bus.post(lambda: self._show_itself(title, text))

    def _show_itself(self, title: str, text: str) -> None:
        if self._reported_no_host:
            self._notify(advice(this_system(os.environ)), NO_HOST.now)
        else:
            self._notify(text, title)

    def session_environment(self) -> dict[str, str | None]:
        """Return the variables of the session that shows the icon."""
        return self._session_environment.variables()

    # ---- on the bus's thread ------------------------------

    def _apply(self, view: View) -> None:
        before, self._view = self._view, view
        if view.icon != before.icon:
            self._item.set_icon(view.icon)
        if (view.tooltip_title, view.tooltip_text) != (before.tooltip_title, before.tooltip_text):
            self._item.set_tooltip(view.tooltip_title, view.tooltip_text)
        if view.menu != before.menu:
            self._menu_object.set_menu(view.menu)

    def _notify(self, message: str, title: str | None = None) -> None:
        self._notifications.show(title or self._view.tooltip_title, message)

    # ---- what the bus reports ----------------------------

    def _connected(self) -> None:
        self._notifications.joined()
        self._registration.begin()

    def _offered(self) -> None:
        on_ready, self._on_ready = self._on_ready, None
        if on_ready:
            on_ready()
        # Drawn while the host makes room, not when it asks, so that both happen at the same time.
        self._bus.post(self._item.prepare)

    def _no_host(self) -> None:
        self._reported_no_host = True
        what_helps = advice(this_system(os.environ))
        _LOG.warning("%s. %s", english(NO_HOST), english(what_helps))
        if in_terminal():
            sys.stderr.write(f"{english(NO_HOST)}. {english(what_helps)}\n")
        self._notify(what_helps, NO_HOST.now)

    def _looked_at(self) -> None:
        reported, self._reported_no_host = self._reported_no_host, False
        if reported:
            self._notifications.close()

    def _answer(self, call: wire.Call) -> None:
        if call.path == menu_object.PATH:
            self._bus.cancel(self._hint_at_menu)
        self._registration.take_call(call)
        self._dispatcher.answer(call, self._bus.answer, self._bus.refuse)

    def _signalled(self, signal: wire.Signal) -> None:
        self._registration.take_signal(signal)
        self._notifications.take_signal(signal)

    def _clicked(self, method: str) -> None:
        # `ItemIsMenu` asks hosts to open the menu on every button. A host that calls us instead ignores it,
        # and an item can't open its own menu. `Activate` is refused, so Plasma opens the menu itself. On a
        # host that does not ask for the menu after that (lxqt-panel), a notification says where it is.
        if method == "Activate":
            self._bus.cancel(self._hint_at_menu)
            self._bus.call_later(_MENU_SECONDS, self._hint_at_menu)
        elif method == "ContextMenu":
            self._notify(self._view.tooltip_text, self._view.tooltip_title)
        else:
            self._hint_at_menu()

    def _hint_at_menu(self) -> None:
        text = self._view.tooltip_text
        self._notify(f"{text}\n{MENU_HINT.now}" if text else MENU_HINT.now, self._view.tooltip_title)
