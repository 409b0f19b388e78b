"""What the desktops on X have in common: a virtual screen and windows that the X server knows."""

from __future__ import annotations

import os

from tests.integration.desktop.rig.desktops.session import Session
from tests.integration.desktop.rig.display.look import Look
from tests.integration.desktop.rig.display.pointer import Pointer
from tests.integration.desktop.rig.display.screen import Screen
from tests.integration.desktop.rig.display.screenshot import Picture, x_picture
from tests.integration.desktop.rig.display.windows import Window, windows
from tests.integration.desktop.rig.processes.waiting import RigError, until


class InMemory(Session):
    """A session with a virtual X screen; a session with its own screen starts none."""

    def __init__(self, look: Look | None = None, *, with_panel: bool = True) -> None:
        """Prepare; `start` or a `with` block starts it.

        Args:
            look: light and of ordinary density unless given.
            with_panel: start the panel too; otherwise `start_panel` does.
        """
        super().__init__(look or Look(), with_panel=with_panel)
        self._screen: Screen | None = None

    def start_screen(self) -> None:
        """Start Xvfb."""
        log = os.path.join(self.folder, "Xvfb.log")
        self._screen = Screen(self.look, environ=self.environ, log=log)
        self._screen.start()
        self.environ["DISPLAY"] = self._screen.display_name

    def end(self) -> None:
        """End every process of this desktop, and remove its folder."""
        super().end()
        if self._screen is not None:
            self._screen.end()
            self._screen = None


class XDesktop(InMemory):
    """A desktop whose menus and panel are separate windows."""

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
        """Press Escape until no menu is open."""
        for _ in range(len(self.menus())):
            self.pointer.press("Escape")
        until("the menu to close", lambda: not self.menus())

    def picture(self) -> Picture:
        """Return a picture of the screen."""
        return x_picture(self.environ["DISPLAY"])

    def panel_picture(self) -> Picture:
        """Return a picture of the panel."""
        docks = [window for window in self.windows() if window.kind == "DOCK"]
        if not docks:
            raise RigError("no panel is on the screen")
        return self.picture().crop(docks[0].area)
