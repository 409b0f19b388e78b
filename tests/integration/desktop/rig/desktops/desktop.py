"""A complete private desktop on X: screen, bus, window manager, notifications, panel."""

from __future__ import annotations

from tests.integration.desktop.rig.desktops.on_x import XDesktop
from tests.integration.desktop.rig.desktops.panel import Panel, XfcePanel
from tests.integration.desktop.rig.display.look import Look
from tests.integration.desktop.rig.display.screenshot import Picture
from tests.integration.desktop.rig.display.windows import paint_root
from tests.integration.desktop.rig.processes.waiting import RigError


class Desktop(XDesktop):
    """Xvfb, openbox and one of the panels of X."""

    def __init__(
        self, panel: Panel | None = None, look: Look | None = None, *, with_panel: bool = True
    ) -> None:
        """Prepare; `start` or a `with` block starts it.

        Args:
            panel: which one; Xfce's unless given.
            look: light and of ordinary density unless given.
            with_panel: start the panel too; otherwise `start_panel` does.
        """
        super().__init__(look, with_panel=with_panel)
        self.panel_kind: Panel = panel or XfcePanel()

    def start_screen(self) -> None:
        """Start Xvfb and the window manager."""
        super().start_screen()
        paint_root(self.environ["DISPLAY"], self.look.wallpaper)
        self.start_part("openbox", ["openbox"])

    def panel_picture(self) -> Picture:
        """Return a picture of the panel, once it is along the top: MATE's starts in the middle of the screen.

        Raises:
            RigError: there is no panel on the screen, or it is not yet at its place.
        """
        panel = super().panel_picture()
        if panel.area.y or panel.area.width < self.look.width * self.look.scale:
            raise RigError(f"the panel is not along the top, but at {panel.area}")
        return panel

    def panel_command(self) -> list[str]:
        """Write the panel's settings and return what starts it."""
        self.panel_kind.configure(self.environ["XDG_CONFIG_HOME"], self.look)
        return self.panel_kind.command

    def desktop_environ(self) -> dict[str, str]:
        """Declare X."""
        return {
            "XDG_CURRENT_DESKTOP": self.panel_kind.desktop_name,
            "XDG_SESSION_TYPE": "x11",
            "GSETTINGS_BACKEND": self.panel_kind.settings_backend,
            "GDK_BACKEND": "x11",
            "QT_QPA_PLATFORM": "xcb",
        }

    @property
    def notification_points(self) -> int:
        """Font size: on X, dunst does not scale it."""
        return 10 * self.look.scale
