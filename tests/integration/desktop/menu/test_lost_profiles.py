"""The CLI's data loss, replayed with the files it left, while a real tray runs on a real panel."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.desktops.desktop import Desktop
from tests.integration.desktop.rig.display.pointer import MIDDLE
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.desktop.rig.tray.tray_on_screen import RIGHT
from tests.integration.desktop.running_tray import RunningTray
from tests.support.waiting import at_its_quickest

RECORDED = Path(__file__).parents[3] / "golden" / "wiped-by-migration"

pytestmark = needs("x11", "xfce")


@pytest.fixture
def tray(xfce: Desktop, tmp_path: Path, title: str) -> Iterator[RunningTray]:
    """The tray in a home as the CLI found it, with its version saved."""
    tray = RunningTray(xfce, str(tmp_path), title)
    os.mkdir(tray.home)
    shutil.copy(RECORDED / "before-config.json", tray.config)
    tray.start()
    until("the state to be kept", lambda: kept(tray), on_failure=xfce.logs)
    # A row that appears late must not change an open menu.
    until("the day to be counted", lambda: tray.row_beginning("Today: "), on_failure=xfce.logs)
    until("the keyring to be known", lambda: tray.row_beginning("Protect credentials"), on_failure=xfce.logs)
    yield tray
    tray.end()


def kept(tray: RunningTray) -> list[str]:
    folder = os.path.join(tray.home, "tray", "history")
    return sorted(os.listdir(folder)) if os.path.isdir(folder) else []


def cli_config(tray: RunningTray) -> Path:
    return Path(tray.home) / "codemie-cli.config.json"


def wipe(tray: RunningTray) -> None:
    """Do what the CLI's first start was observed to do: delete the old file and leave an empty one."""
    os.unlink(tray.config)
    cli_config(tray).write_bytes((RECORDED / "after-codemie-cli.config.json").read_bytes())


def check_profiles_are_back(tray: RunningTray) -> None:
    config = json.loads(cli_config(tray).read_bytes())
    left = json.loads((RECORDED / "after-codemie-cli.config.json").read_bytes())
    before = json.loads((RECORDED / "before-config.json").read_bytes())
    assert (config["version"], config["activeProfile"]) == (2, "work")
    assert list(config["profiles"]) == list(before["profiles"])
    assert config["profiles"]["work"] == {**before["profiles"]["work"], "name": "work"}
    personal = dict(before["profiles"]["personal"])
    personal["apiKey"] = personal.pop("authToken")
    assert config["profiles"]["personal"] == {**personal, "name": "personal"}
    others = set(left) - {"activeProfile", "profiles"}
    assert others == {"version", "codemieSkills", "codemieAssistants"}
    assert {key: config[key] for key in others} == {key: left[key] for key in others}
    assert cli_config(tray).stat().st_mode & 0o777 == 0o600


def loss_is_reported(tray: RunningTray) -> bool:
    return tray.row_beginning("Another program removed work and personal") is not None


def test_wiped_profiles_are_detected_within_a_second_and_restored_by_one_click(tray: RunningTray) -> None:
    before = Path(tray.config).read_text(encoding="utf-8")

    def lose() -> None:
        if loss_is_reported(tray):
            cli_config(tray).unlink()
            tray.write_config(before)
            until("the loss to be over", lambda: not loss_is_reported(tray))
        wipe(tray)
        until("the loss to be reported", lambda: loss_is_reported(tray))

    at_its_quickest(lose, within_seconds=1)
    until("the notification", tray.desktop.notifications.displayed)
    first, second, third = tray.rows()[:3]
    assert first.label == "Another program removed work and personal"
    assert second.label.startswith("Restore the version of ")
    assert third.label == "Keep this change"
    tray.open_menu(RIGHT)
    tray.photograph("menu")
    tray.choose("Restore the version of")
    until("the mark at the profile", lambda: tray.marked().startswith("work"))
    check_profiles_are_back(tray)
    assert not loss_is_reported(tray)
    assert tray.row_beginning("Restore") is None
    tray.photograph("restored")
    assert [note.title for note in tray.desktop.notifications.seen()] == ["Restored"]  # in the other's place


