"""GNOME Shell with the AppIndicator extension, on X in memory or on a Wayland screen of its own."""

from __future__ import annotations

import contextlib
import os
from typing import Any

from tests.integration.desktop.rig.desktops.on_x import InMemory
from tests.integration.desktop.rig.desktops.session import Hand
from tests.integration.desktop.rig.display.look import FONT, ICONS, Look
from tests.integration.desktop.rig.display.pointer import Pointer
from tests.integration.desktop.rig.display.screenshot import Picture, picture_of_file, x_picture
from tests.integration.desktop.rig.display.shell_pointer import ShellPointer
from tests.integration.desktop.rig.display.windows import Area, Window
from tests.integration.desktop.rig.processes.bus import Bus, BusError
from tests.integration.desktop.rig.processes.shell import evaluate_in_shell
from tests.integration.desktop.rig.processes.waiting import RigError, until
from tests.integration.desktop.rig.tray.notify_monitor import MonitoredNotifications
from tests.integration.desktop.rig.tray.tray_items import watcher_is_ready

EXTENSION = "ubuntu-appindicators@ubuntu.com"
"""Its id in Debian and Ubuntu; upstream's is `appindicatorsupport@rgcjonas.gmail.com`."""
_SHELL = ("org.gnome.Shell", "/org/gnome/Shell", "org.gnome.Shell")
_START_SECONDS = 60.0
_AREA = "const area=a=>{const [x,y]=a.get_transformed_position();const [w,h]=a.get_transformed_size();\
return [x,y,w,h].map(Math.round);};"
_MENUS = (
    _AREA
    + "const found=[];const look=menu=>{if(!menu.isOpen)return;"
    + "const items=menu._getMenuItems().filter(item=>item.visible);if(!items.length)return;"
    + "const rows=items.filter(item=>item.label).map(item=>area(item));"
    # A submenu scrolls if the whole menu would be taller than the screen.
    + "const scrolls=Boolean(menu._needsScrollbar?.());"
    + "const [x,y,w]=area(items[0]);const last=area(items[items.length-1]);"
    + "found.push({place:scrolls?area(menu.actor):[x,y,w,last[1]+last[3]-y],rows:scrolls?rows:[]});"
    + "for(const item of items)if(item.menu)look(item.menu);};"
    + "for(const [name,item] of Object.entries(Main.panel.statusArea))"
    + "if(name.startsWith('appindicator')&&item.menu)look(item.menu);found"
)
"""The icon's menu from its first row to the last, and each submenu that is unfolded inside it."""
_CLEAR = (
    "const tray=Main.messageTray;for(const source of tray.getSources())source.destroy();"
    "tray._notificationState===0"
)
"""Take away what the shell itself warns of (root, a session without GDM); then wait until nothing is shown.

Without animations, the shell (43) doesn't show what is next in its queue when another one is taken away: its
`_updateState` returns early from inside itself.
"""
_KEEP_BANNERS = (
    "const tray=Main.messageTray;const original=tray._updateNotificationTimeout;"
    "tray._updateNotificationTimeout=function(ms){original.call(this,ms&&60000);};true"
)
"""Keep a notification for a minute, as on the other desktops: a slow test would miss one of 4 seconds."""
_BANNER = (
    "const tray=Main.messageTray;const shown=tray._notification;"
    "const own=shown&&shown.source.constructor.name==='FdoNotificationDaemonSource';"
    # A late warning of the shell itself, then what is queued behind it.
    "if(shown&&!own)shown.destroy();"
    "if(!tray._notification&&tray._notificationQueue.length)tray._updateState();"
    "Boolean(own&&tray._notificationState===2)"
)
"""0 and 2: `State.HIDDEN` and `State.SHOWN` of the shell's messageTray.js."""


