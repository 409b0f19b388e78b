"""From the tray's menu to a window and back: a real tray, clicked as by a panel."""

from __future__ import annotations

import subprocess

from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.desktops.desktop import Desktop
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.windows_qt.rig.menu_of_the_tray import tray_with_a_menu
from tests.integration.windows_qt.rig.open_window import OpenWindow

pytestmark = needs("x11", "windows")


def test_the_first_profile_is_added_from_the_menu_which_then_shows_it(first_window: OpenWindow) -> None:
    window = first_window
    with tray_with_a_menu(window) as menu:
        menu.click("Add your first profile...")
        window.attach(until("its window", menu.windows)[0])
        window.until_says("Which provider?")
        window.fill("Find a provider", "olla")
        until("the others to be gone", lambda: window.screen.look("check box", "Anthropic") is None)
        window.keys("Return")
        window.screen.find("text", "Model")
        window.type("qwen3-coder")
        window.keys("Return")  # not a click: the start notification may cover the button
        window.until_says("Switched to ollama.")
        until("the profile's mark in the menu", lambda: menu.is_active("ollama"))
        menu.row("Manage profiles...")


def test_a_second_click_raises_the_window_and_it_outlives_the_tray(window: OpenWindow) -> None:
    with tray_with_a_menu(window) as menu:
        menu.click("Manage profiles...")
        first = until("its window", menu.windows)
        window.attach(first[0])
        window.until_says("This is the active profile")
        minimize(window)
        menu.click("Manage profiles...")
        until("the window to be back", lambda: on_screen(window))
        until("the second start to end", lambda: menu.windows() == first)
        menu.end()
        window.choose("personal")
        window.press_button("Switch to this profile")
        until("the switch", lambda: window.config["activeProfile"] == "personal")
        assert menu.windows() == first


def test_about_opens_its_page_of_the_settings(window: OpenWindow) -> None:
    with tray_with_a_menu(window) as menu:
        menu.click("About / Help")
        window.attach(until("its window", menu.windows)[0])
        window.until_says("Your files")


def test_the_notification_without_a_profile_disappears_once_there_is_one(first_window: OpenWindow) -> None:
    window = first_window
    shown = window.desktop.notifications
    shown.forget()
    with tray_with_a_menu(window) as menu:
        menu.row("Add your first profile...")
        until("the notification", lambda: shown.displayed() == 1)
        window.run("profile", "add", "local", "--provider", "ollama", "--set", "model=qwen3-coder")
        menu.row("Manage profiles...")
        until("the notification to be gone", lambda: shown.displayed() == 0)
    assert [one.title for one in shown.seen()] == ["No profile yet"]


def on_screen(window: OpenWindow) -> bool:
    assert isinstance(window.desktop, Desktop)  # of X, which lists its windows
    return any("codemie" in shown.name.lower() for shown in window.desktop.windows())


def minimize(window: OpenWindow) -> None:
    until("the window", lambda: on_screen(window))
    subprocess.run(
        ["xdotool", "search", "--onlyvisible", "--name", "^Profiles", "windowminimize"],
        env=dict(window.environ()),
        check=True,
        capture_output=True,
    )
    until("the window to be minimized", lambda: not on_screen(window))
