"""`codemie-tray history` and `migrate` as users and scripts see them: real processes, real homes."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from tests.support.processes.program import run_program

GOLDEN = Path(__file__).parents[3] / "golden"
TOKEN = "sk-ant-sample-not-a-real-key"  # noqa: S105  made up


def run(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    result = run_program(home, *arguments)
    assert TOKEN not in result.stdout + result.stderr
    return result


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "codemie"
    folder.mkdir()
    shutil.copy(GOLDEN / "wiped-by-migration" / "before-config.json", folder / "config.json")
    return folder


@pytest.fixture
def wiped(home: Path) -> Path:
    """The CLI's data loss in a home whose previous version was saved."""
    run(home, "switch", "personal")
    (home / "config.json").unlink()
    shutil.copy(
        GOLDEN / "wiped-by-migration" / "after-codemie-cli.config.json", home / "codemie-cli.config.json"
    )
    return home


def test_the_list_is_readable(wiped: Path) -> None:
    assert (
        run(wiped, "history", "list")
        .stdout.splitlines()[0]
        .endswith("2 profiles, active: personal; written by CodeMie Tray")
    )
    run(wiped, "history", "restore")
    lines = run(wiped, "history", "list").stdout.splitlines()
    assert [re.sub(r"^[0-9a-f]{8}  (Today|Yesterday) \d\d:\d\d, ", "", line) for line in lines] == [
        "2 profiles, active: personal; written by CodeMie Tray",
        "no profiles; changed by another program",
        "2 profiles, active: personal; written by CodeMie Tray",
        "2 profiles, active: work; changed by another program",
    ]
    answer = json.loads(run(wiped, "history", "list", "--json").stdout)["versions"]
    assert [(row["origin"], row["layout"], row["profiles"], row["active"]) for row in answer] == [
        ("own", "cli", 2, "personal"),
        ("other", "cli", 0, "default"),
        ("own", "classic", 2, "personal"),
        ("other", "classic", 2, "work"),
    ]


def test_an_empty_history_is_reported(home: Path) -> None:
    assert run(home, "history", "list").stdout == "The history is empty.\n"
    result = run(home, "history", "restore")
    assert (result.returncode, result.stdout) == (5, "")
    assert "No profile was lost from" in result.stderr
    assert "choose one from `codemie-tray history list`" in result.stderr


def test_show_and_diff_hide_the_tokens(wiped: Path) -> None:
    version = run(wiped, "history", "list").stdout[:8]
    shown = run(wiped, "history", "show", version).stdout
    assert json.loads(shown)["profiles"]["personal"]["authToken"] == "(hidden, no. 1)"
    answer = json.loads(run(wiped, "history", "show", version[:4], "--json").stdout)
    assert json.loads(answer["text"]) == json.loads(shown)
    difference = run(wiped, "history", "diff", version).stdout
    assert '-      "authToken": "(hidden, no. 1)"' in difference
    assert run(wiped, "history", "diff", version, version).stdout == "No differences.\n"
    assert run(wiped, "history", "show", "nothing").returncode == 5


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("{", "--- now (a broken file; compared as one without profiles)"),
        (None, "--- now (no file; compared as one without profiles)"),
        ('{"version": 2, "profiles": {}}', "--- now"),
    ],
)
def test_a_preview_does_not_claim_that_a_broken_file_is_an_empty_configuration(
    wiped: Path, text: str | None, heading: str
) -> None:
    config = wiped / "codemie-cli.config.json"
    assert run(wiped, "status").returncode in (0, 5)  # keeps the version
    config.unlink()
    if text is not None:
        config.write_text(text)
    planned = run(wiped, "history", "restore", "--dry-run")
    assert planned.stdout.splitlines()[0] == heading, planned.stderr


