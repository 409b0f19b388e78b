"""A simulated user with a mouse on Wine's screen: a click changes the disk and the pixels."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from tests.integration.desktop.rig.display.pointer import LEFT, RIGHT
from tests.integration.desktop.rig.display.screenshot import Picture
from tests.integration.desktop.rig.display.windows import Window, windows
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.desktop.rig.tray.tray_items import Colour
from tests.integration.windows.rig.session import WindowsSession
from tests.integration.windows.rig.tray_on_screen import TrayOnScreen
from tests.integration.windows.running_tray import RunningTray
from tests.support.waiting import at_its_quickest

from codemie_tray.view.colour import colour_of

BROADCAST_A_SETTING = """
import ctypes
ctypes.windll.user32.SendMessageTimeoutW(0xFFFF, 0x1A, 0, "ImmersiveColorSet", 2, 5000, None)
"""
THEME_KEY = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"


def colour(profile: str) -> Colour:
    text = colour_of(profile)
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def shows(picture: Picture, profile: str) -> bool:
    return picture.find(colour(profile), tolerance=3) is not None


@pytest.mark.parametrize("button", [LEFT, RIGHT], ids=["left", "right"])
def test_a_click_opens_the_menu_and_a_row_switches_the_profile(
    tray: RunningTray, screen: TrayOnScreen, artifacts: Path, button: int
) -> None:
    assert tray.active() == "work"
    until("the icon of work", lambda: shows(screen.icon(), "work"))
    screen.icon().save(str(artifacts / "icon-work.png"))
    screen.choose(1, button).save(str(artifacts / "menu.png"))
    until("the switch on disk", lambda: tray.active() == "personal")
    until("the icon of personal", lambda: shows(screen.icon(), "personal"))
    screen.icon().save(str(artifacts / "icon-personal.png"))
    tray.session.pointer.move(900, 700)
    until("the notification's title and text", lambda: (shown := screen.balloon()) and len(shown.rows()) >= 2)
    tray.session.picture().save(str(artifacts / "switched.png"))
    # The reopened menu marks the other row.
    picture, rows = screen.open_menu(button)
    marks = [picture.crop(row).find((0, 0, 0), tolerance=60, at_least=1) for row in rows[:2]]
    assert marks[1] is not None
    assert marks[0] is None or marks[1].x < marks[0].x
    picture.save(str(artifacts / "menu-after.png"))
    tray.session.pointer.press("Escape")


def test_a_row_does_what_the_open_menu_says_even_if_rows_moved_meanwhile(
    tray: RunningTray, screen: TrayOnScreen, artifacts: Path
) -> None:
    until("the icon of work", lambda: shows(screen.icon(), "work"))
    menu = screen.open_menu_beside()
    config = json.loads((tray.home / "config.json").read_text(encoding="utf-8"))
    new = dict.fromkeys(("first", "second"), config["profiles"]["work"])
    config["profiles"] = {**new, **config["profiles"]}
    config["activeProfile"] = "second"
    (tray.home / "config.json").write_text(json.dumps(config), encoding="utf-8")
    until("the icon of second", lambda: shows(screen.icon(), "second"))  # and a new menu, not shown yet
    tray.session.picture().save(str(artifacts / "menu-open-during-a-change.png"))
    tray.session.pointer.click(*menu[-3][1].centre)
    until("a switch", lambda: tray.active() != "second")
    assert tray.active() == "personal"
    after = screen.open_menu_beside()
    assert len(after[-3]) == len(menu[-3]) + 2
    tray.session.pointer.click(*after[-3][1].centre)
    until("the switch by the new menu", lambda: tray.active() == "second")


def test_an_outside_change_is_shown_within_a_second(tray: RunningTray, screen: TrayOnScreen) -> None:
    until("the icon of work", lambda: shows(screen.icon(), "work"))
    config = json.loads((tray.home / "config.json").read_text(encoding="utf-8"))
    names = itertools.cycle(("personal", "work"))

    def change() -> None:
        config["activeProfile"] = name = next(names)
        (tray.home / "config.json").write_text(json.dumps(config), encoding="utf-8")
        until(f"the icon of {name}", lambda: shows(screen.icon(), name))

    at_its_quickest(change, within_seconds=1.5)  # including the time of one screenshot
    if config["activeProfile"] == "work":
        change()
    switched = tray.command("switch", "work")
    assert (switched.exit_code, switched.output) == (
        0,
        "Switched to work. New sessions use it; running ones keep theirs.\n",
    )
    until("the icon of work", lambda: shows(screen.icon(), "work"))


def test_a_second_start_is_answered_by_the_first(
    tray: RunningTray, screen: TrayOnScreen, artifacts: Path
) -> None:
    second = tray.command()
    assert second.exit_code == 0
    assert second.output == "CodeMie Tray is already running; it was asked to show itself.\n"
    until("the notification", screen.balloon)
    until("its title and text", lambda: (shown := screen.balloon()) and len(shown.rows()) >= 2)
    tray.session.picture().save(str(artifacts / "second-start.png"))


def test_the_folder_opens_in_the_file_manager(
    tray: RunningTray, screen: TrayOnScreen, windows_session: WindowsSession, artifacts: Path
) -> None:
    def file_managers() -> list[Window]:
        return [w for w in windows(windows_session.display_name) if w.area.height > 150]

    assert file_managers() == []
    screen.choose(-3)
    until("the file manager", file_managers)

    def shows_files() -> bool:
        picture = tray.session.picture()
        picture.save(str(artifacts / "folder.png"))
        return any(picture.crop(w.area).find((255, 255, 255), at_least=9_000) for w in file_managers())

    until("its files", shows_files)
    windows_session.wine.restart()  # the file manager's program has the desktop as well


def test_quit_ends_the_program_and_removes_the_icon(tray: RunningTray, screen: TrayOnScreen) -> None:
    _, rows = screen.open_menu()
    tray.session.pointer.click(*rows[-1].centre)
    assert tray.program.wait().exit_code == 0
    assert tray.program.output() == ""
    until("the icon to go", lambda: screen.area() is None)


def test_the_program_ends_when_windows_asks_its_windows_to_close(
    tray: RunningTray, screen: TrayOnScreen, windows_session: WindowsSession
) -> None:
    windows_session.wine.run("taskkill", "/IM", "python.exe")
    assert tray.program.wait().exit_code == 0
    until("the icon to go", lambda: screen.area() is None)


def test_the_icon_follows_the_theme_of_the_taskbar(
    tray: RunningTray, screen: TrayOnScreen, windows_session: WindowsSession, artifacts: Path
) -> None:
    until("the icon of work", lambda: shows(screen.icon(), "work"))
    seen = {}
    for light in (0, 1):
        windows_session.wine.run(
            "reg", "add", THEME_KEY, "/v", "SystemUsesLightTheme", "/t", "REG_DWORD", "/d", str(light), "/f"
        )
        before = screen.icon()
        windows_session.python("-c", BROADCAST_A_SETTING)
        if light:
            until("another rim", lambda: screen.icon().differs_from(before) > 20)  # noqa: B023 - at once
        seen[light] = screen.icon()
        seen[light].save(str(artifacts / f"icon-{'light' if light else 'dark'}.png"))
    windows_session.wine.run("reg", "delete", THEME_KEY, "/v", "SystemUsesLightTheme", "/f")
    # The rim is lighter than the colour on a dark bar, and darker on a light one.
    rim = {light: sum(_brightness(picture)) for light, picture in seen.items()}
    assert rim[0] > rim[1]


def _brightness(picture: Picture) -> list[int]:
    return list(picture.image.convert("L").tobytes())


def test_a_broken_file_is_reported_until_it_is_fixed(
    tray: RunningTray, screen: TrayOnScreen, artifacts: Path
) -> None:
    whole = (tray.home / "config.json").read_bytes()
    (tray.home / "config.json").write_text('{\n  "profiles": {,}\n}\n')
    until("grey", lambda: screen.icon().find((0x5D, 0x64, 0x70), tolerance=3) is not None)
    picture, _ = screen.open_menu()
    picture.save(str(artifacts / "broken.png"))
    tray.session.pointer.press("Escape")
    (tray.home / "config.json").write_bytes(whole)
    until("the icon of work", lambda: shows(screen.icon(), "work"))
