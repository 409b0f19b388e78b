"""What `make pictures` does: the menu on each desktop, light and dark, for the README.

Run as `python -m tests.integration.desktop.rig.pictures [--only DESKTOP...] DIR`.
"""

from __future__ import annotations

import argparse
import datetime
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.integration.desktop.rig.desktops.desktop import Desktop
from tests.integration.desktop.rig.desktops.gnome import GnomeDesktop
from tests.integration.desktop.rig.desktops.kde.plasma import PlasmaDesktop
from tests.integration.desktop.rig.desktops.panel import MatePanel, XfcePanel
from tests.integration.desktop.rig.desktops.session import Session, python
from tests.integration.desktop.rig.display.look import Look
from tests.integration.desktop.rig.display.screenshot import Picture
from tests.integration.desktop.rig.display.windows import Area
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.desktop.rig.system_packages import MISSING_EXIT_CODE, install_command, missing
from tests.integration.desktop.rig.tray.sample_home import make_sample_home, write_usage
from tests.integration.desktop.rig.tray.tray_on_screen import RIGHT, TrayOnScreen

DESKTOPS: dict[str, Callable[[Look], Session]] = {
    "gnome": GnomeDesktop,
    "plasma": PlasmaDesktop,
    "xfce": lambda look: Desktop(XfcePanel(), look),
    "mate": lambda look: Desktop(MatePanel(), look),
}
ROWS = "menu-rows.txt"
"""Beside the pictures: the rows that they show, by which a test notices pictures of an older menu."""
_MARGIN = 16
"""Pixels of the desktop around icon and menu."""
_SIZE = (480, 340)
"""Minimum size of each picture in pixels, so that they fit side by side."""


def start_sample_tray(desktop: Session) -> TrayOnScreen:
    """Start the tray in a sample home with usage of today, and wait until its menu says all it has to.

    Raises:
        RigError: no icon came to the screen, or something was not counted.
    """
    now = datetime.datetime.now(datetime.UTC)
    home = make_sample_home(os.path.join(desktop.home, ".codemie"), now)
    write_usage(home, now)
    tray = TrayOnScreen(desktop)
    logs = os.path.join(home, "logs")
    oldest = os.path.join(logs, min(os.listdir(logs)))
    program = desktop.run("tray", python("-m", "codemie_tray"), environ={"CODEMIE_HOME": home})
    program.until_ready("the icon to be registered", desktop.items)

    def counted() -> bool:
        return not any("counting" in row.label for row in tray.rows())

    until("all to be counted", counted, on_failure=program.tail)
    until("the first clean-up", lambda: not os.path.exists(oldest), on_failure=program.tail)
    desktop.notifications.close()
    until("the keyring to be asked", lambda: not any("system's keyring" in row.label for row in tray.rows()))
    return tray


def menu_picture(desktop: Session, tray: TrayOnScreen) -> Picture:
    """Return the icon with the open menu.

    Raises:
        RigError: no icon or no menu came to the screen.
    """
    icon = tray.icon()
    menu = tray.open_menu(RIGHT).area
    return desktop.settled().crop(_around(icon, menu, desktop.picture().area))


def rows_text(tray: TrayOnScreen) -> str:
    """Return the rows of the menu as `ROWS` has them, a line each."""
    lines = ["What the pictures of the menu in this folder show; `make pictures` writes both.", ""]
    for row in tray.rows():
        mark = {None: " ", True: "x", False: "o"}[row.checked]
        lines.append("-" if row.separator else f"{mark} {row.label}")
    return "\n".join(lines) + "\n"


def _around(icon: Area, menu: Area, screen: Area) -> Area:
    """Return the part of the screen with both, in the common size if there is room."""
    left = min(icon.x, menu.x) - _MARGIN
    top = min(icon.y, menu.y) - _MARGIN
    right = max(icon.box[2], menu.box[2]) + _MARGIN
    bottom = max(icon.box[3], menu.box[3]) + _MARGIN
    left = min(left, right - _SIZE[0])
    if top <= _MARGIN:
        bottom = max(bottom, _SIZE[1])
    else:
        top = min(top, bottom - _SIZE[1])
    left, top = max(left, 0), max(top, 0)
    return Area(left, top, min(right, screen.width) - left, min(bottom, screen.height) - top)


def _save(picture: Picture, folder: str, name: str, *, dark: bool) -> None:
    path = os.path.join(folder, f"menu-{name}-{'dark' if dark else 'light'}.png")
    print(picture.save_small(path), f"({os.path.getsize(path):,} bytes)", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the pictures.

    Returns:
        0: all are made. `MISSING_EXIT_CODE`: system packages are missing.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.integration.desktop.rig.pictures")
    parser.add_argument("folder", metavar="DIR", help="where the pictures go")
    parser.add_argument("--only", nargs="+", choices=DESKTOPS, default=list(DESKTOPS), help="these desktops")
    options = parser.parse_args(arguments)
    if absent := missing(["x11", *options.only]):
        print("To install what is missing:\n  sudo " + " ".join(install_command(absent)))
        return MISSING_EXIT_CODE
    for name in options.only:
        for dark in (False, True):
            with DESKTOPS[name](Look(dark=dark, height=720)) as desktop:
                tray = start_sample_tray(desktop)
                Path(options.folder, ROWS).write_text(rows_text(tray), encoding="utf-8")
                _save(menu_picture(desktop, tray), options.folder, name, dark=dark)
    return 0


if __name__ == "__main__":
    sys.exit(main())
