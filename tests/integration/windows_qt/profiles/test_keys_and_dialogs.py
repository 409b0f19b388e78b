"""The keys of the Profiles window, and its dialogs by keyboard and for a screen reader."""

from __future__ import annotations

import json
import os
import signal
from contextlib import suppress

import pytest
from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.windows_qt.rig.accessible import ENABLED, FOCUSED
from tests.integration.windows_qt.rig.menu_of_the_tray import windows_of
from tests.integration.windows_qt.rig.open_window import OpenWindow
from tests.integration.windows_qt.rig.tab_walk import walk_through

pytestmark = needs("x11", "windows")

_READ_ONCE_ACTIVE = """
import time
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from codemie_tray.windows.profiles import controller
read_home = controller.read_home
def read_once_active(home, loader):
    end = time.monotonic() + 60
    active = Qt.ApplicationState.ApplicationActive
    while QGuiApplication.applicationState() != active and time.monotonic() < end:
        time.sleep(0.01)
    return read_home(home, loader)
controller.read_home = read_once_active
"""
"""The window has the focus before it shows anything, as on a busy machine."""
TOKEN = "sk-proj-" + "q7Wb9xKc2LmZ" * 3


def test_f1_lists_the_keys_and_escape_closes_the_list(window: OpenWindow) -> None:
    window.open()
    window.until_says("This is the active profile")
    window.keys("F1")
    window.until_says("Keyboard shortcuts")
    names = {node.name for node in window.screen.nodes()}
    assert {"Ctrl+N", "Ctrl+D", "Ctrl+W, Esc", "Ctrl+1 – Ctrl+9", "Alt+Up", "F1"} <= names  # noqa: RUF001
    assert {"Add a profile", "Switch to this profile", "Open the settings", "Move up"} <= names
    window.picture("keys")
    walk_through(window, lists=("Keyboard shortcuts",), names=("Close",), inside="Keyboard shortcuts")
    window.keys("Escape")
    until("the list to close", lambda: not window.screen.says("Keyboard shortcuts"))
    window.screen.find("text", "Name")


def test_ctrl_comma_opens_the_settings_which_stay_open(window: OpenWindow) -> None:
    window.open()
    window.until_says("This is the active profile")
    window.keys("ctrl+comma")
    opened = until("the settings", lambda: windows_of(window.home, "settings"), on_failure=window.failure)
    try:
        other = OpenWindow(window.desktop, window._address, window.home, f"{window.title}-settings")
        other.attach(opened[0])
        other.until_says("Order of the profiles")
        window.end()
        assert windows_of(window.home, "settings") == opened
        other.screen.find("push button", "Reset order")
        other.end()
    finally:
        for process in opened:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)


def test_a_provider_chosen_by_mouse_leads_to_the_first_field_to_fill_in(window: OpenWindow) -> None:
    window.open("--add")
    window.until_says("Which provider?")
    window.click(window.screen.find("check box", "OpenAI"))
    key = window.screen.find("text", "API key")
    until("the focus", lambda: key.has(FOCUSED), on_failure=window.failure)
    # A short window has no room for the field below the cards until they are scrolled away.
    cancel = window.screen.find("push button", "Cancel")
    until("the field in view", lambda: key.place.y + key.place.height < cancel.place.y)
    window.picture("chosen")
    window.type(TOKEN)
    add = window.screen.find("push button", "Add and switch")
    until("the button", lambda: add.has(ENABLED), on_failure=window.failure)


def test_the_sheet_that_adds_a_profile_is_reached_by_tab_and_keeps_the_note(window: OpenWindow) -> None:
    window.open("--add")
    window.until_says("Which provider?")
    window.fill("Find a provider", "openai")
    window.keys("Return")
    window.type(TOKEN)
    add = window.screen.find("push button", "Add and switch")
    until("the button", lambda: add.has(ENABLED), on_failure=window.failure)
    names = ("Find a provider", "From a file…", "OpenAI", "Name", "Address", "Model", "API key")
    more = ("Get a token…", "Your note", "Switch to it now", "Cancel", "Add and switch")
    walk_through(window, lists=(), names=(*names, *more), inside="Add a profile")
    window.picture("add")
    window.keys("alt+y")  # to the note
    window.type("For the evenings")
    window.keys("Return")
    window.until_says("Switched to openai.")
    settings = json.loads((window.home / "tray" / "settings.json").read_text(encoding="utf-8"))
    assert settings["profileNotes"] == {"openai": "For the evenings"}
    assert "For the evenings" not in (window.home / "config.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("before", ["", _READ_ONCE_ACTIVE], ids=["", "read once active"])
def test_a_page_without_profiles_is_reached_by_tab(first_window: OpenWindow, before: str) -> None:
    window = first_window
    window.before = before
    window.open()
    window.until_says("Which provider?")
    window.keys("Escape")
    window.until_says("No profile yet")
    walk_through(window, lists=(), names=("Add a profile",))


def test_the_question_about_unsaved_input_is_reached_by_tab(window: OpenWindow) -> None:
    window.open()
    window.choose("personal")
    window.fill("Address", "https://mine.example.com")
    window.keys("ctrl+w")
    window.until_says("Save the changes to personal first?")
    walk_through(window, lists=(), names=("Save", "Cancel"), inside="Profiles")
    window.keys("Escape")
    until("the question to be gone", lambda: not window.screen.says("Save the changes"))
    assert window.screen.find("text", "Address").text == "https://mine.example.com"