class GnomeDesktop(InMemory):
    """The shell is everything here: compositor, window manager, panel, menus and notifications."""

    def __init__(
        self,
        look: Look | None = None,
        *,
        wayland: bool = False,
        with_panel: bool = True,
        with_extension: bool = True,
    ) -> None:
        """Prepare; `start` or a `with` block starts it.

        Args:
            look: light and of ordinary density unless given.
            wayland: a Wayland session without a screen instead of X.
            with_panel: start the shell too; otherwise `start_panel` does.
            with_extension: with the tray that Fedora and Debian leave out of GNOME.
        """
        super().__init__(look, with_panel=with_panel)
        self.wayland = wayland
        self._with_extension = with_extension
        self.notifications: MonitoredNotifications

    def start_screen(self) -> None:
        """Start Xvfb; on Wayland the shell itself is the screen."""
        if not self.wayland:
            super().start_screen()

    def start_bus(self) -> None:
        """Start the session's bus, and one that stands in for the system's: the shell wants logind."""
        super().start_bus()
        address = self.environ["DBUS_SYSTEM_BUS_ADDRESS"]
        self.start_part(
            "system-bus", ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={address}"]
        ).until_ready("the system's bus", self.system_bus.answers)
        self.start_part(
            "logind", ["/usr/bin/python3", "-m", "dbusmock", "--system", "--template", "logind"]
        ).until_ready("logind", lambda: self.system_bus.has_owner("org.freedesktop.login1"))

    def start_notifications(self) -> None:
        """Listen to notifications; the shell shows them."""
        self.notifications = MonitoredNotifications(self.bus, self._notifications_on_screen)
        self.notifications.start()

    def start_panel(self) -> None:
        """Start the shell and wait until it takes icons, if it has the extension for that."""
        # A shell that restarts within a minute assumes a crash and disables extensions.
        with contextlib.suppress(FileNotFoundError):
            os.unlink(os.path.join(self.environ["XDG_RUNTIME_DIR"], "gnome-shell-disable-extensions"))
        shell = self.start_part("panel", self.panel_command())
        shell.until_ready("the shell to answer", self._answers, _START_SECONDS)
        self.evaluate("Main.overview.hide();true")
        shell.until_ready("the shell to be on the screen", self.panel_is_seen, _START_SECONDS)
        shell.until_ready("the shell's warnings to be gone", lambda: self.evaluate(_CLEAR), _START_SECONDS)
        self.evaluate(_KEEP_BANNERS)
        # The shell activates a service of its own (a gjs script), which takes the name and hands on
        # notifications. Asked before, the bus may activate another desktop's service, which shows nothing.
        shell.until_ready("notifications", self.notifications.are_served, _START_SECONDS)
        if self._with_extension:
            shell.until_ready(
                "the extension to take icons", lambda: watcher_is_ready(self.bus), _START_SECONDS
            )

    def stop_panel(self) -> None:
        """End the shell, and with it the tray."""
        self.end_part("panel")
        until("the shell to be gone", lambda: not self.bus.has_owner("org.gnome.Shell"))

    def panel_command(self) -> list[str]:
        """Write the settings of GNOME and return what starts the shell."""
        folder = os.path.join(self.environ["XDG_CONFIG_HOME"], "glib-2.0", "settings")
        os.makedirs(folder, exist_ok=True)
        colour = "".join(f"{part:02x}" for part in self.look.wallpaper)
        extensions = f"['{EXTENSION}']" if self._with_extension else "@as []"
        with open(os.path.join(folder, "keyfile"), "w", encoding="utf-8") as file:
            file.write(
                "[org/gnome/shell]\n"
                f"enabled-extensions={extensions}\ndisable-user-extensions=false\n"
                "welcome-dialog-last-shown-version='99'\n"
                "[org/gnome/desktop/interface]\n"
                f"enable-animations=false\nfont-name='{FONT} 10'\nicon-theme='{ICONS}'\n"
                f"color-scheme='{'prefer-dark' if self.look.dark else 'prefer-light'}'\n"
                f"scaling-factor=uint32 {self.look.scale}\n"
                "[org/gnome/desktop/background]\n"
                f"picture-options='none'\nprimary-color='#{colour}'\n"
                "[org/gnome/desktop/session]\nidle-delay=uint32 0\n"
            )
        if not self.wayland:
            return ["gnome-shell", "--x11", "--unsafe-mode"]
        size = f"{self.look.width * self.look.scale}x{self.look.height * self.look.scale}"
        return [
            "gnome-shell",
            "--headless",
            "--wayland",
            "--no-x11",
            "--unsafe-mode",
            "--virtual-monitor",
            size,
        ]

    def desktop_environ(self) -> dict[str, str]:
        """Declare GNOME, drawn without a graphics card."""
        runtime = os.path.join(self.folder, "runtime")
        return {
            "XDG_CURRENT_DESKTOP": "GNOME",
            "XDG_SESSION_TYPE": "wayland" if self.wayland else "x11",
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "GSETTINGS_BACKEND": "keyfile",
            "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={runtime}/system-bus",
            "GNOME_SHELL_SESSION_MODE": "user",
            "GDK_BACKEND": "wayland" if self.wayland else "x11",
        }

    @property
    def system_bus(self) -> Bus:
        """The substitute for the system bus."""
        return Bus(self.environ["DBUS_SYSTEM_BUS_ADDRESS"])

    @property
    def pointer(self) -> Hand:
        """Mouse and keyboard."""
        return ShellPointer(self.evaluate) if self.wayland else Pointer(self.environ)

    def evaluate(self, script: str) -> Any:
        """Return the result of a script run inside the shell (`--unsafe-mode` lets us).

        Raises:
            RigError: the script failed.
        """
        return evaluate_in_shell(self.bus, _SHELL, script)

    def menus(self) -> list[Window]:
        """Return the icon's menu if it is open, and the submenus that are unfolded in it."""
        return [
            Window("POPUP_MENU", "gnome-shell", Area(*menu["place"]))
            for menu in self.evaluate(_MENUS)
            if None not in menu["place"]
        ]

    def scrolling_rows(self, depth: int) -> list[Area]:
        """Return the rows' places in a scrolling submenu; empty if all rows are visible."""
        return [Area(*row) for row in self.evaluate(_MENUS)[depth]["rows"]]

    def close_menus(self) -> None:
        """Press Escape until no menu is open."""
        for _ in range(3):
            if not self.menus():
                break
            self.pointer.press("Escape")
        until("the menu to close", lambda: not self.menus())

    def picture(self) -> Picture:
        """Return a picture of the screen."""
        if not self.wayland:
            return x_picture(self.environ["DISPLAY"])
        path = os.path.join(self.folder, "screen.png")
        interface = "org.gnome.Shell.Screenshot"
        done, where = self.bus.call(
            interface, "/org/gnome/Shell/Screenshot", interface, "Screenshot", False, False, path,
            signature="bbs",
        )  # fmt: skip
        if not done:
            raise RigError("the shell took no picture")
        return picture_of_file(where)

    def panel_picture(self) -> Picture:
        """Return a picture of the panel."""
        try:
            place = self.evaluate(_AREA + "area(Main.layoutManager.panelBox)")
        except BusError as error:
            raise RigError("no panel is on the screen") from error
        return self.picture().crop(Area(*place))

    def _answers(self) -> bool:
        try:
            # The shell answers before it has drawn anything; its panel appears with the start animation.
            return bool(self.evaluate("!Main.layoutManager._startingUp"))
        except (BusError, RigError):
            return False

    def _notifications_on_screen(self) -> int:
        return int(self.evaluate(_BANNER))

    def notification_area(self) -> Area:
        """Return where the notification is."""
        return Area(*self.evaluate(_AREA + "area(Main.messageTray._bannerBin.get_first_child())"))
