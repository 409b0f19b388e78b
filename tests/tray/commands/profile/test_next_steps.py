"""What the profile commands say next can be pasted into a shell, and is true."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.support.processes.program import environ_for, run_program

CONFIG = """{"version": 2, "activeProfile": "work", "profiles": {
  "work": {"provider": "ollama", "model": "m", "baseUrl": "http://localhost:11434/v1"}
}}"""


@pytest.fixture
def cli_home(tmp_path: Path) -> Path:
    (tmp_path / "codemie-cli.config.json").write_text(CONFIG, encoding="utf-8")
    return tmp_path


def config_of(home: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((home / "codemie-cli.config.json").read_text(encoding="utf-8"))
    return content


@pytest.mark.skipif(os.name != "posix", reason="runs a POSIX shell")
@pytest.mark.parametrize("name", ["my work", "it's", "$(touch planted)"])
def test_the_command_that_uses_a_new_profile_can_be_pasted(cli_home: Path, tmp_path: Path, name: str) -> None:
    added = run_program(cli_home, "profile", "add", name, "--provider", "ollama", "--model", "m")
    assert added.returncode == 0, added.stderr
    command = added.stdout.splitlines()[-1].removeprefix("To use it: codemie-tray ")
    subprocess.run(
        ["sh", "-c", f'"{sys.executable}" -m codemie_tray {command}'],
        env=environ_for(cli_home),
        cwd=tmp_path,
        check=True,
    )
    assert config_of(cli_home)["activeProfile"] == name
    assert not (tmp_path / "planted").exists()


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("timeout=soon", "--set timeout: timeout must be a number."),
        ("timeout=-1", "--set timeout: timeout must be a number."),
        ("debug=yes", "--set debug: debug must be true or false."),
        ("maxOutputTokens=true", "--set maxOutputTokens: maxOutputTokens must be a number."),
        ("codeMieUrl=example.com", "--set codeMieUrl: codeMieUrl must begin with https:// or http://"),
    ],
)
def test_a_value_that_the_cli_could_not_use_is_refused(cli_home: Path, setting: str, reason: str) -> None:
    before = config_of(cli_home)
    result = run_program(cli_home, "profile", "edit", "work", "--set", setting)
    assert (result.returncode, config_of(cli_home)) == (2, before)
    assert result.stderr.startswith(f"codemie-tray: {reason}"), result.stderr


def test_numbers_and_switches_are_written_as_such(cli_home: Path) -> None:
    settings = ("--set", "timeout=300", "--set", "debug=true", "--set", "maxOutputTokens=4096")
    assert run_program(cli_home, "profile", "edit", "work", *settings).returncode == 0
    fields = config_of(cli_home)["profiles"]["work"]
    assert (fields["timeout"], fields["debug"], fields["maxOutputTokens"]) == (300, True, 4096)
    assert run_program(cli_home, "profile", "test", "work").stdout == "work looks right.\n"


def test_the_check_finds_a_timeout_that_is_no_number(cli_home: Path) -> None:
    content = json.loads(CONFIG)
    content["profiles"]["work"]["timeout"] = "soon"
    (cli_home / "codemie-cli.config.json").write_text(json.dumps(content), encoding="utf-8")
    result = run_program(cli_home, "profile", "test", "work")
    assert result.returncode == 5
    assert result.stdout.splitlines() == [
        "error: timeout must be a number.",
        "To change it: codemie-tray profile edit work --set timeout=VALUE",
    ]


def test_an_export_overwrites_an_export_and_nothing_else(cli_home: Path, tmp_path: Path) -> None:
    team, notes = tmp_path / "team.json", tmp_path / "notes.txt"
    notes.write_text("mine", encoding="utf-8")
    for _ in range(2):
        assert run_program(cli_home, "profile", "export", "--out", str(team)).returncode == 0
    result = run_program(cli_home, "profile", "export", "--out", str(notes))
    assert result.returncode == 7
    assert "is not an export of profiles, and was not overwritten" in result.stderr
    assert notes.read_text(encoding="utf-8") == "mine"


def test_an_import_says_which_profiles_are_the_same_already(cli_home: Path, tmp_path: Path) -> None:
    team = str(tmp_path / "team.json")
    run_program(cli_home, "profile", "export", "--out", team)
    for more in ([], ["--dry-run"]):
        assert run_program(cli_home, "profile", "import", team, *more).stdout == "work: is the same already\n"
    run_program(cli_home, "profile", "edit", "work", "--model", "other")
    assert run_program(cli_home, "profile", "import", team, "--skip").stdout == "work: left as it is\n"
    assert run_program(cli_home, "profile", "import", team, "--replace").stdout == "work: replaced\n"


def test_a_faulty_import_from_standard_input_names_it(cli_home: Path) -> None:
    result = run_program(cli_home, "profile", "import", "-")
    assert result.stderr.startswith("codemie-tray: standard input, line 1, column 1: ")


def test_a_folder_goes_back_to_the_active_profile_without_a_configuration(tmp_path: Path) -> None:
    folder = tmp_path / ".codemie"
    folder.mkdir()
    ours = {"version": 2, "activeProfile": "work", "profiles": {}}
    (folder / "codemie-cli.config.json").write_text(json.dumps(ours), encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "codemie_tray", "profile", "use-here", "--undo", "--json"],
        env=environ_for(tmp_path / "no-home"),
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert json.loads(result.stdout)["active"] is None
    assert not (folder / "codemie-cli.config.json").exists()


def test_another_credentials_name_leads_to_the_right_one(cli_home: Path) -> None:
    words = ("profile", "add", "y", "--provider", "anthropic", "--model", "m", "--token-stdin")
    added = subprocess.run(
        [sys.executable, "-m", "codemie_tray", *words],
        input=b"sk-planted",
        env=environ_for(cli_home),
        capture_output=True,
        check=False,
    )
    assert added.returncode == 0, added.stderr
    assert b"Its token is in the encrypted store, as y/apiKey." in added.stdout
    assert b"`codemie-tray run --profile y -- codemie ...`" in added.stdout
    for typed in ("y", "y/apikey"):
        result = run_program(cli_home, "credentials", "get", typed)
        assert result.returncode == 9
        assert "Did you mean 'y/apiKey'?" in result.stderr
    changed = run_program(cli_home, "profile", "edit", "y", "--base-url", "https://other.example.com")
    assert changed.returncode == 0
    refused = subprocess.run(
        [sys.executable, "-m", "codemie_tray", "profile", "set-token", "y"],
        input="sk-planted-2",
        env=environ_for(cli_home),
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 12
    assert refused.stderr.splitlines() == [
        "codemie-tray: The old token of 'y' was stored for a different address; the new one would go to "
        "https://other.example.com. Nothing was changed.",
        "If you trust that address: codemie-tray profile set-token y --allow-address "
        "https://other.example.com",
    ]