def test_restore_brings_back_what_was_lost_and_can_be_undone(wiped: Path) -> None:
    config = wiped / "codemie-cli.config.json"
    emptied = config.read_bytes()
    planned = run(wiped, "history", "restore", "--dry-run")
    assert '+      "apiKey": "(hidden, no. 1)",' in planned.stdout
    assert config.read_bytes() == emptied
    result = run(wiped, "history", "restore", "--json")
    answer = json.loads(result.stdout)
    assert (answer["layout"], answer["active"], answer["profiles"]) == (
        "cli",
        "personal",
        ["work", "personal"],
    )
    assert json.loads(config.read_bytes())["profiles"]["personal"]["apiKey"] == TOKEN
    assert run(wiped, "history", "restore").returncode == 5
    undo = run(wiped, "history", "list").stdout.splitlines()[1][:8]
    assert run(wiped, "history", "restore", undo).returncode == 0
    assert config.read_bytes() == emptied


def test_a_broken_file_is_replaced_by_a_restore_and_kept_in_the_history(home: Path) -> None:
    run(home, "switch", "personal")
    before = (home / "config.json").read_bytes()
    (home / "config.json").write_bytes(b'{"profiles": {')
    assert run(home, "history", "restore").returncode == 0
    assert (home / "config.json").read_bytes() == before
    lines = run(home, "history", "list").stdout.splitlines()
    broken = next(line for line in lines if "unreadable, replaced by a restore" in line)
    result = run(home, "history", "show", broken[:8])
    assert result.returncode == 5
    error, advice = result.stderr.splitlines()
    assert "history list" in advice
    kept = error.rpartition("its text is in ")[2].rstrip(".")
    assert Path(kept).read_bytes() == b'{"profiles": {'


def test_status_of_a_broken_file_names_the_command_that_restores_it(home: Path) -> None:
    run(home, "switch", "personal")
    (home / "config.json").write_bytes(b'{"profiles": {')
    result = run(home, "status")
    assert result.returncode == 4
    broken, help_ = result.stderr.splitlines()
    assert "config.json, line 1" in broken
    assert re.fullmatch(r"`codemie-tray history restore` brings back the version of .*\d\d:\d\d\.", help_)
    answer = json.loads(run(home, "status", "--json").stdout)
    assert answer["restorable"] == run(home, "history", "list").stdout[:8]
    (home / "config.json").unlink()
    assert "history restore" in run(home, "status").stderr
    run(home, "history", "restore")
    assert run(home, "status").returncode == 0


def test_a_file_that_cannot_be_replaced_is_reported_as_such(home: Path) -> None:
    run(home, "switch", "personal")
    (home / "config.json").unlink()
    (home / "config.json").mkdir()
    result = run(home, "history", "restore")
    assert (result.returncode, result.stdout) == (4, "")
    assert result.stderr.splitlines() == [
        f"codemie-tray: {home / 'config.json'}: is a folder, not a file",
        "Move the folder away.",
    ]
    assert json.loads(run(home, "status", "--json").stdout)["restorable"] is None


def test_migrate_shows_applies_and_undoes(home: Path) -> None:
    config = home / "config.json"
    before = config.read_bytes()
    status = json.loads(run(home, "migrate", "status", "--json").stdout)
    assert (status["version"], status["latest"], [row["version"] for row in status["pending"]]) == (
        0,
        3,
        [2, 3],
    )
    kept = sorted(os.listdir(home / "tray" / "history"))
    planned = run(home, "migrate", "up", "--dry-run").stdout
    assert '+  "version": 2,' in planned
    assert "(hidden, no. 1)" in planned
    assert TOKEN not in planned
    assert config.read_bytes() == before
    assert sorted(os.listdir(home / "tray" / "history")) == kept
    assert "now has schema version 3" in run(home, "migrate", "up").stdout
    assert config.read_bytes() == (GOLDEN / "migrations" / "all-of-a-seed-home" / "after.json").read_bytes()
    assert "already has schema version 3" in run(home, "migrate", "up").stdout
    assert "already has schema version 3" in run(home, "migrate", "up", "--to", "1").stdout
    answer = json.loads(run(home, "migrate", "down", "--to", "2", "--json").stdout)
    assert (answer["from"], answer["to"], answer["steps"]) == (3, 2, [3])
    assert b'"version"' not in config.read_bytes()
    first = run(home, "history", "list").stdout.splitlines()[-1][:8]
    run(home, "history", "restore", first)
    assert config.read_bytes() == before


