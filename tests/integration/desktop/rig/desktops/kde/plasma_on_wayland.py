"""KDE Plasma 5 on Wayland: KWin as the compositor, in a window on X in memory, where it gets real events."""

from __future__ import annotations

import os
import shutil

from tests.integration.desktop.rig.desktops.kde.kwin_windows import KWinWindows
from tests.integration.desktop.rig.desktops.kde.plasma import START_SECONDS, PlasmaDesktop
from tests.integration.desktop.rig.display.look import Look
from tests.integration.desktop.rig.display.pointer import Pointer
from tests.integration.desktop.rig.display.screenshot import Picture, x_picture
from tests.integration.desktop.rig.display.windows import Window

_SOCKET = "wayland-rig"


class PlasmaOnWayland(PlasmaDesktop):
    """kwin_wayland, kded5 and plasmashell; programs see Wayland alone, mouse and pictures use X around it."""

    pointing_opens_submenus = True

    def __init__(self, look: Look | None = None, *, with_panel: bool = True) -> None:
        """Prepare; `start`, or a `with` block, brings it up.

        Args:
            look: light and of ordinary density unless given.
            with_panel: start plasmashell too; else `start_panel` does, when it is called.
        """
        super().__init__(look, with_panel=with_panel)
        self._outside: dict[str, str] = {}
        """Environment of what looks at the compositor's window from outside."""
        self._kwin_windows: KWinWindows | None = None

    def start_window_manager(self) -> None:
        """Start the compositor, and let every program from now on see its screen instead of X."""
        self._outside = dict(self.environ)
        look = self.look
        # The installed file has a capability (CAP_SYS_RESOURCE). A container without it can't even start the
        # program; a copy has none.
        program = shutil.copyfile(
            shutil.which("kwin_wayland") or "", os.path.join(self.folder, "kwin_wayland")
        )
        os.chmod(program, 0o700)
        size = ["--width", str(look.width), "--height", str(look.height), "--scale", str(look.scale)]
        screen = ["--x11-display", self.environ["DISPLAY"], "--socket", _SOCKET]
        kwin = self.start_part("kwin", [program, *screen, *size, "--no-lockscreen"])
        kwin.until_ready("the compositor", lambda: self.bus.has_owner("org.kde.KWin"), START_SECONDS)
        self._kwin_windows = KWinWindows(self.bus, kwin, self.folder)
        del self.environ["DISPLAY"]
        self.environ |= {
            "WAYLAND_DISPLAY": _SOCKET,
            "QT_QPA_PLATFORM": "wayland",
            "GDK_BACKEND": "wayland",
        }

    def desktop_environ(self) -> dict[str, str]:
        """Say that this is Plasma on Wayland, drawn without a graphics card."""
        return {
            **super().desktop_environ(),
            "XDG_SESSION_TYPE": "wayland",
            "KWIN_COMPOSE": "Q",  # by QPainter: what kwin's OpenGL wants is not in Mesa's software driver
            "QT_LOGGING_RULES": "js.debug=true",  # what its scripts print
            "QT_SCALE_FACTOR": "1",  # the compositor tells programs its scale
            "GDK_SCALE": "1",
            "PLASMA_USE_QT_SCALING": "0",
        }

    @property
    def pointer(self) -> Pointer:
        """Mouse and keyboard: those of X, which the compositor takes for real ones."""
        return Pointer(self._outside)

    def windows(self) -> list[Window]:
        """Return the compositor's windows."""
        return self._kwin_windows.read(self.look.scale) if self._kwin_windows else []

    def picture(self) -> Picture:
        """Return the screen as it is now."""
        return x_picture(self._outside["DISPLAY"])
