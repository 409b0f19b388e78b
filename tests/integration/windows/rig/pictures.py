"""The menu of the tray under Wine, for the README: on a light and on a dark taskbar.

Run as `python -m tests.integration.windows.rig.pictures DIR`. Only the icon differs: the menus of Windows are
light on a dark taskbar as well, unless a program draws its own.
"""

from __future__ import annotations

import datetime
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.integration.desktop.rig.display.pointer import RIGHT
from tests.integration.desktop.rig.display.screenshot import Picture
from tests.integration.desktop.rig.display.windows import Area, windows
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.desktop.rig.tray.sample_home import USAGE, make_sample_home, write_usage
from tests.integration.windows.rig.build import IMPORT_PATH
from tests.integration.windows.rig.session import WindowsSession
from tests.integration.windows.rig.windows_python import wheels
from tests.integration.windows.rig.wine.place import remove
from tests.integration.windows.running_tray import RunningTray

from codemie_core import Home
from codemie_tray.view.menu import Item
from codemie_tray.view.menu_builder import view_of
from codemie_tray.view.read_state import read_state
from codemie_tray.view.state import Credentials, LogsFound, UsageToday, Windows

ROWS = "menu-rows-windows.txt"
"""Beside the pictures: the rows that they show, by which a test notices pictures of an older menu."""
_THEME_KEY = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
_THEME = "SystemUsesLightTheme"
_NAMED_WIDTH = 340
"""Pixels: the menu is wider than that once its row names the Windows Credential Manager."""
_QT = "C:\\qt"
"""Qt is not part of the Python under Wine, but of the packages, whose menu the pictures show."""
_MARGIN = 8
"""Pixels of the desktop around icon and menu."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the pictures.

    Raises:
        RigError: Windows is not built, or no icon or menu came to the screen.
    """
    (folder,) = sys.argv[1:] if arguments is None else arguments
    for name, light in (("light", "1"), ("dark", "0")):
        with WindowsSession() as session:
            session.wine.run("reg", "add", _THEME_KEY, "/v", _THEME, "/t", "REG_DWORD", "/d", light, "/f")
            _bring_qt(session)
            path = _menu_picture(session).save_small(str(Path(folder, f"menu-windows-{name}.png")))
            remove(session.wine.unix_path(_QT))
            session.wine.run("reg", "delete", _THEME_KEY, "/v", _THEME, "/f")
            print(path, flush=True)
    Path(folder, ROWS).write_text(windows_rows(), encoding="utf-8")
    return 0


def windows_rows() -> str:
    """Return the rows of the menu in the pictures, one per line.

    They can't be read from Wine's screen, so they are built from the same home as values.
    """
    now = datetime.datetime.now(datetime.UTC)
    with tempfile.TemporaryDirectory() as folder:
        read = read_state(Home(make_sample_home(os.path.join(folder, ".codemie"), now)))
    state = replace(
        read,
        today=UsageToday(
            sum(tokens for *_, tokens in USAGE), len({session for session, *_ in USAGE}), len(USAGE)
        ),
        logs=LogsFound(0, 0),
        starts_at_login=False,
        credentials=Credentials(keyring_name="the Windows Credential Manager"),
        windows=Windows.READY,
    )
    labels = (row.label if isinstance(row, Item) else "-" for row in view_of(state).menu)
    return "\n".join(["What the pictures of the menu on Windows show.", "", *labels]) + "\n"


def _bring_qt(session: WindowsSession) -> None:
    lock = Path(wheels.LOCK).read_text(encoding="utf-8")
    wanted = [one for one in wheels.windows_requirements(lock, with_qt=True) if wheels.QT.match(one)]
    wheels.install(session.wine.place, session.wine.unix_path(_QT), wanted)
    session.wine.place.give(session.wine.unix_path(_QT))


def _menu_picture(session: WindowsSession) -> Picture:
    now = datetime.datetime.now(datetime.UTC)
    home = Path(session.wine.drive_c, "homes", "pictures")
    home.parent.mkdir(exist_ok=True)
    write_usage(make_sample_home(str(home), now), now)
    session.wine.place.give(str(home.parent))
    oldest = min((home / "logs").iterdir())
    tray = RunningTray(session, home, environ={"PYTHONPATH": f"{IMPORT_PATH};{_QT}"})
    try:
        until("today's usage to be counted", (home / "tray" / "usage-today.json").exists)
        until("the first clean-up", lambda: not oldest.exists())
        return until("the keyring's name", lambda: _named(session, tray), 60.0)
    finally:
        tray.end()
        shutil.rmtree(home)


def _named(session: WindowsSession, tray: RunningTray) -> Picture | None:
    """Return the icon with its open menu; None if that does not name the keyring yet."""
    icon = tray.screen.wait()
    # The menu opens at the pointer: at the icon's corner, it does not cover the icon.
    area = tray.screen.menu_at(icon.x + icon.width - 3, icon.y + icon.height - 3, RIGHT)
    right, bottom = area.box[2] + _MARGIN, area.box[3] + _MARGIN
    picture = session.picture().crop(Area(0, 0, right, bottom))
    session.pointer.click(area.box[2] + 50, area.box[3] + 50)
    until(
        "the menu to close", lambda: not any(window.area == area for window in windows(session.display_name))
    )
    tray.screen.move_away()
    return picture if area.width >= _NAMED_WIDTH else None


if __name__ == "__main__":
    sys.exit(main())
