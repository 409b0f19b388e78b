"""The Profiles window, used with mouse and keyboard on a real screen and read like a screen reader."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest
from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.display.windows import Area
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.windows_qt.conftest import CONFIG
from tests.integration.windows_qt.rig.accessible import ENABLED
from tests.integration.windows_qt.rig.open_window import OpenWindow
from tests.integration.windows_qt.rig.tab_walk import walk_through
from tests.support.scale import rounds
from tests.support.seed import seeded

from codemie_tray.windows.look.palette import DARK

pytestmark = needs("x11", "windows")

TOKEN = "sk-ant-api03-" + "q7Wb9xKc2LmZ" * 3


def saves(window: OpenWindow, change: str) -> None:
    """Press Save and wait until a text is in the file."""
    window.press_button("Save")
    path = window.home / "config.json"
    until(
        f"{change!r} in the file",
        lambda: change in path.read_text(encoding="utf-8"),
        on_failure=window.failure,
    )


def can_press(window: OpenWindow, button: str) -> bool:
    found = window.screen.look("push button", button)
    return found is not None and found.has(ENABLED)


def test_a_profile_is_edited_and_everything_else_in_the_file_keeps_its_bytes(window: OpenWindow) -> None:
    window.open()
    window.choose("personal")
    window.fill("Address", "https://gateway.example.com/v1")
    window.picture("typed")
    saves(window, "gateway.example.com")
    text = (window.home / "config.json").read_text(encoding="utf-8")
    assert text == CONFIG.replace("https://api.anthropic.com", "https://gateway.example.com/v1")
    window.until_says("Saved. New sessions use it")
    assert not can_press(window, "Save")


def test_an_invalid_value_is_explained_below_its_field_and_cannot_be_saved(window: OpenWindow) -> None:
    window.open()
    window.choose("personal")
    window.fill("Address", "htps:/anthropic")
    window.until_says("Address must begin with https:// or http://")
    window.picture("wrong-address")
    assert not can_press(window, "Save")
    address = window.screen.find("text", "Address")
    assert "must begin with https://" in address.description  # and a screen reader says so
    window.fill("Address", "http://gateway.example.com")
    window.until_says("http:// sends your token unencrypted")
    until("Save", lambda: can_press(window, "Save"))
    window.fill("Name", "work")
    window.until_says("Another profile already has this name.")
    assert not can_press(window, "Save")


def test_a_token_is_typed_hidden_and_stored_encrypted(window: OpenWindow) -> None:
    window.open()
    window.choose("personal")
    window.fill("API key", TOKEN)
    field = window.screen.find("text", "API key") if window.screen.look("text", "API key") else None
    field = field or window.screen.find("password text", "API key")
    assert len(field.text) == len(TOKEN)
    assert len(set(field.text)) == 1  # the same dot
    window.picture("token-typed")
    saves(window, "credential:personal/")
    assert window.config["profiles"]["personal"]["authToken"].startswith("credential:")
    name = window.config["profiles"]["personal"]["authToken"].removeprefix("credential:")
    assert window.run("credentials", "get", name).stdout == TOKEN
    window.until_says("A token is stored, encrypted.")
    until("the field to be empty", lambda: not field.text)
    for path in window.home.rglob("*"):
        assert path.is_dir() or TOKEN.encode() not in path.read_bytes(), path
    assert window.program is not None
    assert TOKEN not in window.program.output()


def test_a_token_of_another_provider_is_recognised(window: OpenWindow) -> None:
    window.open()
    window.choose("personal")
    role = "text" if window.screen.look("text", "API key") else "password text"
    window.fill("API key", "sk-proj-" + "a1" * 20, role)
    window.until_says("This looks like a token from OpenAI, but the provider is Anthropic.")
    window.fill("API key", "sk-ant- with blanks", role)
    window.until_says("The token contains a space or a line break")
    assert not can_press(window, "Save")


def test_a_copy_is_made_renamed_deleted_and_restored(window: OpenWindow) -> None:
    window.open()
    window.choose("personal")
    window.press_button("Duplicate")
    window.until_says("Copied personal to personal copy.")
    assert window.config["profiles"]["personal copy"] == window.config["profiles"]["personal"]
    window.fill("Name", "second")
    saves(window, '"second"')
    assert list(window.config["profiles"]) == ["work", "personal", "local proxy", "second"]
    before = (window.home / "config.json").read_bytes()
    window.press_button("Delete")
    window.until_says("Deleted second.")
    assert "second" not in window.config["profiles"]
    window.picture("deleted")
    window.press_button("Undo")
    window.until_says("Undone.")
    assert (window.home / "config.json").read_bytes() == before


def test_a_deleted_active_profile_has_a_successor_and_undo_makes_it_active_again(window: OpenWindow) -> None:
    window.open()
    window.choose("work")
    window.press_button("Delete")
    window.until_says("Deleted work. personal is the active profile now.")
    assert window.config["activeProfile"] == "personal"
    window.keys("ctrl+z")
    until("the profile to be back", lambda: window.config["activeProfile"] == "work")
    assert (window.home / "config.json").read_text(encoding="utf-8") == CONFIG


def test_undo_does_not_discard_what_another_program_wrote_since(window: OpenWindow) -> None:
    window.open()
    window.choose("personal")
    window.press_button("Duplicate")
    window.until_says("Copied personal to personal copy.")
    assert window.run("switch", "local proxy").returncode == 0
    until(
        "the switch to be shown",
        lambda: window.screen.look("list item", "local proxy, LiteLLM gateway · qwen3-coder, active"),
    )
    window.press_button("Undo")
    window.until_says("changed")
    assert window.config["activeProfile"] == "local proxy"
    assert "personal copy" in window.config["profiles"]


def test_a_click_switches_and_the_window_follows_a_switch_from_elsewhere(window: OpenWindow) -> None:
    window.open()
    window.choose("personal")
    window.press_button("Switch to this profile")
    window.until_says("This is the active profile")
    assert window.config["activeProfile"] == "personal"
    assert window.run("switch", "work").returncode == 0
    until("the button", lambda: can_press(window, "Switch to this profile"))


def test_a_field_changed_by_both_is_a_conflict_and_one_changed_by_either_is_not(window: OpenWindow) -> None:
    window.open()
    window.choose("personal")
    window.fill("Address", "https://mine.example.com")
    edit = window.run("profile", "edit", "personal", "--model", "theirs-1")
    assert edit.returncode == 0, edit.stderr
    until("their model", lambda: window.screen.find("text", "Model").text == "theirs-1")
    assert window.screen.find("text", "Address").text == "https://mine.example.com"
    assert (
        window.run("profile", "edit", "personal", "--base-url", "https://theirs.example.com").returncode == 0
    )
    window.until_says("Another program changed personal while you were typing.")
    window.picture("conflict")
    assert not can_press(window, "Save")
    window.press_button("Keep mine")
    saves(window, "https://mine.example.com")
    assert window.config["profiles"]["personal"]["model"] == "theirs-1"


def test_a_profile_removed_while_the_user_types_is_not_lost(window: OpenWindow) -> None:
    window.open()
    window.choose("personal")
    window.fill("Address", "https://mine.example.com")
    assert window.run("profile", "delete", "personal", "--yes").returncode == 0
    window.until_says("Another program removed or renamed personal while you were typing.")
    window.press_button("Add it again")
    until("it to be back", lambda: "personal" in window.config["profiles"])
    assert window.config["profiles"]["personal"]["baseUrl"] == "https://mine.example.com"


def test_unsaved_changes_are_asked_about_before_another_profile_is_shown(window: OpenWindow) -> None:
    window.open()
    window.choose("personal")
    window.fill("Address", "https://mine.example.com")
    window.choose("work")
    window.until_says("Save the changes to personal first?")
    window.press_button("Cancel")
    assert window.screen.find("text", "Name").text == "personal"
    window.choose("work")
    window.press_button("Save")
    until("it to be saved", lambda: "mine.example.com" in json.dumps(window.config))
    until("the other profile", lambda: window.screen.find("text", "Name").text == "work")


def test_an_unreadable_file_is_reported_with_its_location_and_restored_with_a_click(
    window: OpenWindow,
) -> None:
    window.open()
    window.until_says("work")
    window.choose("personal")
    window.press_button("Duplicate")  # so that the history has a version
    window.until_says("Copied personal")
    good = (window.home / "config.json").read_bytes()
    (window.home / "config.json").write_text('{\n  "profiles": {\n    "a" {}\n  }\n}\n', encoding="utf-8")
    window.until_says("config.json, line 3")
    window.picture("unreadable")
    assert window.screen.look("text", "Name") is None
    restore = next(node for node in window.screen.nodes() if node.name.startswith("Restore the version of"))
    walk_through(window, lists=(), names=(restore.name,))
    window.click(restore)
    until("the file to be back", lambda: (window.home / "config.json").read_bytes() == good)
    until("the profiles", lambda: window.screen.look("text", "Name"))


@pytest.mark.parametrize("why", ["too new", "read-only"])
def test_a_file_that_must_not_be_changed_is_shown_and_says_why(window: OpenWindow, why: str) -> None:
    path = window.home / "config.json"
    if why == "too new":
        path.write_text(CONFIG.replace('"version": 2,', '"version": 2, "traySchema": 99,'), encoding="utf-8")
    else:
        os.chmod(path, 0o400)
    before = path.read_bytes()
    window.open()
    window.until_says("written by a newer CodeMie Tray" if why == "too new" else "config.json is read-only.")
    window.choose("personal")
    window.fill("Address", "https://mine.example.com")
    assert window.screen.find("text", "Address").text == "https://api.anthropic.com"
    for button in ("Save", "Delete", "Duplicate", "+ Add profile", "Switch to this profile"):
        assert not can_press(window, button), button
    assert path.read_bytes() == before
    window.picture("shown")


def test_a_damaged_store_accepts_no_token_and_this_is_reported(window: OpenWindow) -> None:
    (window.home / ".credentials").write_bytes(b"not ours")
    os.chmod(window.home / ".credentials", 0o600)
    window.open()
    window.choose("personal")
    window.until_says("Tokens can't be saved:")


def test_a_second_start_raises_the_window_and_exits(window: OpenWindow) -> None:
    window.open()
    second = window.run("window", "profiles", "--add")
    assert (second.returncode, second.stderr) == (0, "")
    window.until_says("Which provider?")
    window.keys("Escape")
    until("the sheet to close", lambda: not window.screen.says("Which provider?"))


def test_other_fields_are_listed_with_possible_secrets_hidden(window: OpenWindow) -> None:
    window.open()
    window.choose("personal")
    window.click(window.screen.find("check box", "Other fields, 2"))
    window.until_says("These fields are kept as they are.")
    texts = {node.name for node in window.screen.nodes()}
    assert {"timeout", "300", "hooks.before"} <= texts
    assert "make" not in texts


def test_every_widget_is_reached_by_tab_and_has_a_name(window: OpenWindow) -> None:
    window.open()
    window.choose("personal")
    window.fill("Address", "https://mine.example.com")  # enables Save and Revert
    until("Save", lambda: can_press(window, "Save"))
    names = ("Name", "Provider", "Address", "Model", "API key", "Save", "Profiles")
    walk_through(window, lists=("Profiles",), names=names)


def test_a_window_killed_at_any_moment_leaves_a_complete_file(window: OpenWindow) -> None:
    chance = seeded(14)
    for at in range(rounds(4, 40)):
        window.open()
        window.choose("personal")
        address = f"https://killed-{at}.example.com"
        window.fill("Address", address)
        until("Save", lambda: can_press(window, "Save"))
        before = (window.home / "config.json").read_text(encoding="utf-8")
        window.keys("ctrl+s")
        time.sleep(chance.uniform(0, 0.06))
        assert window.program is not None
        os.kill(window.program.pid, signal.SIGKILL)
        window.program.wait()
        after = (window.home / "config.json").read_text(encoding="utf-8")
        old = json.loads(before)["profiles"]["personal"]["baseUrl"]
        assert after in (before, before.replace(old, address))
        window.end()


def test_a_window_and_commands_write_concurrently_and_nothing_is_lost(window: OpenWindow) -> None:
    window.open()
    window.choose("personal")
    for at in range(4):
        window.fill("Address", f"https://round-{at}.example.com")
        window.keys("ctrl+s")
        for name in ("work", "local proxy"):
            assert window.run("switch", name).returncode == 0
        assert window.run("profile", "edit", "local proxy", "--model", f"model-{at}").returncode == 0
        until("the save", lambda at=at: f"round-{at}." in json.dumps(window.config))  # type: ignore[misc]
        window.until_says("Saved.")
        profiles = window.config["profiles"]
        assert window.config["activeProfile"] == "local proxy"
        assert profiles["local proxy"]["model"] == f"model-{at}"
        assert profiles["personal"]["hooks"] == {"before": "make"}


def test_a_dark_desktop_has_a_dark_window(window: OpenWindow) -> None:
    settings = Path(window.desktop.environ["XDG_CONFIG_HOME"], "kdeglobals")
    settings.write_text(
        "[Colors:Window]\nBackgroundNormal=30,30,30\nForegroundNormal=240,240,240\n"
        "[General]\nColorScheme=BreezeDark\n",
        encoding="utf-8",
    )
    try:
        window.open(environ={"XDG_CURRENT_DESKTOP": "KDE", "KDE_SESSION_VERSION": "6"})
        window.choose("personal")
        place = window.screen.find("text", "Address").place
        window.picture("dark")
        behind = Area(place.x + place.width // 2, place.y + 4, place.width // 3, place.height - 8)
        field = window.desktop.settled().crop(behind).background()
    finally:
        settings.unlink()
    assert "#{:02x}{:02x}{:02x}".format(*field) == DARK.field


def test_the_folder_contains_only_expected_files(window: OpenWindow) -> None:
    window.open()
    window.end()
    assert window.program is not None
    left = sorted(path.name for path in (window.home / "tray" / "windows").iterdir())
    assert all(name.endswith(".lock") for name in left)
    assert Path(window.home / "config.json").read_text(encoding="utf-8") == CONFIG
