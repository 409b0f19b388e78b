"""KDE Plasma 5 on X in memory: kwin, kded, plasmashell with its own panel, menus and notifications."""

from __future__ import annotations

import os

from tests.integration.desktop.rig.desktops.on_x import XDesktop
from tests.integration.desktop.rig.display.look import FONT
from tests.integration.desktop.rig.display.windows import Area, Window
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.desktop.rig.tray.notify_monitor import MonitoredNotifications
from tests.integration.desktop.rig.tray.tray_items import watcher_is_ready

START_SECONDS = 60.0


class PlasmaDesktop(XDesktop):
    """kwin_x11, kded5 (which holds the list of icons) and plasmashell (which shows them)."""

    def start_notifications(self) -> None:
        """Listen to notifications, which plasmashell shows, and start what it needs."""
        self.notifications = MonitoredNotifications(self.bus, self._notifications_on_screen)
        self.notifications.start()
        self._write_settings()
        self.start_window_manager()
        self.start_part("kded", ["kded5"]).until_ready(
            "kded", lambda: self.bus.has_owner("org.kde.StatusNotifierWatcher"), START_SECONDS
        )

    def start_window_manager(self) -> None:
        """Start KWin."""
        self.start_part("kwin", ["kwin_x11"]).until_ready(
            "the window manager", lambda: self.bus.has_owner("org.kde.KWin"), START_SECONDS
        )

    def start_panel(self) -> None:
        """Start plasmashell and wait until it takes icons."""
        panel = self.start_part("panel", self.panel_command())
        panel.until_ready("the panel to take icons", lambda: watcher_is_ready(self.bus), START_SECONDS)
        panel.until_ready("the panel to be on the screen", self.panel_is_seen, START_SECONDS)
        panel.until_ready("notifications", self.notifications.are_served, START_SECONDS)

    def stop_panel(self) -> None:
        """End plasmashell; kded stays, as on a real desktop."""
        self.end_part("panel")
        until("the panel to be gone", lambda: not self.panel_is_seen())

    def panel_command(self) -> list[str]:
        """Return what starts the panel."""
        return ["plasmashell", "--no-respawn"]

    def desktop_environ(self) -> dict[str, str]:
        """Declare Plasma on X, drawn without a graphics card."""
        return {
            "XDG_CURRENT_DESKTOP": "KDE",
            "XDG_SESSION_TYPE": "x11",
            "KDE_FULL_SESSION": "true",
            "KDE_SESSION_VERSION": "5",
            "LIBGL_ALWAYS_SOFTWARE": "1",
            "QT_QUICK_BACKEND": "software",
            "QT_STYLE_OVERRIDE": "Breeze",  # its own style: Fusion shows no empty boxes on a dark background
            "QT_QPA_PLATFORM": "xcb",
            "GDK_BACKEND": "x11",
            "KDE_DEBUG": "1",  # no crash dialog
            "PLASMA_USE_QT_SCALING": "1",
        }

    def close_menus(self) -> None:
        """Press Escape until no menu is open."""
        super().close_menus()
        # Plasma brightens the icon under the pointer, and an icon is found by its colour.
        self.pointer.move(self.look.width * self.look.scale // 2, 10)

    def notification_area(self) -> Area:
        """Return where the notification is."""
        return self._notification_windows()[-1].area

    def _notifications_on_screen(self) -> int:
        return len(self._notification_windows())

    def _notification_windows(self) -> list[Window]:
        return [window for window in self.windows() if "NOTIFICATION" in window.kind]

    def _write_settings(self) -> None:
        scheme = "BreezeDark" if self.look.dark else "BreezeLight"
        theme = "breeze-dark" if self.look.dark else "breeze-light"
        self._write(
            "kdeglobals",
            f"[General]\nColorScheme={scheme}\nfont={FONT},10,-1,5,50,0,0,0,0,0\nmenuFont={FONT},10,-1,5,50,0,0,0,0,0\n"
            "[KDE]\nAnimationDurationFactor=0\n",
        )
        self._write("plasmarc", f"[Theme]\nname={theme}\n")
        self._write("kwinrc", "[Compositing]\nEnabled=false\n")
        self._write("ksplashrc", "[KSplash]\nEngine=none\n")

    def _write(self, name: str, text: str) -> None:
        with open(os.path.join(self.environ["XDG_CONFIG_HOME"], name), "w", encoding="utf-8") as file:
            file.write(text)
