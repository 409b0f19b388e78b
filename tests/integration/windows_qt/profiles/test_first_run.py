"""From no profile to a switched one, by keyboard alone."""

from __future__ import annotations

from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.windows_qt.rig.accessible import ENABLED
from tests.integration.windows_qt.rig.open_window import OpenWindow

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
    window.keys("Return")  # this one requires nothing else
    until("the form", lambda: window.screen.look("text", "Name"))
    assert not (window.home / "config.json").exists()
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
