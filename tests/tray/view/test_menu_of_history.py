"""What the menu says if profiles were lost, without a screen."""

from __future__ import annotations

import dataclasses
import json
import time
from datetime import datetime
from pathlib import Path

import pytest

from codemie_core import ConfigLoader, Home
from codemie_core.config.history import Origin, Version
from codemie_core.config.model.layout import CLASSIC
from codemie_tray.app.config_guard import ConfigGuard
from codemie_tray.text.moments import described, moment
from codemie_tray.text.plain_text import names
from codemie_tray.view.actions import Do, Explain, RestoreVersion, SwitchProfile
from codemie_tray.view.menu import SEPARATOR, Item, Menu
from codemie_tray.view.menu_builder import view_of
from codemie_tray.view.read_state import read_state
from codemie_tray.view.state import Broken, Missing, ProfileRow, Ready, Restorable, State

WORK = ProfileRow("work", "sso", "claude-4-5-sonnet", None)
OFFER = Restorable("413ab049", "14:02")
LOSS = Restorable("413ab049", "14:02", ("personal", "proxy"))
RESTORE = Item("Restore the version of 14:02", RestoreVersion("413ab049"))


def top(menu: Menu) -> list[Item]:
    """Return the rows above the first separator."""
    return [item for item in menu[: menu.index(SEPARATOR)] if isinstance(item, Item)]


def test_a_broken_file_offers_the_last_good_version_below_the_error() -> None:
    broken = Broken("/h/config.json", "expected a comma", 12, editable=True)
    view = view_of(State("/h", broken, restorable=OFFER))
    assert top(view.menu) == [Item("config.json, line 12: expected a comma", Do.OPEN_CONFIG), RESTORE]
    assert view.icon.attention


def test_a_loss_shows_as_a_badge_and_can_be_undone_or_accepted() -> None:
    view = view_of(State("/h", Ready("/h/c", "work", (WORK,)), restorable=LOSS))
    report, restore, keep = top(view.menu)
    assert report.label == "Another program removed personal and proxy"
    assert report.enabled, "important rows are not grey"
    assert report.action == Explain(
        report.label,
        "“Restore the version of 14:02” in the menu brings back what is missing from c. If it is meant to be "
        "gone, choose “Keep this change”.",
    )
    assert restore == RESTORE
    assert keep == Item("Keep this change", Do.ACCEPT_LOSS)
    assert view.icon.attention
    assert any(isinstance(row, Item) and row.action == SwitchProfile("work") for row in view.menu)


def test_the_remedy_is_right_below_the_problem() -> None:
    lost = State("/h", Ready("/h/c", "work", (WORK,), overlooked=("work",)), "It failed", restorable=LOSS)
    assert [row.label for row in top(view_of(dataclasses.replace(lost, notes=("A note",))).menu)] == [
        "The CLI does not find the token of work",
        "Move it to where the CLI looks",
        "Another program removed personal and proxy",
        "Restore the version of 14:02",
        "Keep this change",
        "It failed",
        "A note",
    ]
    broken = Broken("/h/config.json", "expected a comma", 12, editable=True)
    rows = top(view_of(State("/h", broken, "It failed", restorable=OFFER)).menu)
    assert [row.label for row in rows] == [
        "config.json, line 12: expected a comma",
        "Restore the version of 14:02",
        "It failed",
    ]


def test_an_empty_or_missing_configuration_offers_both_options_without_a_badge() -> None:
    for config in (Ready("/h/c", "default", ()), Missing("/h/c")):
        view = view_of(State("/h", config, restorable=OFFER))
        assert top(view.menu) == [RESTORE]
        assert any(isinstance(row, Item) and row.action == Do.CREATE_FIRST_PROFILE for row in view.menu)
        assert not view.icon.attention


def test_a_configuration_that_the_cli_would_empty_is_a_problem_that_is_explained_and_can_be_fixed() -> None:
    view = view_of(State("/h", Ready("/h/config.json", "work", (WORK,), in_danger=True)))
    report, fix = top(view.menu)
    assert report.label == view.tooltip_text == "The CLI would empty config.json when it starts next"
    assert report.enabled
    assert report.action == Explain(
        report.label,
        "The CLI keeps your profiles only if the file has a version number and an active profile. "
        "“Keep config.json safe from the CLI” in the menu adds what is missing.",
    )
    assert fix == Item("Keep config.json safe from the CLI", Do.MIGRATE_CONFIG)
    assert view.icon.attention
    read_only = Ready("/h/config.json", "work", (WORK,), "a newer one wrote it", in_danger=True)
    assert len(top(view_of(State("/h", read_only)).menu)) == 1


