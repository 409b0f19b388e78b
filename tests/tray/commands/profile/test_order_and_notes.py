"""Order and notes of profiles from the command line: in our settings, followed by every list."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from codemie_core import ConfigLoader, Home
from codemie_core.config.store.arrangement_store import ArrangementStore
from codemie_tray.__main__ import main
from codemie_tray.text.exit_codes import ExitCode

Run = Callable[..., int]


@pytest.fixture
def run(home: Home, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("CODEMIE_HOME", home.path)
    loader = ConfigLoader(home, settle_seconds=0)
    for name in ("work", "home", "lab"):
        loader.add_profile(name, {"provider": "ollama", "model": "m"})

    def command(*words: str) -> int:
        return int(main(list(words)))

    return command


def test_lists_follow_the_order_and_the_configuration_keeps_its_bytes(
    home: Home, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(ConfigLoader(home).load().path)
    before = path.read_bytes()
    assert run("profile", "move", "lab", "--first") == ExitCode.OK
    assert capsys.readouterr().out == "lab is number 1 of 3 now.\n"
    run("profile", "move", "work", "--after", "home")
    capsys.readouterr()
    run("profiles", "--names")
    assert capsys.readouterr().out.split() == ["lab", "home", "work"]
    run("profiles", "--json")
    assert [one["name"] for one in json.loads(capsys.readouterr().out)["profiles"]] == ["lab", "home", "work"]
    run("profile", "move", "lab", "--last", "--json")
    assert json.loads(capsys.readouterr().out) == {"profile": "lab", "order": ["home", "work", "lab"]}
    assert path.read_bytes() == before


def test_a_profile_is_not_moved_next_to_itself_or_to_nobody(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("profile", "move", "lab", "--before", "lab") == ExitCode.USAGE
    assert "can't be moved next to itself" in capsys.readouterr().err
    assert run("profile", "move", "lab", "--before", "nobody") == ExitCode.NO_SUCH_PROFILE
    assert run("profile", "move", "lab") == ExitCode.USAGE


def test_a_note_is_set_shown_and_removed_without_touching_the_configuration(
    home: Home, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(ConfigLoader(home).load().path)
    before = path.read_bytes()
    assert run("profile", "edit", "home", "--note", "for  the evenings") == ExitCode.OK
    assert capsys.readouterr().out == "Changed note of home.\n"
    run("profile", "show", "home")
    assert "note       for the evenings" in capsys.readouterr().out
    run("profile", "show", "home", "--json")
    assert json.loads(capsys.readouterr().out)["note"] == "for the evenings"
    run("profiles")
    assert capsys.readouterr().out.splitlines()[1].endswith("for the evenings")
    run("profile", "edit", "home", "--note", "", "--json")
    assert json.loads(capsys.readouterr().out)["changed"] == ["note"]
    run("profile", "edit", "home", "--note", "")
    assert "Nothing was changed" in capsys.readouterr().out
    assert path.read_bytes() == before


def test_a_note_with_a_token_is_refused_before_anything_is_changed(
    home: Home, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    token = "sk-ant-api03-" + "q7Wb9xKc2LmZ" * 3
    assert run("profile", "edit", "home", "--model", "other", "--note", token) != ExitCode.OK
    told = capsys.readouterr().err
    assert "contains a token" in told
    assert token not in told
    assert ConfigLoader(home).load().profile("home").model == "m"
    run("profile", "add", "new", "--provider", "ollama", "--model", "m", "--note", token, "--no-token")
    assert "new" not in [one.name for one in ConfigLoader(home).load().profiles]


def test_a_rename_carries_both_and_says_if_it_could_not(
    home: Home, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    store = ArrangementStore(home)
    run("profile", "edit", "lab", "--note", "mine")
    run("profile", "move", "lab", "--first")
    run("profile", "rename", "lab", "desk")
    assert store.load().order == ("desk", "work", "home")
    assert store.load().notes == {"desk": "mine"}
    Path(store.path).chmod(0o400)
    capsys.readouterr()
    assert run("profile", "rename", "desk", "lab") == ExitCode.OK
    assert "its note and place could not be updated" in capsys.readouterr().err
    Path(store.path).chmod(0o600)


def test_a_copy_has_no_note_and_a_new_profile_has_the_given_one(home: Home, run: Run) -> None:
    run("profile", "edit", "lab", "--note", "mine")
    run("profile", "duplicate", "lab", "copy")
    run("profile", "add", "new", "--provider", "ollama", "--model", "m", "--note", "fresh")
    assert ArrangementStore(home).load().notes == {"lab": "mine", "new": "fresh"}
