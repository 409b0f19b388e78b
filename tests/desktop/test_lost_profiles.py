"""The CLI's data loss, played with the files it left, while a real tray runs on a real panel."""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desktop.rig.desktop import Desktop, python
from tests.desktop.rig.program import Program
from tests.desktop.rig.system_packages import DEMO, missing
from tests.desktop.rig.tray_on_screen import RIGHT, TrayOnScreen
from tests.desktop.rig.waiting import until

RECORDED = Path(__file__).parents[1] / "golden" / "wiped-by-migration"
NOTICED_SECONDS = 1.0

pytestmark = [
    pytest.mark.desktop,
    pytest.mark.skipif(bool(missing(DEMO)), reason=f"missing: {', '.join(p.package for p in missing(DEMO))}"),
]


@pytest.fixture
def desktop() -> Iterator[Desktop]:
    with Desktop() as desktop:
        yield desktop


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / ".codemie"
    home.mkdir()
    shutil.copy(RECORDED / "before-config.json", home / "config.json")
    return home


def start_tray(desktop: Desktop, home: Path) -> Program:
    program = desktop.run("tray", python("-m", "codemie_tray"), environ={"CODEMIE_HOME": str(home)})
    program.until_ready("the icon to be registered", desktop.items)
    return program


def wipe(home: Path) -> None:
    """Do what the CLI's first start was seen to do: the old file is deleted, an empty one left."""
    os.unlink(home / "config.json")
    (home / "codemie-cli.config.json").write_bytes(
        (RECORDED / "after-codemie-cli.config.json").read_bytes()
    )


def kept(home: Path) -> list[str]:
    folder = home / "tray" / "history"
    return sorted(os.listdir(folder)) if folder.is_dir() else []


def check_profiles_are_back(home: Path) -> None:
    told = json.loads((home / "codemie-cli.config.json").read_bytes())
    left = json.loads((RECORDED / "after-codemie-cli.config.json").read_bytes())
    before = json.loads((RECORDED / "before-config.json").read_bytes())
    assert told["version"] == 2
    assert told["activeProfile"] == "work"
    assert set(told["profiles"]) == set(before["profiles"])
    assert told["profiles"]["work"] == {**before["profiles"]["work"], "name": "work"}
    personal = dict(before["profiles"]["personal"])
    personal["apiKey"] = personal.pop("authToken")
    assert told["profiles"]["personal"] == {**personal, "name": "personal"}
    untouched = set(left) - {"activeProfile", "profiles"}
    assert untouched
    assert {key: told[key] for key in untouched} == {key: left[key] for key in untouched}


def artifact(desktop: Desktop, name: str) -> None:
    """Keep a picture where one is wanted: with ARTIFACTS in the environment."""
    folder = os.environ.get("ARTIFACTS")
    if folder:
        desktop.settled().save(os.path.join(folder, f"{name}.png"))


def test_profiles_that_the_cli_wiped_are_noticed_within_a_second_and_one_click_brings_them_back(
    desktop: Desktop, home: Path
) -> None:
    start_tray(desktop, home)
    tray = TrayOnScreen(desktop)
    until("the state to be kept", lambda: kept(home), on_failure=desktop.logs)
    tray.icon()
    began = time.monotonic()
    wipe(home)
    until(
        "the loss to be told in the menu",
        lambda: any(row.label.startswith("Another program removed") for row in tray.rows()),
        NOTICED_SECONDS,
        on_failure=desktop.logs,
    )
    until("the notification", desktop.notifications.displayed, on_failure=desktop.logs)
    assert time.monotonic() - began < NOTICED_SECONDS
    artifact(desktop, "wiped-notification")
    first, second, third = tray.rows()[:3]
    assert (first.label, first.enabled) == ("Another program removed work and personal", False)
    assert second.label.startswith("Restore the version of ")
    assert third.label == "Keep it as it is"
    tray.open_menu(RIGHT)
    artifact(desktop, "wiped-menu")
    tray.choose("Restore the version of")
    until("the mark at the profile", lambda: tray.item().checked(), on_failure=desktop.logs)
    check_profiles_are_back(home)
    assert not any(row.label.startswith(("Restore", "Another")) for row in tray.rows())
    artifact(desktop, "wiped-restored")
    told = [(note.title, note.text.partition(". ")[0]) for note in desktop.notifications.seen()]
    assert ("Restored", "Profiles in codemie-cli.config.json: work and personal") in told
