"""`codemie-tray clean` and `autostart` as users and scripts see them: real processes, real homes."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.support.daily_logs import long_ago

from codemie_tray.text.exit_codes import ExitCode


def run(home: Path, *arguments: str, codemie_home: Path | None = None) -> subprocess.CompletedProcess[str]:
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("CODEMIE", "XDG_"))}
    return subprocess.run(
        [sys.executable, "-m", "codemie_tray", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={
            **environ,
            "HOME": str(home),
            "CODEMIE_HOME": str(codemie_home or home / ".codemie"),
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        },
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for age in (1, 6, 20, 90):
        put(tmp_path / ".codemie" / "logs" / long_ago(age), age)
    name = "3f2b8c1e-1d2a-4c55-9b7e-0a1b2c3d4e5f"
    for part in (".json", "_metrics.jsonl"):
        put(tmp_path / ".codemie" / "sessions" / f"completed_{name}{part}", 90)
    return tmp_path


def put(path: Path, age_days: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * 1000)
    moment = time.time() - age_days * 86400
    os.utime(path, (moment, moment))


def logs(home: Path) -> list[str]:
    return sorted(os.listdir(home / ".codemie" / "logs"))


def test_a_dry_run_matches_the_run(home: Path) -> None:
    dry = run(home, "clean", "--dry-run")
    assert (dry.returncode, dry.stdout, dry.stderr) == (0, "Would remove 3 old files (3 kB).\n", "")
    assert len(logs(home)) == 4
    answer = json.loads(run(home, "clean", "--dry-run", "--json").stdout)
    done = json.loads(run(home, "clean", "--json").stdout)
    assert done == {**answer, "dryRun": False}
    assert (done["files"], done["bytes"], done["olderThanDays"]) == (3, 3000, 5)
    assert logs(home) == [long_ago(1)]
    assert run(home, "clean").stdout == "Nothing is old enough to remove.\n"


@pytest.mark.parametrize(("age", "left"), [("10d", 2), ("30", 3), ("2w", 2), ("12h", 0), ("1000h", 3)])
def test_an_age_can_be_given(home: Path, age: str, left: int) -> None:
    assert run(home, "clean", "--older-than", age).returncode == 0
    assert len(logs(home)) == left


@pytest.mark.parametrize("age", ["", "d", "-1d", "5y", "nan", "1e99d", "five"])
def test_an_invalid_age_is_a_usage_error(home: Path, age: str) -> None:
    assert run(home, "clean", f"--older-than={age}").returncode == 2
    assert len(logs(home)) == 4


def test_sessions_need_an_age_from_the_command_or_the_settings(home: Path) -> None:
    refused = run(home, "clean", "--sessions")
    assert (refused.returncode, len(logs(home))) == (2, 4)
    assert "codemie-tray clean --sessions --older-than 30d" in refused.stderr
    (home / ".codemie" / "tray").mkdir(exist_ok=True)
    (home / ".codemie" / "tray" / "settings.json").write_text(
        '{"logRetentionDays": 10, "sessionRetentionDays": 60}'
    )
    done = run(home, "clean", "--sessions")
    assert done.stdout == (
        "Removed 4 old files including 1 session (4 kB). A removed session can't be resumed.\n"
    )
    assert logs(home) == sorted([long_ago(1), long_ago(6)])


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal's Ctrl-C")
def test_a_long_cleanup_shows_progress_and_ctrl_c_stops_it_between_two_files(home: Path) -> None:
    folder = home / ".codemie" / "logs"
    for number in range(30_000):
        path = os.path.join(folder, long_ago(number + 100))
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
        os.utime(path, (1_770_000_000, 1_770_000_000))
    before = len(os.listdir(folder))
    terminal, its_side = os.openpty()
    environ = {k: v for k, v in os.environ.items() if not k.startswith(("CODEMIE", "XDG_"))}
    cleaning = subprocess.Popen(
        [sys.executable, "-m", "codemie_tray", "clean"],
        stdout=subprocess.PIPE,
        stderr=its_side,
        env={
            **environ,
            "CODEMIE_HOME": str(home / ".codemie"),
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        },
    )
    os.close(its_side)
    while len(os.listdir(folder)) == before:
        assert cleaning.poll() is None
    cleaning.send_signal(signal.SIGSTOP)  # for longer than a cleanup without progress takes
    time.sleep(1.2)
    cleaning.send_signal(signal.SIGCONT)
    shown = b""
    while b"press Ctrl-C to stop" not in shown:
        shown += os.read(terminal, 1000)
    cleaning.send_signal(signal.SIGINT)
    out, _ = cleaning.communicate(timeout=60)
    os.close(terminal)
    assert cleaning.returncode == 130
    left = len(os.listdir(folder))
    assert left > 1
    assert out.startswith(f"Stopped: removed {before - left:,} old files (".encode())
    assert re.match(rb"\r[\d,]+ of 30,003 - press Ctrl-C to stop ", shown), shown
    run(home, "clean")
    assert logs(home) == [long_ago(1)]


def test_a_broken_settings_file_is_reported_and_the_defaults_apply(home: Path) -> None:
    (home / ".codemie" / "tray").mkdir()
    (home / ".codemie" / "tray" / "settings.json").write_text("{")
    done = run(home, "clean")
    assert (
        "settings.json is not valid JSON: line 1, column 2; the defaults apply until it is fixed"
        in done.stderr
    )
    assert logs(home) == [long_ago(1)]


def test_a_missing_home_means_nothing_to_clean_and_is_not_created(tmp_path: Path) -> None:
    assert run(tmp_path, "clean").returncode == 0
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(sys.platform != "linux", reason="the XDG entry")
def test_autostart_can_be_turned_on_and_off_and_shows_its_state(tmp_path: Path) -> None:
    entry = tmp_path / ".config" / "autostart" / "codemie-tray.desktop"
    assert run(tmp_path, "autostart", "status").stdout == "The tray does not start at login.\n"
    on = run(tmp_path, "autostart", "on")
    assert on.stdout.splitlines()[1] == f"Entry: {entry}"
    answer = json.loads(run(tmp_path, "autostart", "status", "--json").stdout)
    assert (answer["state"], answer["startsThisProgram"], answer["problem"]) == ("on", True, None)
    assert answer["command"][-1] == "--background"
    text = entry.read_text()
    entry.write_text("\n".join(line if "Exec" not in line else "Exec=/gone/x" for line in text.splitlines()))
    assert "which no longer exists" in run(tmp_path, "autostart", "status").stdout
    assert run(tmp_path, "autostart", "off").stdout == "The tray does not start at login.\n"
    assert not entry.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="the XDG entry")
def test_an_entry_that_cannot_be_written_is_reported_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / ".config").write_text("a file is in the way")
    refused = run(tmp_path, "autostart", "on")
    assert refused.returncode == ExitCode.NOT_WRITTEN
    assert refused.stderr.count("\n") == 1
    assert "Traceback" not in refused.stderr


def test_a_folder_that_is_not_a_home_is_left_alone_and_the_command_explains_why(home: Path) -> None:
    other = home / "other-program"
    (home / ".codemie").rename(other)
    for arguments in (["--dry-run"], [], ["--sessions", "--older-than", "30d"]):
        done = run(home, "clean", *arguments, codemie_home=other)
        assert (done.returncode, done.stdout) == (ExitCode.FAILED, "")
        assert done.stderr == (
            f"codemie-tray: {other} does not look like a CodeMie folder (it has no configuration), so no "
            "old files were removed. Check CODEMIE_HOME.\n"
        )
    answer = json.loads(run(home, "clean", "--json", codemie_home=other).stdout)
    assert (answer["recognized"], answer["files"]) == (False, 0)
    assert len(os.listdir(other / "logs")) == 4
    assert len(os.listdir(other / "sessions")) == 2


def test_the_preview_says_that_a_removed_session_cannot_be_resumed(home: Path) -> None:
    dry = run(home, "clean", "--sessions", "--older-than", "30d", "--dry-run")
    assert dry.stdout == (
        "Would remove 3 old files including 1 session (3 kB). A removed session can't be resumed.\n"
    )
