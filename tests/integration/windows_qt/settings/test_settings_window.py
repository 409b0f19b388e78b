"""The Settings window, used with mouse and keyboard on a real screen and read like a screen reader."""

from __future__ import annotations

import json
import os
import signal
import time
from functools import partial
from pathlib import Path
from typing import Any

from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.display.windows import Area
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.windows_qt.rig.accessible import CHECKED, ENABLED
from tests.integration.windows_qt.rig.menu_of_the_tray import tray_with_a_menu
from tests.integration.windows_qt.rig.open_window import OpenWindow
from tests.integration.windows_qt.rig.tab_walk import walk_through
from tests.support.scale import rounds
from tests.support.seed import seeded

from codemie_tray.windows.look.palette import DARK, LIGHT

pytestmark = needs("x11", "windows")


def settings(window: OpenWindow) -> dict[str, Any]:
    try:
        found = json.loads((window.home / "tray" / "settings.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    assert isinstance(found, dict)
    return found


def until_set(window: OpenWindow, **wanted: object) -> None:
    """Wait until settings are in the file."""
    until(
        f"{wanted} in the file",
        lambda: {name: settings(window).get(name) for name in wanted} == wanted,
        on_failure=window.failure,
    )


def write_settings(window: OpenWindow, text: str) -> Path:
    path = window.home / "tray" / "settings.json"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.chmod(path, 0o600)
    return path


def old_logs(window: OpenWindow, *days: int) -> list[Path]:
    made = []
    (window.home / "logs").mkdir(exist_ok=True)
    for ago in days:
        at = time.time() - ago * 86_400
        path = window.home / "logs" / time.strftime("debug-%Y-%m-%d.log", time.localtime(at))
        path.write_bytes(b"x" * 1000)
        os.utime(path, (at, at))
        made.append(path)
    return made


def test_a_typed_retention_applies_and_undo_restores_the_previous_one(settings_window: OpenWindow) -> None:
    window = settings_window
    write_settings(window, '{"logRetentionDays": 30, "ofALaterVersion": true}')
    old_logs(window, 20, 40)
    window.open("--page", "logs")
    window.until_says("days")
    window.press_button("Clean up now (1 file)…")
    window.until_says("Remove 1 old file (1 kB)?")
    window.keys("Escape")
    window.fill("Remove logs after", "10")
    button = "Clean up now (2 files)…"  # counted before it is saved
    until("both logs to be counted", lambda: window.screen.look("push button", button))
    assert settings(window)["logRetentionDays"] == 30
    window.keys("Return")
    until_set(window, logRetentionDays=10, ofALaterVersion=True)
    window.until_says("Logs are kept for 10 days.")
    window.picture("typed")
    window.press_button("Undo")
    until_set(window, logRetentionDays=30, ofALaterVersion=True)
    until("the field", lambda: window.screen.find("text", "Remove logs after").text == "30")


def test_an_invalid_value_is_explained_below_its_field_and_not_saved(settings_window: OpenWindow) -> None:
    window = settings_window
    window.open("--page", "logs")
    window.fill("Remove logs after", "never")
    window.keys("Tab")
    window.until_says("Enter a whole number of days, from 1 to 3,650.")
    assert "whole number" in window.screen.find("text", "Remove logs after").description
    window.picture("wrong")
    window.fill("Remove logs after", "12")
    window.keys("Tab")
    until_set(window, logRetentionDays=12)
    assert not window.screen.says("Enter a whole number of days")


def test_sessions_are_removed_only_if_the_box_is_ticked(settings_window: OpenWindow) -> None:
    window = settings_window
    window.open("--page", "logs")
    box = window.screen.find("check box", "Remove old sessions, too")
    assert not box.has(CHECKED)
    assert window.screen.look("text", "Remove sessions after") is None
    window.click(box)
    until_set(window, sessionRetentionDays=90)
    window.fill("Remove sessions after", "30")
    window.keys("Return")
    until_set(window, sessionRetentionDays=30)
    window.click(window.screen.find("check box", "Remove old sessions, too"))
    until_set(window, sessionRetentionDays=None)
    window.keys("ctrl+z")
    until_set(window, sessionRetentionDays=30)


def test_a_cleanup_asks_first_and_removes_the_counted_files(settings_window: OpenWindow) -> None:
    window = settings_window
    new, old, older = old_logs(window, 1, 20, 40)
    window.open("--page", "logs")
    window.press_button("Clean up now (2 files)…")
    window.until_says("Remove 2 old files (2 kB)?")
    window.picture("asks")
    walk_through(window, lists=(), names=("Cancel", "Remove"), inside="Clean up")
    window.press_button("Cancel")
    assert old.exists()
    window.press_button("Clean up now (2 files)…")
    window.press_button("Remove")
    window.until_says("2 old files removed (2 kB).")
    assert [path.exists() for path in (new, old, older)] == [True, False, False]
    window.press_button("Close")
    until("nothing more to remove", lambda: window.screen.look("push button", "Clean up now"))


def test_budgets_start_at_login_and_the_look_are_set_with_one_click(settings_window: OpenWindow) -> None:
    window = settings_window
    window.open()
    window.fill("Budget per day", "7.50")
    window.keys("Tab")
    until_set(window, dailyBudgetUsd=7.5)
    window.fill("Budget per month", "7,50")
    window.keys("Tab")
    window.until_says("Enter an amount such as 20 or 7.50")
    window.fill("Budget per month", "100")
    window.keys("Return")
    until_set(window, monthlyBudgetUsd=100)
    entry = Path(window.desktop.environ["XDG_CONFIG_HOME"], "autostart")
    window.click_named("Start CodeMie Tray when I log in")
    window.until_says("CodeMie Tray starts when you log in.")
    assert json.loads(window.run("autostart", "status", "--json").stdout)["state"] == "on"
    assert [path.name for path in entry.iterdir()]
    window.keys("ctrl+z")
    window.until_says("Undone.")
    assert json.loads(window.run("autostart", "status", "--json").stdout)["state"] == "off"
    title = window.screen.find("label", "Appearance")
    x, y = title.place.x + 400, title.place.y
    choose(window, "Colours of the windows", "Dark")
    until_set(window, theme="dark")
    until("the dark window", lambda: is_coloured(window, x, y, DARK.card), on_failure=window.failure)
    window.picture("dark")
    write_settings(window, '{"theme": "light"}')
    until("the light window", lambda: is_coloured(window, x, y, LIGHT.card), on_failure=window.failure)


def choose(window: OpenWindow, box: str, entry: str) -> None:
    """Open a list of choices, and choose one."""
    window.click_named(box)
    window.click(window.screen.find("list item", entry))


def is_coloured(window: OpenWindow, x: int, y: int, colour: str) -> bool:
    found = window.desktop.settled().crop(Area(x, y, 60, 8)).background()
    return "#{:02x}{:02x}{:02x}".format(*found) == colour


def test_changes_by_other_programs_are_shown_but_do_not_overwrite_input(
    settings_window: OpenWindow,
) -> None:
    window = settings_window
    window.open("--page", "logs")
    window.fill("Remove logs after", "77")
    write_settings(window, '{"logRetentionDays": 3, "sessionRetentionDays": 44}')
    until("the other field", lambda: window.screen.look("text", "Remove sessions after"))
    assert window.screen.find("text", "Remove logs after").text == "77"
    window.keys("ctrl+1")
    until_set(window, logRetentionDays=77, sessionRetentionDays=44)
    window.keys("ctrl+2")
    write_settings(window, '{"logRetentionDays": 3}')
    until("the field", lambda: window.screen.find("text", "Remove logs after").text == "3")


def test_a_broken_file_is_named_and_a_read_only_one_cannot_be_changed(settings_window: OpenWindow) -> None:
    window = settings_window
    path = write_settings(window, '{"logRetentionDays": 7,,}')
    window.open("--page", "logs")
    window.until_says("settings.json is not valid JSON: line 1, column 24")
    window.picture("broken")
    write_settings(window, '{"logRetentionDays": 7}')
    until("the file to be read", lambda: window.screen.find("text", "Remove logs after").text == "7")
    assert not window.screen.says("not valid JSON")
    os.chmod(path, 0o400)
    write_readonly = path.with_name("new.json")
    write_readonly.write_text('{"logRetentionDays": 8}', encoding="utf-8")
    os.chmod(write_readonly, 0o400)
    os.replace(write_readonly, path)
    window.until_says("settings.json is read-only.")
    window.fill("Remove logs after", "99")
    window.keys("Return")
    assert window.screen.find("text", "Remove logs after").text == "8"
    assert not window.screen.find("check box", "Remove old sessions, too").has(ENABLED)
    assert settings(window) == {"logRetentionDays": 8}


def test_a_version_is_restored_with_a_click_and_undo_brings_the_previous_one_back(
    settings_window: OpenWindow,
) -> None:
    window = settings_window
    first = (window.home / "config.json").read_bytes()
    assert window.run("profile", "delete", "local proxy", "--yes").returncode == 0
    second = (window.home / "config.json").read_bytes()
    window.open("--page", "history")
    text = "What restoring this version would change"
    until("what would change", lambda: "nothing would change" in window.screen.find("text", text).text)
    window.choose(
        next(n.name for n in window.screen.nodes() if n.role == "list item" and "3 profiles" in n.name)
    )
    until("the profile that comes back", lambda: "local proxy" in window.screen.find("text", text).text)
    window.picture("history")
    window.press_button("Restore this version")
    until("the restore", lambda: (window.home / "config.json").read_bytes() == first)
    window.until_says("Restored. The previous version is in the history.")
    window.press_button("Undo")
    until("the undo", lambda: (window.home / "config.json").read_bytes() == second)


def test_the_diagnosis_is_copied(settings_window: OpenWindow) -> None:
    window = settings_window
    window.open("--page", "about")
    window.press_button("Copy the diagnosis")
    window.until_says("Copied the diagnosis.")
    window.picture("about")


def test_the_folder_is_read_and_copied_as_a_whole(settings_window: OpenWindow) -> None:
    window = settings_window
    pasted = window.watch_clipboard()
    window.open("--page", "about")
    window.until_says(str(window.home))
    window.press_button("Copy")
    until("the path in the clipboard", lambda: pasted()[-1] == str(window.home), on_failure=window.failure)
    window.until_says("Copied: ")


def test_another_language_is_read_at_once_in_every_open_window(
    settings_window: OpenWindow, window: OpenWindow
) -> None:
    one = settings_window
    window.open()
    window.screen.find("push button", "+ Add profile")
    one.open()
    one.click_named("Language")
    one.click(one.screen.find("list item", "Deutsch"))
    one.screen.find("check box", "CodeMie Tray bei der Anmeldung starten")
    until_set(one, language="de")
    one.until_says("Die Sprache ist jetzt Deutsch.")
    window.screen.find("push button", "+ Profil hinzufügen")
    window.screen.find("push button", "Duplizieren")
    assert window.screen.look("push button", "Duplicate") is None
    one.picture("german")
    write_settings(one, '{"language": "uk"}')  # as an editor would
    one.screen.find("check box", "Запускати CodeMie Tray під час входу")
    window.screen.find("push button", "+ Додати профіль")
    texts = {node.name for node in window.screen.nodes()}
    assert not texts & {"Duplizieren", "Duplicate"}


def test_the_order_of_the_profiles_is_reset(settings_window: OpenWindow) -> None:
    window = settings_window
    write_settings(window, '{"profileOrder": ["local proxy", "work"], "profileNotes": {"work": "by day"}}')
    window.open()
    window.until_says("The profiles are in your own order.")
    window.press_button("Reset order")
    until("no order", lambda: not settings(window).get("profileOrder"), on_failure=window.failure)
    window.until_says("The profiles are in the order of the configuration now.")
    assert settings(window)["profileNotes"] == {"work": "by day"}
    assert not window.screen.find("push button", "Reset order").has(ENABLED)
    window.keys("ctrl+z")
    until_set(window, profileOrder=["local proxy", "work"], profileNotes={"work": "by day"})


def test_every_widget_of_every_page_is_reached_by_tab_and_has_a_name(settings_window: OpenWindow) -> None:
    window = settings_window
    old_logs(window, 20)
    write_settings(window, '{"sessionRetentionDays": 44, "profileOrder": ["personal"]}')
    assert window.run("profile", "delete", "local proxy", "--yes").returncode == 0
    window.open()
    everywhere = {
        "1": (
            "Start CodeMie Tray when I log in",
            "Colours of the windows",
            "Budget per day",
            "Budget per month",
            "Reset order",
        ),
        "2": ("Remove logs after", "Remove old sessions, too", "Remove sessions after"),
        "3": ("Create a recovery code…",),
        "4": ("Versions, newest first", "What restoring this version would change"),
        "5": ("Copy", "Open the log", "Open the folder", "Copy the diagnosis"),
    }
    lists = ("Pages", "Versions, newest first", "What a cleanup would remove")
    for page, names in everywhere.items():
        window.keys(f"ctrl+{page}")
        until(f"page {page}", partial(shows, window, names[-1]))
        walk_through(window, lists=lists, names=(*names, "Pages"))


def shows(window: OpenWindow, name: str) -> bool:
    return any(node.spoken_name == name for node in window.screen.nodes())


def test_the_menu_opens_the_window_and_a_second_click_raises_it(settings_window: OpenWindow) -> None:
    window = settings_window
    with tray_with_a_menu(window) as menu:
        menu.click("Settings...")
        first = until("its window", menu.windows)
        window.attach(first[0])
        window.until_says("Appearance")
        second = window.run("window", "settings", "--page", "history")
        assert (second.returncode, second.stderr) == (0, "")
        window.until_says("What would change:")
        menu.click("Settings...")
        until("the second start to end", lambda: menu.windows() == first)


def test_two_windows_the_tray_and_a_command_write_concurrently_and_nothing_is_lost(
    settings_window: OpenWindow, window: OpenWindow
) -> None:
    one = settings_window
    with tray_with_a_menu(one) as menu:
        window.open()
        one.open("--page", "logs")
        for at in range(3):
            one.run("window", "settings")  # to the front
            one.fill("Remove logs after", str(50 + at))
            one.keys("Return")
            name = ("personal", "local proxy", "work")[at]
            menu.click(name)
            one.run("window", "profiles")
            window.press_button("Duplicate")
            assert one.run("profile", "edit", "local proxy", "--model", f"model-{at}").returncode == 0
            until_set(one, logRetentionDays=50 + at)
            until("the switch", lambda name=name: one.config["activeProfile"] == name)  # type: ignore[misc]
            assert one.config["profiles"]["local proxy"]["model"] == f"model-{at}"
            until("the copy", lambda at=at: len(one.config["profiles"]) == 4 + at)  # type: ignore[misc]
        assert one.config["profiles"]["personal"]["hooks"] == {"before": "make"}


def is_shown(window: OpenWindow, field: str, text: str) -> bool:
    return window.screen.find("text", field).text == text


def test_a_window_killed_at_any_moment_leaves_a_complete_file(settings_window: OpenWindow) -> None:
    window = settings_window
    chance = seeded(15)
    days = 30
    write_settings(window, '{"logRetentionDays": 30, "ofALaterVersion": true}')
    for at in range(rounds(3, 30)):
        window.open("--page", "logs")
        until("the field", partial(is_shown, window, "Remove logs after", str(days)))
        window.fill("Remove logs after", str(100 + at))
        window.keys("Return")
        time.sleep(chance.uniform(0, 0.06))
        assert window.program is not None
        os.kill(window.program.pid, signal.SIGKILL)
        window.program.wait()
        left = settings(window)
        assert left in (
            {"logRetentionDays": days, "ofALaterVersion": True},
            {"logRetentionDays": 100 + at, "ofALaterVersion": True},
        )
        days = left["logRetentionDays"]
        window.end()