def test_a_token_the_cli_does_not_find_is_reported_and_can_be_moved() -> None:
    view = view_of(State("/h", Ready("/h/c", "work", (WORK,), overlooked=("work", "personal"))))
    report, move = top(view.menu)
    assert (report.label, report.enabled) == ("The CLI does not find the tokens of work and personal", True)
    assert isinstance(report.action, Explain)
    assert "under a field name that the CLI does not read" in report.action.text
    assert move == Item("Move them to where the CLI looks", Do.MOVE_TOKENS_FOR_CLI)
    assert view.icon.attention


def test_a_configuration_of_a_newer_version_is_read_only() -> None:
    view = view_of(State("/h", Ready("/h/config.json", "work", (WORK,), read_only="a newer one wrote it")))
    why = Explain("config.json can't be changed", "A newer one wrote it.")
    assert top(view.menu) == [Item("config.json: a newer one wrote it", why)]
    assert [row.enabled for row in view.menu if isinstance(row, Item) and row.radio] == [False]
    assert view.icon.attention


# ---- from files to the state -----------------------------------------------------------------------


def write(home: Home, *profiles: str, **more: object) -> None:
    config = {"activeProfile": "work", "profiles": {name: {"model": name} for name in profiles}, **more}
    Path(home.join("config.json")).write_text(json.dumps(config))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    folder = tmp_path / "codemie"
    folder.mkdir()
    home = Home(str(folder))
    write(home, "work", "personal")
    ConfigLoader(home).keep_seen()
    return home


def test_the_state_reports_a_loss_until_we_write_something(home: Home) -> None:
    assert read_state(home).restorable is None
    write(home, "work")
    loader = ConfigLoader(home, settle_seconds=0)
    loader.keep_seen()
    offered = read_state(home).restorable
    assert offered is not None
    assert offered.lost == ("personal",)
    write(home, "work", theme="dark")  # another write by the other program does not hide the loss
    loader.keep_seen()
    offered = read_state(home).restorable
    assert offered is not None
    assert offered.lost == ("personal",)
    loader.save_profile("another", {"model": "x"})
    assert read_state(home).restorable is None


def test_the_state_reports_danger_and_newer_versions(home: Home) -> None:
    config = read_state(home).config
    assert isinstance(config, Ready)
    assert (config.in_danger, config.read_only) == (True, None)
    write(home, "work", version=2, traySchema=99)
    config = read_state(home).config
    assert isinstance(config, Ready)
    assert not config.in_danger
    assert "newer CodeMie Tray" in (config.read_only or "")


def test_a_loss_is_notified_once_and_never_at_the_start(home: Home) -> None:
    shown: list[tuple[str, str, Item | None]] = []

    def notify(title: str, text: str, button: Item | None = None) -> None:
        shown.append((title, text, button))

    loader = ConfigLoader(home, settle_seconds=0)
    guard = ConfigGuard(loader, notify)
    write(home, "work")

    def refresh(before: State) -> State:
        guard.read()
        after = read_state(home, loader=loader)
        guard.tell(before, after)
        return after

    state = refresh(read_state(home))
    assert state.restorable is not None
    assert shown == []
    write(home)
    state = refresh(state)
    assert state.restorable is not None
    assert [(title, button) for title, _, button in shown] == [
        ("Another program removed 2 profiles", Item("Restore", RestoreVersion(state.restorable.version)))
    ]
    assert "personal and work" in shown[0][1] or "work and personal" in shown[0][1]
    write(home, x=1)
    refresh(state)
    assert len(shown) == 1


