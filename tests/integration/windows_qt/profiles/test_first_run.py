"""From no profile to a switched one, by keyboard alone; and the whole way from a started tray, timed."""

from __future__ import annotations

import json
import time
from itertools import count
from pathlib import Path

from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.desktops.desktop import Desktop
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.windows_qt.rig.accessible import ENABLED
from tests.integration.windows_qt.rig.menu_of_the_tray import tray_with_a_menu
from tests.integration.windows_qt.rig.open_window import ARTIFACTS, OpenWindow
from tests.support.waiting import at_its_quickest

pytestmark = needs("x11", "windows")

TOKEN = "sk-ant-api03-" + "q7Wb9xKc2LmZ" * 3


def test_the_first_profile_needs_a_few_keys_and_no_json(first_window: OpenWindow) -> None:
    window = first_window
    window.open()
    window.until_says("Which provider?")
    window.screen.find("check box", "Anthropic")
    window.keys("Down")  # from CodeMie's card to Anthropic's
    window.until_says("API key")
    window.picture("cards")
    window.keys("Return")
    window.type(TOKEN)
    window.picture("filled-in")
    add = window.screen.find("push button", "Add and switch")
    until("the button", lambda: add.has(ENABLED))
    window.keys("Return")
    until("the configuration", (window.home / "config.json").exists)
    window.until_says("Switched to anthropic. New sessions use it; running ones keep theirs.")
    window.picture("done")
    profile = window.config["profiles"]["anthropic"]
    assert window.config["activeProfile"] == "anthropic"
    assert profile["provider"] == "anthropic"
    assert profile["baseUrl"] == "https://api.anthropic.com"
    assert profile["model"] == "claude-4-5-sonnet"
    name = profile["authToken"].removeprefix("credential:")
    assert window.run("credentials", "get", name).stdout == TOKEN


def test_a_missing_value_disables_the_button_and_escape_changes_nothing(first_window: OpenWindow) -> None:
    window = first_window
    window.open()
    window.until_says("Which provider?")
    window.click(window.screen.find("check box", "LiteLLM gateway"))
    window.screen.find("text", "Model")
    window.keys("Return")  # to the first missing field
    add = window.screen.find("push button", "Add and switch")
    assert not add.has(ENABLED)  # no model yet
    window.type("qwen3-coder")
    until("the button", lambda: add.has(ENABLED), on_failure=window.failure)
    window.keys("shift+Tab", "ctrl+a")
    window.type("localhost:4000")
    window.until_says("Address must begin with https:// or http://")
    assert not add.has(ENABLED)
    window.keys("Escape")
    window.until_says("No profile yet")
    window.picture("empty")
    assert not (window.home / "config.json").exists()


def test_the_key_that_selects_a_provider_does_not_also_add_the_profile(first_window: OpenWindow) -> None:
    window = first_window
    window.open()
    window.until_says("Which provider?")
    window.fill("Find a provider", "claude sub")
    until("the others to be gone", lambda: window.screen.look("check box", "Anthropic") is None)
    window.keys("Return")
    window.screen.find("text", "Model")  # the only field that it requires
    assert not (window.home / "config.json").exists()
    window.type("claude-sonnet-4-5")
    window.keys("Return")
    until("the configuration", (window.home / "config.json").exists)


def test_a_provider_is_found_by_typing(first_window: OpenWindow) -> None:
    window = first_window
    window.open()
    window.until_says("Which provider?")
    window.fill("Find a provider", "olla")
    until("the others to be gone", lambda: window.screen.look("check box", "Anthropic") is None)
    window.keys("Return")
    window.screen.find("text", "Model")
    window.type("qwen3-coder")
    window.press_button("Add and switch")
    window.until_says("Switched to ollama.")
    assert window.config["profiles"]["ollama"]["apiKey"] == "not-required"


FIRST_RUN_SECONDS = 60.0
"""From starting the tray in an empty home to the switched profile, all of it typed and clicked."""


def test_from_an_empty_home_to_the_switched_profile_takes_less_than_a_minute(
    desktop: tuple[Desktop, str], tmp_path: Path, title: str
) -> None:
    attempts = count(1)

    def first_run() -> None:
        home = tmp_path / f"home-{next(attempts)}"
        home.mkdir(mode=0o700)
        window = OpenWindow(*desktop, home, title)
        try:
            steps = add_the_first_profile(window)
        finally:
            window.end()
        if ARTIFACTS:
            text = json.dumps(steps, indent=1)
            Path(ARTIFACTS, "windows", f"{title}-seconds.json").write_text(f"{text}\n", encoding="utf-8")

    at_its_quickest(first_run, within_seconds=FIRST_RUN_SECONDS)


def add_the_first_profile(window: OpenWindow) -> dict[str, float]:
    """Add a profile from the menu of a new tray, and read it back; return the seconds until each step."""
    began, steps = time.monotonic(), dict[str, float]()

    def done(step: str) -> None:
        steps[step] = round(time.monotonic() - began, 2)
        window.picture(f"{len(steps)}-{step}")

    with tray_with_a_menu(window) as menu:
        menu.row("Add your first profile...")
        done("tray")
        menu.click("Add your first profile...")
        window.attach(until("its window", menu.windows)[0])
        window.until_says("Which provider?")
        window.screen.find("check box", "Anthropic")
        done("add")
        window.keys("Down")  # from CodeMie's card to Anthropic's
        window.until_says("API key")
        window.keys("Return")
        window.type(TOKEN)
        button = window.screen.find("push button", "Add and switch")
        until("the button", lambda: button.has(ENABLED), on_failure=window.failure)
        done("typed")
        window.keys("Return")
        window.until_says("Switched to anthropic. New sessions use it; running ones keep theirs.")
        until("the profile's mark in the menu", lambda: menu.is_active("anthropic"))
        done("switched")
        assert window.config["activeProfile"] == "anthropic"
        profile = window.config["profiles"]["anthropic"]
        assert (profile["provider"], profile["baseUrl"]) == ("anthropic", "https://api.anthropic.com")
        name = profile["authToken"].removeprefix("credential:")
        assert window.run("credentials", "get", name).stdout == TOKEN
        for path in window.home.rglob("*"):
            assert path.is_dir() or TOKEN.encode() not in path.read_bytes(), path
    return steps
