"""A complete desktop on Wayland: headless sway, waybar with a tray, a virtual mouse, screenshots by grim."""

from __future__ import annotations

import os
import shutil
import subprocess

from tests.integration.desktop.rig.desktops.panel import HEIGHT
from tests.integration.desktop.rig.desktops.session import Session
from tests.integration.desktop.rig.display.look import FONT, Look
from tests.integration.desktop.rig.display.screenshot import Picture, picture_of_file
from tests.integration.desktop.rig.display.virtual_pointer import VirtualPointer
from tests.integration.desktop.rig.display.windows import Area, Window
from tests.integration.desktop.rig.processes.waiting import RigError, until

_SMALLEST_MENU = 40
"""Pixels in each direction; the pointer, which sway draws into the picture, is smaller."""
_STYLE = """window#waybar {{ font-family: "{font}"; font-size: 13px; background: {ground}; color: {ink}; }}
#tray {{ margin: 0 10px; }}
"""


class WaylandDesktop(Session):
    """sway without a graphics card or a seat, which is how a machine without a screen can show Wayland."""

    def __init__(self, look: Look | None = None, *, with_panel: bool = True) -> None:
        """Prepare; `start` or a `with` block starts it.

        Args:
            look: light and of ordinary density unless given.
            with_panel: start waybar too; otherwise `start_panel` does.
        """
        super().__init__(look or Look(), with_panel=with_panel)
        self._pointer: VirtualPointer | None = None

    def start_screen(self) -> None:
        """Start sway with a mouse: without one, clients learn that there is no pointer."""
        look = self.look
        size = f"{look.width * look.scale}x{look.height * look.scale}"
        settings = self._write(
            "sway.conf",
            f"output HEADLESS-1 resolution {size} scale {look.scale}\n"
            f"output HEADLESS-1 background {_hex(look.wallpaper)} solid_color\n"
            "default_border none\nxwayland disable\nfocus_follows_mouse no\n",
        )
        sway = self.start_part("sway", [*_not_as_root(), "sway", "--config", settings])
        sway.until_ready("the Wayland socket", self._find_socket)
        path = os.path.join(self.environ["XDG_RUNTIME_DIR"], self.environ["WAYLAND_DISPLAY"])
        self._pointer = VirtualPointer(path, look.width * look.scale, look.height * look.scale)
        sway.until_ready("the screen", lambda: self.picture().background() == look.wallpaper)
        self._pointer.plug_in()

    def end(self) -> None:
        """End every process of this desktop, and remove its folder."""
        if self._pointer is not None:
            self._pointer.unplug()
            self._pointer = None
        super().end()

    def panel_command(self) -> list[str]:
        """Write waybar's settings and return what starts it."""
        ground, ink = ("#303030", "#f2f2f2") if self.look.dark else ("#f6f5f4", "#1e1e1e")
        style = self._write("waybar.css", _STYLE.format(font=FONT, ground=ground, ink=ink))
        settings = self._write(
            "waybar.json",
            f'{{"layer": "top", "position": "top", "height": {HEIGHT}, "modules-right": ["tray"],'
            ' "tray": {"icon-size": 22, "spacing": 10}}',
        )
        return ["waybar", "--config", settings, "--style", style]

    def desktop_environ(self) -> dict[str, str]:
        """Declare Wayland without hardware."""
        return {
            "XDG_CURRENT_DESKTOP": "sway",
            "XDG_SESSION_TYPE": "wayland",
            "WLR_BACKENDS": "headless",
            "WLR_LIBINPUT_NO_DEVICES": "1",
            "WLR_RENDERER": "pixman",
            "GDK_BACKEND": "wayland",
            "QT_QPA_PLATFORM": "wayland",
        }

    @property
    def pointer(self) -> VirtualPointer:
        """The mouse."""
        if self._pointer is None:
            raise RigError("the desktop was not started")
        return self._pointer

    def menus(self) -> list[Window]:
        """Return the open menu, found in the picture: Wayland does not expose windows.

        A menu is what differs from the bare desktop just below the bar; it begins at the pointer, usually on
        the bar.
        """
        picture, bar = self.picture(), HEIGHT * self.look.scale
        below = picture.crop(picture.area.without_top(bar))
        menus = []
        for seen in below.things():
            if seen.y == bar and min(seen.width, seen.height) > _SMALLEST_MENU:
                # The left half shows where it begins; the icon covers the right one.
                covered = picture.crop(Area(seen.x, 0, seen.width // 2, bar)).things()
                top = min((area.y for area in covered), default=bar)
                area = Area(seen.x, top, seen.width, seen.y + seen.height - top)
                menus.append(Window("POPUP_MENU", "", area))
        return menus

    def close_menus(self) -> None:
        """Click on the bare desktop."""
        self.pointer.click(20, self.look.height * self.look.scale - 20)
        until("the menu to close", lambda: not self.menus())

    def picture(self) -> Picture:
        """Return a picture of the screen."""
        path = os.path.join(self.folder, "screen.ppm")
        subprocess.run(["grim", "-t", "ppm", path], env=self.environ, check=True, capture_output=True)
        return picture_of_file(path)

    def panel_picture(self) -> Picture:
        """Return a picture of the bar."""
        picture = self.picture()
        bar = picture.crop(picture.area.top(HEIGHT * self.look.scale))
        if bar.background() == self.look.wallpaper:
            raise RigError("no bar is on the screen")
        return bar

    def _find_socket(self) -> bool:
        names = sorted(n for n in os.listdir(self.environ["XDG_RUNTIME_DIR"]) if n.startswith("wayland-"))
        if names:
            self.environ["WAYLAND_DISPLAY"] = names[0]
        return bool(names)

    def _write(self, name: str, text: str) -> str:
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path


def can_run_sway() -> bool:
    """Return whether sway can start here: it refuses root, and user namespaces may be forbidden."""
    command = [*_not_as_root(), "true"]
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def _not_as_root() -> list[str]:
    """Return a prefix that runs a program with an ordinary user id that owns our files."""
    return [] if os.geteuid() else ["unshare", "--user", "--map-user=1000", "--map-group=1000"]


def _hex(colour: tuple[int, int, int]) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)