@pytest.mark.parametrize(
    ("broken", "title"),
    [(None, "config.json is gone"), ("{", "config.json can't be read"), ("", "config.json can't be read")],
    ids=["deleted", "broken", "emptied"],
)
def test_a_file_that_can_no_longer_be_used_is_notified_once(
    home: Home, broken: str | None, title: str
) -> None:
    shown: list[tuple[str, Item | None]] = []

    def notify(title: str, text: str, button: Item | None = None) -> None:
        assert "Restore the version of" in text
        shown.append((title, button))

    loader = ConfigLoader(home, settle_seconds=0)
    guard = ConfigGuard(loader, notify)
    write(home, "work")
    config = Path(home.join("config.json"))
    guard.read()
    before = read_state(home, loader=loader)
    guard.tell(before, before)
    if broken is None:
        config.unlink()
    else:
        config.write_text(broken, encoding="utf-8")
    guard.read()
    after = read_state(home, loader=loader)
    guard.tell(before, after)
    guard.tell(after, after)
    assert after.restorable is not None
    assert shown == [(title, Item("Restore", RestoreVersion(after.restorable.version)))]


def test_a_token_the_cli_no_longer_finds_is_notified_once_and_moved(home: Home) -> None:
    shown: list[tuple[str, Item | None]] = []

    def notify(title: str, text: str, button: Item | None = None) -> None:
        assert text
        shown.append((title, button))

    guard = ConfigGuard(ConfigLoader(home, settle_seconds=0), notify)
    profiles: dict[str, dict[str, str]] = {name: {} for name in ("personal", "proxy")} | {
        "work": {"authToken": "sk-planted"}
    }
    config = {"version": 2, "activeProfile": "work", "profiles": profiles}
    before = read_state(home)
    guard.tell(before, before)
    Path(home.join("codemie-cli.config.json")).write_text(json.dumps(config))
    after = read_state(home)
    guard.tell(before, after)
    guard.tell(after, after)
    assert shown == [
        ("The CLI does not find the token of work", Item("Move it", Do.MOVE_TOKENS_FOR_CLI)),
    ]
    said = guard.carry_out(Do.MOVE_TOKENS_FOR_CLI)
    assert said is not None
    assert "sk-planted" not in "".join(said)
    now = read_state(home).config
    assert isinstance(now, Ready)
    assert now.overlooked == ()


# ---- words -----------------------------------------------------------------------------------------

NOW = datetime(2026, 11, 22, 16, 30).timestamp()


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 22, 14, 2), "14:02"),
        (datetime(2026, 11, 21, 14, 2), "yesterday 14:02"),
        (datetime(2026, 11, 18, 9, 5), "Wednesday 09:05"),
        (datetime(2026, 11, 15, 14, 2), "15 November 14:02"),
        (datetime(2025, 12, 31, 23, 59), "31 December 2025 23:59"),
        (datetime(2026, 11, 25, 8, 0), "25 November 08:00"),
    ],
)
def test_times_are_written_naturally(at: datetime, words: str) -> None:
    assert moment(int(at.timestamp() * 1e6), now_seconds=NOW) == words


def test_an_impossible_time_does_not_crash() -> None:
    assert moment(10**16 - 1, now_seconds=time.time())
    assert moment(10**22, now_seconds=NOW) == "an unknown time"


def test_a_version_is_described_in_one_line() -> None:
    at = int(datetime(2026, 11, 21, 14, 2).timestamp() * 1e6)

    def line(origin: Origin, profiles: int, active: str | None) -> str:
        return described(Version(at, origin, CLASSIC, profiles, 1, "1"), active=active, now_seconds=NOW)

    assert line(Origin.OTHER, 3, "work") == (
        "Yesterday 14:02, 3 profiles, active: work; changed by another program"
    )
    assert (
        line(Origin.OWN, 1, "a\u202eb") == "Yesterday 14:02, 1 profile, active: ab; written by CodeMie Tray"
    )
    assert line(Origin.ACCEPTED, 0, "default") == (
        "Yesterday 14:02, no profiles; changed by another program, accepted"
    )
    assert line(Origin.BROKEN, 0, None) == "Yesterday 14:02; unreadable, replaced by a restore"


def test_names_are_listed_in_a_sentence() -> None:
    assert names(["a"]) == "a"
    assert names(["a", "b"]) == "a and b"
    assert names(["a", "b", "c"]) == "a, b and c"
    assert names(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
    assert names(["", "\u202e"]) == "(no name) and (no name)"


def test_an_unreadable_file_offers_nothing() -> None:
    broken = Broken("/h/config.json", "is a folder, not a file", None, editable=False)
    assert top(view_of(State("/h", broken)).menu)[0].action == Do.OPEN_FOLDER
