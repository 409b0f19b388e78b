"""The README's pictures of the menu show the menu of today."""

from __future__ import annotations

from pathlib import Path

from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.desktops.desktop import Desktop
from tests.integration.desktop.rig.desktops.session import REPOSITORY
from tests.integration.desktop.rig.pictures import DESKTOPS, ROWS, rows_text, start_sample_tray
from tests.integration.windows.rig.pictures import ROWS as WINDOWS_ROWS
from tests.integration.windows.rig.pictures import windows_rows

pytestmark = needs("x11", "xfce")

IMAGES = Path(REPOSITORY, "docs", "images")


def test_the_rows_on_the_pictures_are_those_of_the_menu() -> None:
    with Desktop() as desktop:
        shown = rows_text(start_sample_tray(desktop))
    assert shown == (IMAGES / ROWS).read_text(encoding="utf-8"), "take them again: make pictures"


def test_the_pictures_of_windows_show_the_rows_of_the_menu_there() -> None:
    shown = (IMAGES / WINDOWS_ROWS).read_text(encoding="utf-8")
    assert shown == windows_rows(), "take them again: make pictures-windows"


def test_the_readme_shows_the_menu_light_and_dark_on_each_desktop_but_mate() -> None:
    readme = Path(REPOSITORY, "README.md").read_text(encoding="utf-8")
    for name in {*DESKTOPS, "windows"} - {"mate"}:
        for look in ("light", "dark"):
            picture = f"menu-{name}-{look}.png"
            assert f"](docs/images/{picture})" in readme
            assert (IMAGES / picture).is_file()
