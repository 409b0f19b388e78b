"""Commands that only read save what they see, warn about files that the CLI would empty, and continue."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.support.processes.program import PROGRAM, environ_for, run_program

from codemie_core import ConfigLoader, Home

WIPED = Path(__file__).parents[2] / "golden" / "wiped-by-migration"
READING = (
    ["status"],
    ["profiles"],
    ["profiles", "--names"],
    ["doctor"],
    ["usage"],
    ["migrate", "status"],
    ["switch", "work"],
    ["run", "--profile", "work", "--", sys.executable, "-c", ""],
)
DANGER = "The CLI would empty this file on its first start. To keep it safe, run `codemie-tray migrate up`."


def the_cli_starts_for_the_first_time(home: Path) -> None:
    """What CodeMie CLI 0.14.1 was observed to do with the classic file."""
    (home / "config.json").unlink()
    shutil.copy(WIPED / "after-codemie-cli.config.json", home / "codemie-cli.config.json")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "codemie"
    folder.mkdir()
    shutil.copy(WIPED / "before-config.json", folder / "config.json")
    return folder


@pytest.mark.parametrize("arguments", READING, ids=" ".join)
def test_one_reading_command_is_enough_to_restore_what_the_cli_empties(
    home: Path, arguments: list[str]
) -> None:
    before = json.loads((home / "config.json").read_bytes())["profiles"]
    run_program(home, *arguments)
    the_cli_starts_for_the_first_time(home)
    assert json.loads((home / "codemie-cli.config.json").read_bytes())["profiles"] == {}
    said = run_program(home, "status").stdout
    assert "Another program removed work and personal; `codemie-tray history restore` brings back" in said
    assert json.loads(run_program(home, "status", "--json").stdout)["lostProfiles"] == ["work", "personal"]
    assert run_program(home, "history", "restore").returncode == 0
    after = json.loads((home / "codemie-cli.config.json").read_bytes())["profiles"]
    assert list(after) == list(before)
    assert after["personal"]["apiKey"] == before["personal"]["authToken"]


def test_without_any_command_nothing_could_be_restored(home: Path) -> None:
    the_cli_starts_for_the_first_time(home)
    assert run_program(home, "history", "restore").returncode == 5


def test_status_and_doctor_warn_of_what_the_cli_would_empty_until_it_is_fixed(home: Path) -> None:
    def codes() -> list[str]:
        return [
            found["code"] for found in json.loads(run_program(home, "doctor", "--json").stdout)["findings"]
        ]

    assert DANGER in run_program(home, "status").stdout.splitlines()
    assert "codemie-tray migrate up" in run_program(home, "doctor").stdout
    assert "config-in-danger" in codes()
    run_program(home, "migrate", "up")
    assert DANGER not in run_program(home, "status").stdout
    assert "config-in-danger" not in codes()
    assert json.loads(run_program(home, "status", "--json").stdout)["cliWouldEmptyIt"] is False


def test_reading_again_writes_nothing(home: Path) -> None:
    run_program(home, "status")

    def listing() -> dict[str, int]:
        return {path: os.stat(path).st_mtime_ns for path in map(str, (home / "tray" / "history").iterdir())}

    before = listing()
    assert len(before) == 1
    for arguments in READING:
        run_program(home, *arguments)
    assert listing() == before


@pytest.mark.skipif(os.name != "posix", reason="permission bits are POSIX")
def test_commands_work_if_no_version_can_be_saved(home: Path) -> None:
    (home / "tray").mkdir(mode=0o700)
    (home / "tray" / "history").write_text("in the way")
    expected = {"doctor": 11}
    for arguments in READING:
        if arguments[0] == "switch":
            continue
        result = run_program(home, *arguments)
        assert result.returncode == expected.get(arguments[0], 0), result
    assert "could not save this version to the history" in run_program(home, "status").stderr


@pytest.mark.skipif(sys.platform == "win32", reason="a limit on what a process writes is POSIX's")
def test_commands_work_on_a_full_disk(home: Path) -> None:
    for arguments in READING:
        if arguments[0] in ("switch", "usage", "run"):  # these write themselves
            continue
        limited = (
            "import runpy, sys\n"
            "from tests.support.disks.file_size import limit_file_sizes\n"
            "limit_file_sizes(0)\n"
            "sys.argv = ['codemie-tray', *sys.argv[1:]]\n"
            "runpy.run_module('codemie_tray', run_name='__main__')"
        )
        result = subprocess.run(
            [sys.executable, "-c", limited, *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
            env=environ_for(home),
        )
        assert result.returncode in (0, 11), result
    assert not list((home / "tray" / "history").iterdir())


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() != 0, reason="needs root, and another user's home"
)
def test_root_leaves_nothing_in_a_users_home(home: Path) -> None:
    for path in (home, home / "config.json"):
        os.chown(path, 65534, 65534)
    for arguments in (["status"], ["profiles"], ["usage"]):
        run_program(home, *arguments)
    owners = {path: path.stat().st_uid for path in home.rglob("*") if "history" in str(path)}
    assert not owners


# ---- what is too large -----------------------------------------------------------------------------


def too_large(home: Path, profiles: int) -> None:
    text = json.dumps(
        {"version": 2, "activeProfile": "p", "profiles": {f"p{n}": {} for n in range(profiles)}}
    )
    (home / "config.json").write_text(text)


def test_above_the_limit_each_affected_command_says_so_and_the_others_work(home: Path) -> None:
    run_program(home, "status")
    too_large(home, 200_000)
    size = (home / "config.json").stat().st_size
    for arguments in (["status"], ["profiles"], ["switch", "p1"], ["run", "--", "true"]):
        began = time.monotonic()
        result = run_program(home, *arguments)
        assert time.monotonic() - began < 30
        assert result.returncode == 4
        error, advice = result.stderr.splitlines()
        assert "config.json: is 2.8 MB; CodeMie Tray reads up to 256 KB" in error
        assert "history restore" in advice
    for arguments in (["usage"], ["clean", "--dry-run"], ["history", "list"], ["credentials", "list"]):
        assert run_program(home, *arguments).returncode == 0
    assert (home / "config.json").stat().st_size == size
    (home / "config.json").rename(home / "aside.json")
    assert run_program(home, "history", "restore").returncode == 0
    assert json.loads(run_program(home, "status", "--json").stdout)["profiles"] == 2


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
def test_a_command_reading_a_huge_file_still_obeys_sigterm(home: Path) -> None:
    (home / "config.json").write_text('{"profiles": {}, "n": [' + ",".join(["0"] * 7_500_000) + "]}")
    with subprocess.Popen([*PROGRAM, "status"], env=environ_for(home), stderr=subprocess.DEVNULL) as process:
        time.sleep(0.3)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
        assert time.monotonic() - began < 30


# ---- restoring -------------------------------------------------------------------------------------


def test_the_dry_run_of_a_restore_matches_the_run(home: Path) -> None:
    run_program(home, "switch", "personal")
    text = (home / "config.json").read_bytes()
    config = json.loads(text)
    del config["profiles"]["work"]
    (home / "config.json").write_text(json.dumps(config))
    loader = ConfigLoader(Home(str(home)), settle_seconds=0)
    planned = json.loads(run_program(home, "history", "restore", "--dry-run", "--json").stdout)
    assert any('+    "work"' in line for line in planned["difference"])
    done = json.loads(run_program(home, "history", "restore", "--json").stdout)
    assert done["restored"] == planned["version"]
    assert (home / "config.json").read_bytes() == text
    assert loader.load().active == "personal"


@pytest.mark.parametrize(
    ("text", "said", "advice"),
    [
        ('{"profiles": {', "line 1, column 15", "Fix the file in an editor"),
        (None, "there is no configuration yet", "codemie setup"),
    ],
)
def test_a_restore_without_a_history_explains_the_problem_and_the_fix(
    home: Path, text: str | None, said: str, advice: str
) -> None:
    (home / "config.json").unlink()
    if text is not None:
        (home / "config.json").write_text(text)
    result = run_program(home, "history", "restore")
    assert result.returncode == 5
    assert said in result.stderr
    assert "The history has no version to restore" in result.stderr
    assert advice in result.stderr
    assert "Nothing was lost" not in result.stderr


# ---- messages --------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name != "posix", reason="permission bits are POSIX")
def test_a_read_only_file_behind_a_link_is_named(home: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "real.json"
    real.parent.mkdir()
    (home / "config.json").rename(real)
    (home / "config.json").symlink_to(real)
    real.chmod(0o400)
    result = run_program(home, "switch", "personal")
    assert result.returncode == 7
    assert f"config.json: links to {real}, which is read-only; nothing was changed" in result.stderr
    assert f"chmod u+w '{real}'" in result.stderr


def test_the_clis_mark_is_not_mistaken_for_a_schema_version(home: Path) -> None:
    text = (home / "config.json").read_text().replace("{", '{"version": 2,', 1)
    (home / "config.json").write_text(text)
    said = run_program(home, "migrate", "status").stdout
    assert "has schema version 0 of 3 (traySchema)." in said
    assert 'Its "version" field belongs to the CLI' in said
    assert "To apply them, run `codemie-tray migrate up`" in said


def test_switching_to_the_active_profile_says_so(home: Path) -> None:
    assert run_program(home, "switch", "work").stdout == "work is already active.\n"
    (home / "config.json").write_text('{"provider":"litellm","apiKey":"sk","baseUrl":"u","model":"m"}')
    assert "the only profile in the old format of" in run_program(home, "switch", "default").stdout
    assert "default  litellm · m" in run_program(home, "status").stdout
    assert run_program(home, "profiles").stdout.split()[:3] == ["*", "default", "litellm"]


def test_an_error_names_only_some_of_many_profiles(home: Path) -> None:
    too_large(home, 1000)
    said = run_program(home, "switch", "nobody").stderr
    assert len(said) < 300
    assert "and 980 more (`codemie-tray profiles` lists them)" in said
