"""A clock that jumps must not cause the logs to be removed."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.support.daily_logs import long_ago, make_home

from codemie_core import Home
from codemie_core.retention import Cleanup, Retention, clean, clock_guard
from codemie_core.system.clock import DAY_SECONDS, Clock

NOW = 1_795_000_000.0


@dataclass
class Machine:
    """A machine whose clock the test can set wrong."""

    wall: float = NOW
    running: float = 1000.0
    boot: str = "first"

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.wall, lambda: self.running, lambda: self.boot)

    def after(self, days: float) -> None:
        self.wall += days * DAY_SECONDS
        self.running += days * DAY_SECONDS


class Logs:
    def __init__(self, path: Path) -> None:
        self.home = Home(str(path))
        self.machine = Machine()
        os.makedirs(self.home.logs)
        make_home(self.home.path)

    def add(self, name: str, age_days: float) -> None:
        path = Path(self.home.logs, name)
        path.write_text("x")
        os.utime(path, (NOW - age_days * DAY_SECONDS,) * 2)

    def run(self, *, automatic: bool = True) -> Cleanup:
        return clean(self.home, Retention(), self.machine.clock, automatic=automatic)

    def left(self) -> int:
        return len(os.listdir(self.home.logs))


@pytest.fixture
def logs(tmp_path: Path) -> Logs:
    logs = Logs(tmp_path)
    for age in range(9):
        logs.add(long_ago(age), age)
    return logs


def test_an_ordinary_run_is_not_held_back(logs: Logs) -> None:
    result = logs.run()
    assert (result.held, result.files, logs.left()) == (None, 3, 6)


def test_the_control_without_a_guard_loses_every_log_to_a_jump_of_thirty_days(logs: Logs) -> None:
    logs.machine.wall += 30 * DAY_SECONDS
    assert logs.run(automatic=False).files == 9


def test_a_run_that_would_remove_everything_is_held_back_until_the_next_day(logs: Logs) -> None:
    logs.machine.after(30)
    result = logs.run()
    assert (result.held, result.files, logs.left()) == (clock_guard.EVERYTHING, 9, 9)
    logs.machine.after(0.5)
    assert logs.run().held
    logs.machine.after(0.5)
    assert logs.run().held is None
    assert logs.left() == 0


def test_our_own_log_of_today_is_no_evidence_for_the_clock(logs: Logs) -> None:
    logs.machine.after(30)
    logs.add("tray-2026-12-18.log", -30)
    assert logs.run().held == clock_guard.EVERYTHING
    logs.add("debug-2026-12-18.log", -30)
    logs.machine.after(1)
    assert logs.run().held is None


def test_a_click_removes_logs_despite_the_guard_and_resets_it(logs: Logs) -> None:
    logs.machine.after(30)
    assert logs.run().held
    assert logs.run(automatic=False).files == 9
    assert logs.run().held is None


def test_a_last_run_in_the_future_holds_the_cleanup_back(logs: Logs) -> None:
    logs.run()
    for age in (7, 8):
        logs.add(long_ago(age, "tray"), age)
    logs.machine.wall -= 3600
    assert logs.run().held == clock_guard.JUMPED
    assert logs.left() == 8
    logs.machine.after(1)
    assert logs.run().held is None
    assert logs.left() < 8


def test_clocks_that_diverge_by_more_than_a_day_hold_the_cleanup_back(logs: Logs) -> None:
    logs.run()
    logs.add(long_ago(100), -2)
    logs.machine.wall += 2 * DAY_SECONDS
    assert logs.run().held == clock_guard.JUMPED
    logs.machine.after(0.1)
    logs.machine.wall += 2 * DAY_SECONDS  # again: another day of waiting begins
    assert logs.run().held == clock_guard.JUMPED
    logs.machine.after(0.95)
    assert logs.run().held == clock_guard.JUMPED
    logs.machine.after(0.05)
    assert logs.run().held is None


def test_a_machine_that_slept_or_was_off_did_not_jump(logs: Logs) -> None:
    logs.run()
    logs.machine.after(2)
    assert logs.run().held is None
    logs.machine.boot, logs.machine.running = "second", 5.0
    logs.machine.wall += 2 * DAY_SECONDS
    logs.add(long_ago(100), -4)
    assert logs.run().held is None


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"wallSeconds": 1e999}',
        '{"wallSeconds": true}',
        '{"wallSeconds": "x", "runningSeconds": 1, "bootName": "", "heldSinceSeconds": null}',
        '{"wallSeconds": 1, "runningSeconds": 1, "bootName": 5, "heldSinceSeconds": NaN}',
        "[" * 100_000,
    ],
)
def test_a_broken_record_counts_as_missing(logs: Logs, content: str) -> None:
    record = clock_guard.RunRecord(logs.home)
    os.makedirs(logs.home.tray)
    Path(record.path).write_text(content)
    assert record.read() is None
    assert logs.run().held is None
    assert record.read() is not None
    if os.name == "posix":
        assert stat.S_IMODE(os.stat(record.path).st_mode) == 0o600


def test_a_record_from_the_future_does_not_hold_the_cleanup_back_forever(logs: Logs) -> None:
    record = clock_guard.RunRecord(logs.home)
    record.write(clock_guard.LastRun(NOW, 1000.0, "first", NOW + 10**9))
    read = record.read()
    assert read is not None
    assert read.held_since_seconds == NOW


@pytest.mark.skipif(shutil.which("faketime") is None, reason="not installed: faketime")
def test_a_real_process_under_a_clock_thirty_days_ahead_removes_nothing(tmp_path: Path) -> None:
    home = Home(str(tmp_path))
    os.makedirs(home.logs)
    make_home(home.path)
    for age in range(9):
        path = Path(home.logs, long_ago(age))
        path.write_text("x")
        os.utime(path, (path.stat().st_mtime - (age - 0.5) * DAY_SECONDS,) * 2)
    code = (
        "import sys\nfrom codemie_core import Home\nfrom codemie_core.system.clock import Clock\n"
        "from codemie_core.retention import Retention, clean\n"
        "r = clean(Home(sys.argv[1]), Retention(), Clock(), automatic=True)\nprint(r.held, r.files)\n"
    )
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "FAKETIME_DONT_FAKE_MONOTONIC": "1"}

    def run(*prefix: str) -> str:
        command = [*prefix, sys.executable, "-c", code, home.path]
        return subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout

    assert run() == "None 3\n"
    Path(home.logs, long_ago(100)).write_text("x")
    os.utime(Path(home.logs, long_ago(100)), (4e9, 4e9))  # so that it would not remove everything
    assert run("faketime", "-f", "+30d") == f"{clock_guard.JUMPED} 6\n"
    assert len(os.listdir(home.logs)) == 7
