"""The windows of the installed program under Wine: opened from the menu, used with mouse and keyboard."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest
from installers.windows import nsis
from tests.installers.every_command import CASES
from tests.integration.desktop.rig.display.windows import Area
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.desktop.rig.tray.sample_home import write_usage
from tests.integration.windows.installed.installation import Installation
from tests.integration.windows.rig.wine.window_on_screen import WindowOnScreen

pytestmark = pytest.mark.timeout(1200)

TOKEN = "sk-ant-api03-" + "q7Wb9xKc2LmZ" * 6
FROM_THE_MENU = nsis.CONSOLE
"""The program that shows a window which the tray opened."""


def manage(menu: list[list[Area]]) -> Area:
    """Return "Manage profiles...", below the profiles."""
    return menu[-3][-1]


def usage(menu: list[list[Area]]) -> Area:
    """Return "Usage...", which follows "Today"."""
    return menu[-2][1]


def settings(menu: list[list[Area]]) -> Area:
    """Return "Settings...", above the folder, the help and "Quit"."""
    return menu[-1][-4]


def opened(computer: Installation) -> set[str]:
    """Return which windows the home has had: each holds a lock that begins with its name."""
    return {path.stem.partition("-")[0] for path in (computer.home / "tray" / "windows").glob("*.lock")}


def test_a_profile_is_switched_in_the_installed_window_which_a_second_request_raises(
    computer: Installation, artifacts: Path
) -> None:
    computer.install()
    computer.start_tray()
    computer.until_icon_of("work")
    words = (computer.path(nsis.TRAY), "window", "profiles")
    window = WindowOnScreen(computer.session, nsis.TRAY)
    computer.start(*words)
    window.choose("personal")
    window.press_switch()
    until("the switch on disk", lambda: computer.active() == "personal")
    computer.until_icon_of("personal")
    until("the button to go", lambda: not window.offers_to_switch())
    window.picture().save(str(artifacts / "installed-profiles.png"))
    computer.start("notepad")
    until("another window above it", lambda: not window.is_on_top())
    second = computer.start(*words)
    until("the window on top", window.is_on_top)
    assert second.wait().exit_code == 0
    window.picture().save(str(artifacts / "installed-profiles-raised.png"))


def test_a_row_opens_what_it_says_even_if_rows_moved_while_the_menu_was_open(
    computer: Installation, artifacts: Path
) -> None:
    computer.install()
    computer.start_tray()
    computer.until_icon_of("work")
    menu = computer.screen.open_menu_beside()
    computer.session.picture().save(str(artifacts / "installed-menu-with-windows.png"))
    config = json.loads((computer.home / "config.json").read_text(encoding="utf-8"))
    config["profiles"] = {"added": config["profiles"]["work"], **config["profiles"]}
    config["activeProfile"] = "added"
    (computer.home / "config.json").write_text(json.dumps(config), encoding="utf-8")
    computer.until_icon_of("added")  # the tray has a new menu now, in which each row is one lower
    computer.session.pointer.click(*manage(menu).centre)
    until("a window", lambda: opened(computer))
    WindowOnScreen(computer.session, FROM_THE_MENU).choose("personal")
    assert opened(computer) == {"profiles"}
    assert computer.active() == "added"
    after = computer.screen.open_menu_beside()
    assert manage(after).y - after[-3][0].y > manage(menu).y - menu[-3][0].y
    computer.session.pointer.press("Escape")


def test_a_setting_is_changed_and_the_usage_is_shown(computer: Installation, artifacts: Path) -> None:
    write_usage(str(computer.home), datetime.datetime.now(datetime.UTC))
    computer.computer.place.give(str(computer.home))
    computer.install()
    computer.start_tray()
    computer.until_icon_of("work")
    computer.session.pointer.click(*settings(computer.screen.open_menu_beside()).centre)
    window = WindowOnScreen(computer.session, FROM_THE_MENU)
    window.choose_page(1)
    window.fill(0, "9", narrow=True)
    computer.session.pointer.press("Return")
    path = computer.home / "tray" / "settings.json"
    until("the setting on disk", lambda: path.exists() and '"logRetentionDays": 9' in path.read_text("utf-8"))
    window.picture().save(str(artifacts / "installed-settings.png"))
    assert opened(computer) == {"settings"}
    computer.session.pointer.click(*usage(computer.screen.open_menu_beside()).centre)
    until("the second window", lambda: window.number() == 2, 120)
    until("the bars of the chart", window.shows_a_chart, 60)
    window.picture().save(str(artifacts / "installed-usage.png"))
    assert opened(computer) == {"settings", "usage"}


def test_a_profile_is_added_with_the_mouse(computer: Installation, artifacts: Path) -> None:
    computer.install()
    computer.start_tray()
    computer.until_icon_of("work")
    window = WindowOnScreen(computer.session, nsis.TRAY)
    computer.start(computer.path(nsis.TRAY), "window", "profiles", "--add")
    until("the sheet above the window", lambda: window.number() == 2, 120)
    window.fill(0, "anthropic")  # the only field so far, which finds a provider
    window.click_card()
    computer.session.pointer.type(TOKEN)
    window.picture().save(str(artifacts / "installed-add.png"))
    computer.session.pointer.press("Return")
    until("the profile on disk", lambda: computer.active() == "anthropic", on_failure=window.failure)
    computer.until_icon_of("anthropic")
    until("the sheet to close", lambda: window.number() == 1, on_failure=window.failure)
    window.picture().save(str(artifacts / "installed-added.png"))
    config = (computer.home / "config.json").read_text(encoding="utf-8")
    added = json.loads(config)["profiles"]["anthropic"]
    assert added["provider"] == "anthropic"
    assert TOKEN not in config
    stored = added["authToken"].removeprefix("credential:")
    assert computer.command("credentials", "get", stored).output.strip() == TOKEN


def test_each_window_command_opens_its_window(computer: Installation, artifacts: Path) -> None:
    computer.install()
    window = WindowOnScreen(computer.session, nsis.CONSOLE)
    for each in CASES:
        if each.words[0] != "window":
            continue
        program = computer.start(computer.path(nsis.CONSOLE), *each.words)
        window.wait()
        assert each.words[1] in opened(computer)
        window.picture().save(str(artifacts / f"installed-{'-'.join(each.words).replace('--', '')}.png"))
        assert program.is_running()
        program.kill()
        until("the window to go", lambda: window.number() == 0)
    assert opened(computer) == {"profiles", "settings", "usage"}