def test_a_click_on_the_notification_restores_them_too(tray: RunningTray) -> None:
    wipe(tray)
    until("the notification", tray.desktop.notifications.displayed)
    picture = tray.desktop.settled()
    # The rig shows notifications in the lower corner; dunst performs the action on a middle click.
    tray.desktop.pointer.click(picture.area.width - 170, picture.area.height - 70, MIDDLE)
    until("the mark at the profile", lambda: tray.marked().startswith("work"))
    check_profiles_are_back(tray)


def test_an_accepted_loss_is_not_reported_again(tray: RunningTray) -> None:
    wipe(tray)
    until("the loss to be reported", lambda: loss_is_reported(tray))
    tray.open_menu(RIGHT)
    tray.choose("Keep this change")
    until("the loss to be settled", lambda: not loss_is_reported(tray))
    assert json.loads(cli_config(tray).read_bytes())["profiles"] == {}
    tray.end()
    tray.start()
    time.sleep(0.5)
    assert not loss_is_reported(tray)


def test_a_loss_while_no_tray_was_running_is_in_the_menu_at_the_next_start(tray: RunningTray) -> None:
    tray.end()
    wipe(tray)
    tray.start()
    until("the loss to be reported", lambda: loss_is_reported(tray))
    tray.photograph("next-start")
    assert tray.desktop.notifications.displayed() == 0


def test_a_broken_file_can_be_restored_and_its_text_is_kept(tray: RunningTray) -> None:
    before = Path(tray.config).read_bytes()
    typed = before.replace(b'"work",', b'"work"', 1)
    tray.write_config(typed.decode())
    until("the fault to be reported", lambda: tray.row_beginning("config.json, line 3: "))
    tray.open_menu(RIGHT)
    tray.photograph("broken")
    tray.choose("Restore the version of")
    until("the file to be back", lambda: Path(tray.config).read_bytes() == before)
    folder = Path(tray.home, "tray", "history")
    assert typed in [file.read_bytes() for file in folder.iterdir()]


def test_a_token_that_the_cli_no_longer_finds_is_reported_and_moved_by_one_click(tray: RunningTray) -> None:
    notifications = tray.desktop.notifications
    tray.open_menu(RIGHT)
    tray.choose("Keep config.json safe from the CLI")
    until("the notification", notifications.displayed)
    assert [note.title for note in notifications.seen()] == ["config.json is safe now"]
    notifications.forget()
    marked = Path(tray.config).read_text(encoding="utf-8")
    assert '"version": 2' in marked
    os.rename(tray.config, cli_config(tray))  # what the CLI makes of a file with the mark
    until("the token to be missed", lambda: tray.row_beginning("The CLI does not find the token of personal"))
    until("the notification", notifications.displayed)
    tray.open_menu(RIGHT)
    tray.photograph("menu")
    tray.choose("Move it to where the CLI looks")
    until("the row to go", lambda: tray.row_beginning("The CLI does not find") is None)
    assert cli_config(tray).read_text(encoding="utf-8") == marked.replace('"authToken"', '"apiKey"')
    until("the notification", notifications.displayed)
    tray.photograph("moved")
    reported = [note.title for note in notifications.seen()]
    assert reported[-1] == "The CLI can find its tokens now"
    assert "Another program removed" not in "".join(reported)


def test_a_version_that_cannot_be_saved_is_reported_with_the_reason_and_saved_once_possible(
    tray: RunningTray,
) -> None:
    history = Path(tray.home, "tray", "history")
    history.rename(history.with_name("history-before"))
    history.write_text("in the way")
    tray.set_active("personal")
    reported = "Could not save to the history: is in the way; a folder is needed here"
    until("the trouble", lambda: tray.row_beginning(reported))
    tray.photograph("not-kept")
    tray.open_menu(RIGHT)
    tray.choose("work")  # a switch can be undone by another, so it proceeds
    until("the switch", lambda: tray.active() == "work")
    until("the trouble", lambda: [row.label for row in tray.rows()].count(reported) == 1)
    history.unlink()
    tray.set_active("personal")
    until("the trouble to be over", lambda: tray.row_beginning("Could not save to the history") is None)
    assert Path(tray.config).read_bytes() in [file.read_bytes() for file in history.iterdir()]
