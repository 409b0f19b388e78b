"""Own order and notes in the Profiles window, by mouse and keyboard; the configuration keeps its bytes."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.display.pointer import Pointer
from tests.integration.desktop.rig.display.windows import windows
from tests.integration.desktop.rig.processes.bus import BusError
from tests.integration.desktop.rig.processes.waiting import RigError, until
from tests.integration.windows_qt.conftest import CONFIG
from tests.integration.windows_qt.rig.accessible import ENABLED, FOCUSED, Node
from tests.integration.windows_qt.rig.open_window import OpenWindow
from tests.integration.windows_qt.rig.tab_walk import walk_through

pytestmark = needs("x11", "windows")

DRAGS, DRAG_SECONDS = 5, 10.0


def rows(window: OpenWindow) -> list[tuple[str, Node]]:
    """Return the rows of the list, with what a screen reader says."""
    try:
        return [(node.name, node) for node in window.screen.nodes() if node.role == "list item"]
    except BusError:
        return []  # the list is being filled


def listed(window: OpenWindow) -> list[str]:
    """Return the names in the list."""
    return [spoken.partition(",")[0] for spoken, _ in rows(window)]


def row(window: OpenWindow, name: str) -> Node:
    """Wait for a row that begins with a name."""
    return until(
        f"the row of {name}",
        lambda: next((node for spoken, node in rows(window) if spoken.startswith(name)), None),
        on_failure=window.failure,
    )


def settings(window: OpenWindow) -> dict[str, object]:
    path = window.home / "tray" / "settings.json"
    found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    assert isinstance(found, dict)
    return found


def opened_menu(window: OpenWindow, button: str, picture: str) -> None:
    """Open a menu by its button. AT-SPI does not list an open menu of Qt."""
    window.press_button(button)
    until(f"the menu of {button}", lambda: has_menu(window), on_failure=window.failure)
    window.picture(picture)


def has_menu(window: OpenWindow) -> bool:
    return any(one.is_menu for one in windows(window.desktop.environ["DISPLAY"]))


def config_text(window: OpenWindow) -> str:
    return (window.home / "config.json").read_text(encoding="utf-8")


def drag_to_the_top(window: OpenWindow, name: str, expected: list[str]) -> None:
    """Drag a row above all others; again if the window was too busy to notice, as a person would."""
    pointer = window.desktop.pointer
    assert isinstance(pointer, Pointer)
    for _ in range(DRAGS):
        first = until("the rows", lambda: listed(window), on_failure=window.failure)[0]
        top = row(window, first).place
        pointer.drag(row(window, name).place.middle, (top.middle[0], top.y + 4))
        with suppress(RigError):
            until("the new order", lambda: listed(window) == expected, DRAG_SECONDS)
            return
    raise AssertionError(window.failure())


def test_a_profile_is_dragged_to_another_place_and_undo_brings_it_back(window: OpenWindow) -> None:
    window.open()
    window.choose("local proxy")
    drag_to_the_top(window, "local proxy", ["local proxy", "work", "personal"])
    window.until_says("local proxy is number 1 of 3 now.")
    window.picture("dragged")
    assert settings(window)["profileOrder"] == ["local proxy", "work", "personal"]
    assert config_text(window) == CONFIG
    assert window.run("profiles", "--names").stdout.split("\n")[0] == "local proxy"
    window.press_button("Undo")
    until("the old order", lambda: listed(window) == ["work", "personal", "local proxy"])
    assert settings(window)["profileOrder"] == []


def test_alt_and_an_arrow_key_move_the_selected_profile_step_by_step(window: OpenWindow) -> None:
    window.open()
    window.choose("local proxy")
    window.keys("alt+Up", "alt+Up", "alt+Up", "alt+Down")  # the third one has nowhere to go
    until(
        "the new order",
        lambda: listed(window) == ["work", "local proxy", "personal"],
        on_failure=window.failure,
    )
    window.until_says("local proxy is number 2 of 3 now.")
    until("the settings", lambda: settings(window)["profileOrder"] == ["work", "local proxy", "personal"])
    assert config_text(window) == CONFIG
    window.keys("ctrl+1")  # the first in the user's order
    window.keys("ctrl+2")
    until("a switch", lambda: window.config["activeProfile"] == "local proxy", on_failure=window.failure)


def test_a_note_is_typed_saved_searched_and_undone(window: OpenWindow) -> None:
    window.open()
    window.choose("personal")
    window.fill("Your note", "for the evenings")
    window.keys("ctrl+s")
    window.until_says("Saved.")
    assert settings(window)["profileNotes"] == {"personal": "for the evenings"}
    assert config_text(window) == CONFIG
    spoken = "personal, Anthropic · claude-4-5-sonnet, for the evenings"
    until("the row to say it", lambda: spoken in dict(rows(window)), on_failure=window.failure)
    window.picture("noted")
    window.fill("Name", "mine")
    window.keys("ctrl+s")
    window.until_says("Saved. New sessions use it")  # its Undo, not the one before
    assert settings(window)["profileNotes"] == {"mine": "for the evenings"}
    window.press_button("Undo")
    until("the old name", lambda: "personal" in window.config["profiles"])
    until("its note", lambda: settings(window)["profileNotes"] == {"personal": "for the evenings"})
    assert config_text(window) == CONFIG


def test_a_token_in_a_note_is_explained_and_not_saved(window: OpenWindow) -> None:
    window.open()
    window.choose("personal")
    window.fill("Your note", "sk-ant-api03-" + "q7Wb9xKc2LmZ" * 3)
    window.until_says("The note contains a token, and notes are not encrypted.")
    window.picture("token-in-note")
    save = window.screen.find("push button", "Save")
    assert not save.has(ENABLED)
    assert "profileNotes" not in settings(window)


def test_what_another_process_moves_or_notes_is_shown_at_once(window: OpenWindow) -> None:
    window.open()
    window.choose("work")
    window.run("profile", "move", "personal", "--first")
    window.run("profile", "edit", "work", "--note", "from elsewhere")
    until(
        "the order", lambda: listed(window) == ["personal", "work", "local proxy"], on_failure=window.failure
    )
    note = window.screen.find("text", "Your note")
    until("the note", lambda: note.text == "from elsewhere", on_failure=window.failure)


def test_settings_that_cannot_be_changed_are_explained_and_nothing_is_lost(window: OpenWindow) -> None:
    window.run("profile", "edit", "work", "--note", "kept")
    os.chmod(window.home / "tray" / "settings.json", 0o400)
    window.open()
    window.choose("local proxy")
    window.keys("alt+Up")
    window.until_says("is read-only")
    until("the old order", lambda: listed(window) == ["work", "personal", "local proxy"])
    window.picture("read-only")
    assert settings(window) == {"profileNotes": {"work": "kept"}}


def test_the_menu_moves_copies_and_is_read_by_name(window: OpenWindow) -> None:
    window.open()
    window.choose("local proxy")
    opened_menu(window, "More", "more")
    window.keys("Down", "Return")  # Move up
    until(
        "the move", lambda: listed(window) == ["work", "local proxy", "personal"], on_failure=window.failure
    )
    window.choose("local proxy")
    opened_menu(window, "Copy command", "commands")
    window.keys("Down", "Down", "Return")  # from fish
    window.until_says("Copied: codemie-tray run --profile 'local proxy' -- codemie-claude")
    assert window.clipboard() == "codemie-tray run --profile 'local proxy' -- codemie-claude"


def test_a_profile_is_exported_without_its_token_and_imported_elsewhere(
    window: OpenWindow, tmp_path: Path
) -> None:
    token = "sk-ant-api03-" + "q7Wb9xKc2LmZ" * 3
    window.run("profile", "set-token", "personal", given=token)
    window.run("profile", "edit", "personal", "--note", "private")
    file = tmp_path / "shared.json"
    window.open(environ={"QT_QPA_PLATFORMTHEME": "generic"})  # Qt's own file dialog, which AT-SPI can read
    window.choose("personal")
    window.keys("ctrl+e")
    name = window.screen.find("text", "File name:")
    until("the proposed name", lambda: "personal.codemie.json" in name.text, on_failure=window.failure)
    until("the focus", lambda: name.has(FOCUSED), on_failure=window.failure)
    window.keys("ctrl+a")
    window.type(str(file))
    window.keys("Return")
    window.until_says("Saved personal to")
    written = file.read_text(encoding="utf-8")
    assert token not in written
    assert "credential:" not in written
    assert "private" not in written
    exported = json.loads(written)["profiles"]["personal"]
    assert exported["model"] == "claude-4-5-sonnet"
    exported["model"] = "another"
    file.write_text(json.dumps({**json.loads(written), "profiles": {"personal": exported, "new": exported}}))
    window.keys("ctrl+n")
    window.press_button("From a file…")
    name = window.screen.find("text", "File name:")
    until("the focus", lambda: name.has(FOCUSED), on_failure=window.failure)
    window.type(str(file))
    window.keys("Return")
    window.until_says("Import 2 profiles?")
    window.picture("import")
    assert "new" not in window.config["profiles"]
    names = ("Change profiles that exist already; their tokens stay", "Cancel", "Import")
    walk_through(window, lists=("Profiles in the file",), names=names, inside="Import")
    window.press_button("Import")
    window.until_says("Added new.")
    assert window.config["profiles"]["new"]["model"] == "another"
    assert window.config["profiles"]["personal"]["model"] == "claude-4-5-sonnet"
    window.press_button("Undo")
    until("it to be gone", lambda: "new" not in window.config["profiles"], on_failure=window.failure)


def test_with_eight_profiles_a_search_finds_by_name_model_and_note(window: OpenWindow) -> None:
    for at in range(5):
        window.run("profile", "duplicate", "personal", f"copy {at}")
    window.run("profile", "edit", "copy 3", "--note", "needle")
    window.open()
    window.fill("Search profiles", "needle")
    until("the one", lambda: listed(window) == ["copy 3"], on_failure=window.failure)
    window.keys("ctrl+a")
    window.type("qwen3")
    until("the other", lambda: listed(window) == ["local proxy"], on_failure=window.failure)


def test_every_new_widget_is_reached_by_tab_and_named(window: OpenWindow) -> None:
    window.open()
    window.choose("personal")
    window.fill("Your note", "something")
    walk_through(window, lists=("Profiles",), names=("Your note", "Copy command", "More", "Save", "Revert"))


def test_a_right_click_opens_the_menu_of_the_row(window: OpenWindow) -> None:
    window.open()
    window.choose("personal")
    window.desktop.pointer.click(*row(window, "personal").place.middle, 3)
    until("the menu", lambda: has_menu(window), on_failure=window.failure)
    window.picture("row-menu")
    window.keys("Down", "Down", "Return")  # Switch, Duplicate
    window.until_says("Copied personal to personal copy.")
    window.keys("ctrl+d")  # the keys named in the menu still work
    window.until_says("to personal copy copy.")
