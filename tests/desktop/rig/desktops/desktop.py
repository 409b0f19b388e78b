"""A whole desktop on X: screen, bus, window manager, notifications, panel; private, and gone afterwards."""

from __future__ import annotations

import os

from tests.desktop.rig.desktops.panel import Panel, XfcePanel
from tests.desktop.rig.desktops.session import Session
from tests.desktop.rig.display.look import Look
from tests.desktop.rig.display.pointer import Pointer
from tests.desktop.rig.display.screen import Screen
from tests.desktop.rig.display.screenshot import Picture, x_picture
from tests.desktop.rig.display.windows import Window, paint_root, windows
from tests.desktop.rig.waiting import RigError, until


class Desktop(Session):
    """Xvfb, openbox and one of the panels of X."""

    def __init__(
        self, panel: Panel | None = None, look: Look | None = None, *, with_panel: bool = True
    ) -> None:
        """Prepare; `start`, or a `with` block, brings it up.

        Args:
            panel: which one; Xfce's unless given.
            look: light and of ordinary density unless given.
            with_panel: start the panel too; else `start_panel` does, when it is called.
        """
        super().__init__(look or Look(), with_panel=with_panel)
        self.panel_kind: Panel = panel or XfcePanel()
        self._screen: Screen | None = None

    def start_screen(self) -> None:
        """Start Xvfb and the window manager."""
        log = os.path.join(self.folder, "Xvfb.log")
        self._screen = Screen(self.look, environ=self.environ, log=log)
        self._screen.start()
        self.environ["DISPLAY"] = self._screen.display_name
        paint_root(self._screen.display_name, self.look.wallpaper)
        self.start_part("openbox", ["openbox"])

    def end(self) -> None:
        """End every process of this desktop, and remove its folder."""
        super().end()
        if self._screen is not None:
            self._screen.end()
            self._screen = None

    def panel_command(self) -> list[str]:
        """Write the panel's settings and return what starts it."""
        self.panel_kind.configure(self.environ["XDG_CONFIG_HOME"], self.look)
        return self.panel_kind.command

    def desktop_environ(self) -> dict[str, str]:
        """Say that this is X."""
        return {
            "XDG_CURRENT_DESKTOP": self.panel_kind.desktop_name,
            "XDG_SESSION_TYPE": "x11",
            "GDK_BACKEND": "x11",
            "QT_QPA_PLATFORM": "xcb",
        }

    @property
    def notification_points(self) -> int:
        """Size of the letters: on X, dunst leaves them as they are when it scales."""
        return 10 * self.look.scale

    @property
    def pointer(self) -> Pointer:
        """Mouse and keyboard."""
        return Pointer(self.environ)

    def windows(self) -> list[Window]:
        """Return the mapped windows."""
        return windows(self.environ["DISPLAY"])

    def menus(self) -> list[Window]:
        """Return the menus that are open, each submenu after its parent."""
        return [window for window in self.windows() if window.is_menu]

    def close_menus(self) -> None:
        """Press Escape until no menu is left."""
        for _ in range(len(self.menus())):
            self.pointer.press("Escape")
        until("the menu to close", lambda: not self.menus())

    def picture(self) -> Picture:
        """Return the screen as it is now."""
        return x_picture(self.environ["DISPLAY"])

    def panel_picture(self) -> Picture:
        """Return the panel as it is now."""
        docks = [window for window in self.windows() if window.kind == "DOCK"]
        if not docks:
            raise RigError("no panel is on the screen")
        return self.picture().crop(docks[0].area)