def test_migrate_explains_a_refusal(wiped: Path, tmp_path: Path) -> None:
    assert "belongs to the CLI" in run(wiped, "migrate", "status").stdout
    result = run(wiped, "migrate", "up")
    assert result.returncode == 7
    assert "belongs to the CLI, which migrates it itself" in result.stderr
    newer = tmp_path / "newer"
    newer.mkdir()
    (newer / "config.json").write_text('{"profiles": {"a": {}}, "traySchema": 99}')
    result = run(newer, "switch", "a")
    assert result.returncode == 7
    assert "was written by a newer CodeMie Tray" in result.stderr
    assert run(newer, "profiles").returncode == 0
    (newer / "config.json").write_text('{"profiles": {"a": {}}}')
    for direction in ("up", "down"):
        result = run(newer, "migrate", direction, "--to", "7")
        assert (result.returncode, result.stdout) == (7, "")
        assert "there is no schema version 7; choose one from 0 to 3" in result.stderr


def test_a_switch_that_cannot_be_saved_to_the_history_succeeds_with_a_warning(home: Path) -> None:
    (home / "tray").mkdir()
    (home / "tray" / "history").write_text("in the way")
    result = run(home, "switch", "personal")
    assert result.returncode == 0
    assert "Switched to personal" in result.stdout
    assert "done, but could not save to the history" in result.stderr


def test_terminal_control_characters_are_escaped(home: Path) -> None:
    text = '{"activeProfile": "x\u009b31m\u202egnp", "profiles": {"x\u009b31m\u202egnp": {"model": "m"}}}'
    (home / "config.json").write_text(text, encoding="utf-8")
    run(home, "migrate", "up")
    version = run(home, "history", "list").stdout[:8]
    shown = run(home, "history", "show", version).stdout
    assert "\u009b" not in shown
    assert "\u202e" not in shown
    assert "x\\u009b31m\\u202egnp" in shown


def kept_bytes(home: Path) -> bytes:
    return b"".join(file.read_bytes() for file in (home / "tray" / "history").iterdir())


def test_moved_tokens_are_forgotten_on_request_and_only_then(home: Path) -> None:
    run(home, "switch", "personal")
    assert run(home, "history", "forget-tokens").stdout.startswith("No version holds a token")
    assert TOKEN.encode() in kept_bytes(home)

    assert run(home, "credentials", "move-in", "--yes").returncode == 0
    assert TOKEN.encode() not in (home / "config.json").read_bytes()
    assert TOKEN.encode() in kept_bytes(home)
    answer = json.loads(run(home, "doctor", "--json").stdout)
    assert (answer["versionsWithOldTokens"], answer["tokensInTheClear"]) == (2, [])
    assert "Fix: codemie-tray history forget-tokens" in run(home, "doctor").stdout

    assert run(home, "history", "forget-tokens", "--dry-run").stdout == "2 versions would be removed.\n"
    assert TOKEN.encode() in kept_bytes(home)
    forgotten = run(home, "history", "forget-tokens")
    assert forgotten.stdout == "2 versions removed. This can't be undone.\n"
    assert TOKEN.encode() not in kept_bytes(home)
    assert json.loads(run(home, "doctor", "--json").stdout)["versionsWithOldTokens"] == 0
    assert json.loads(run(home, "history", "list", "--json").stdout)["versions"]


def test_nothing_is_forgotten_while_the_tokens_in_use_are_unknown(home: Path) -> None:
    run(home, "switch", "personal")
    (home / "config.json").write_text("{")
    refused = run(home, "history", "forget-tokens")
    assert refused.returncode == 4
    assert TOKEN.encode() in kept_bytes(home)
