"""Cinnamon on X in memory: the shell with its panel and notifications, and the service that draws menus."""

from __future__ import annotations

import os
from typing import Any

from tests.integration.desktop.rig.desktops.on_x import XDesktop
from tests.integration.desktop.rig.desktops.panel import HEIGHT
from tests.integration.desktop.rig.display.look import FONT, ICONS
from tests.integration.desktop.rig.display.screenshot import Picture
from tests.integration.desktop.rig.display.windows import Area
from tests.integration.desktop.rig.processes.bus import BusError
from tests.integration.desktop.rig.processes.shell import evaluate_in_shell
from tests.integration.desktop.rig.processes.waiting import RigError, until
from tests.integration.desktop.rig.tray.notify_monitor import MonitoredNotifications
from tests.integration.desktop.rig.tray.tray_items import watcher_is_ready

_SHELL = ("org.Cinnamon", "/org/Cinnamon", "org.Cinnamon")
_START_SECONDS = 60.0
_ICONS = "/usr/libexec/xapps/sn-watcher/xapp-sn-watcher"
_AS_THE_SESSION_DOES = 'while :; do "$1"; sleep 0.2; done'
"""Before 3.3.1, the icons' service uses freed memory if a program ends while asked for its icon's properties
(https://github.com/linuxmint/xapp/pull/201), and crashes now and then. Cinnamon's session starts it again.
"""
_AREA = "const area=a=>{const [x,y]=a.get_transformed_position();const [w,h]=a.get_transformed_size();\
return [x,y,w,h].map(Math.round);};"
_BANNER = "Main.messageTray._notificationState===2"
"""2: `State.SHOWN` of the shell's messageTray.js."""


class CinnamonDesktop(XDesktop):
    """cinnamon (panel, window manager, notifications) and xapp-sn-watcher, which draws the menus with GTK."""

    def start_notifications(self) -> None:
        """Listen to what is notified; the shell shows it."""
        self.notifications = MonitoredNotifications(self.bus, self._notifications_on_screen)
        self.notifications.start()
        self._write_settings()

    def start_panel(self) -> None:
        """Start the shell and wait until it shows icons."""
        if not self.is_running("icons"):
            self.start_part("icons", ["sh", "-c", _AS_THE_SESSION_DOES, "sh", _ICONS])
        shell = self.start_part("panel", self.panel_command())
        shell.until_ready("the shell to answer", self._answers, _START_SECONDS)
        shell.until_ready("the shell to be on the screen", self.panel_is_seen, _START_SECONDS)
        shell.until_ready("the icons' service", lambda: watcher_is_ready(self.bus), _START_SECONDS)
        shell.until_ready("notifications", self.notifications.are_served, _START_SECONDS)

    def stop_panel(self) -> None:
        """End the shell; the service stays, as on a real desktop."""
        self.end_part("panel")
        until("the shell to be gone", lambda: not self.bus.has_owner("org.Cinnamon"))

    def panel_command(self) -> list[str]:
        """Return what starts the shell."""
        return ["cinnamon"]

    def desktop_environ(self) -> dict[str, str]:
        """Say that this is Cinnamon, drawn without a graphics card."""
        return {
            "XDG_CURRENT_DESKTOP": "X-Cinnamon",
            "XDG_SESSION_TYPE": "x11",
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "GSETTINGS_BACKEND": "keyfile",
            "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={self.folder}/no-system-bus",
            "GDK_BACKEND": "x11",
        }

    def evaluate(self, script: str) -> Any:
        """Return what a script says inside the shell.

        Raises:
            RigError: the script failed.
        """
        return evaluate_in_shell(self.bus, _SHELL, script)

    def panel_picture(self) -> Picture:
        """Return the panel as it is now."""
        try:
            place = self.evaluate(_AREA + "area(Main.panelManager.panels.find(panel=>panel).actor)")
        except BusError as error:
            raise RigError("no panel is on the screen") from error
        return self.picture().crop(Area(*place))

    def notification_area(self) -> Area:
        """Return where the notification is."""
        return Area(*self.evaluate(_AREA + "area(Main.messageTray._notification.actor)"))

    def _answers(self) -> bool:
        try:
            return self.evaluate("Main.panelManager.panels.some(panel=>panel)") is True
        except (BusError, RigError):
            return False

    def _notifications_on_screen(self) -> int:
        return int(self.evaluate(_BANNER))

    def _write_settings(self) -> None:
        folder = os.path.join(self.environ["XDG_CONFIG_HOME"], "glib-2.0", "settings")
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, "keyfile"), "w", encoding="utf-8") as file:
            file.write(
                "[org/cinnamon]\n"
                "desktop-effects=false\npanels-enabled=['1:0:top']\n"
                f"panels-height=['1:{HEIGHT}']\n"
                "enabled-applets=['panel1:right:0:xapp-status@cinnamon.org:1']\n"
                "[org/cinnamon/desktop/interface]\n"
                f"font-name='{FONT} 10'\nicon-theme='{ICONS}'\n"
                f"gtk-theme='{'Adwaita-dark' if self.look.dark else 'Adwaita'}'\n"
                f"scaling-factor=uint32 {self.look.scale}\n"
                "[org/cinnamon/desktop/background]\n"
                "picture-options='none'\n"
                "[org/cinnamon/desktop/notifications]\n"
                "bottom-notifications=true\nnotification-duration=60\n"
            )
