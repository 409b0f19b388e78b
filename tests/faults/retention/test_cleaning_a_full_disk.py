"""Old logs on a full disk are removed; a record that can't be written is reported and stops nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.daily_logs import long_ago, make_home

if sys.platform == "win32":
    pytest.skip("POSIX file systems", allow_module_level=True)

from tests.support.disks.small_disk import fill, small_disk

from codemie_core import Home
from codemie_core.retention import Retention, clean
from codemie_core.retention.clock_guard import EVERYTHING, RunRecord
from codemie_core.system.clock import DAY_SECONDS, Clock

pytestmark = pytest.mark.faults

NO_ROOM = "can't be written, nothing was changed: No space left on device"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk") as folder:
        yield folder


def home_on(disk: Path, *, old: int, size_bytes: int, young: int = 1) -> Home:
    """Make a home on a full disk."""
    home = Home(str(disk / "home"))
    os.makedirs(home.logs)
    make_home(home.path)
    moment = time.time() - 30 * DAY_SECONDS
    for number in range(old):
        path = Path(home.logs, f"debug-2026-01-{number + 1:02}.log")
        path.write_bytes(b"x" * size_bytes)
        os.utime(path, (moment, moment))
    for number in range(young):
        Path(home.logs, long_ago(number)).touch()
    fill(disk)
    return home


def logs(home: Home) -> list[str]:
    return sorted(os.listdir(home.logs))


@pytest.mark.parametrize("automatic", [True, False])
def test_removing_logs_frees_the_space_to_record_the_cleanup(disk: Path, *, automatic: bool) -> None:
    home = home_on(disk, old=3, size_bytes=4000)
    done = clean(home, Retention(), Clock(), automatic=automatic)
    assert (done.files, done.size_bytes, done.failed, done.held) == (3, 12_000, 0, None)
    assert done.unnoted is None
    assert RunRecord(home).read() is not None
    assert logs(home) == [long_ago(0)]
    assert sorted(os.listdir(home.tray)) == ["cleanup.json", "lock"]


def test_logs_are_removed_even_if_the_cleanup_cannot_be_recorded_and_this_is_reported(disk: Path) -> None:
    home = home_on(disk, old=3, size_bytes=0)
    done = clean(home, Retention(), Clock(), automatic=True)
    assert (done.files, done.failed) == (3, 0)
    assert done.unnoted is not None
    assert done.unnoted.reason == NO_ROOM
    assert logs(home) == [long_ago(0)]


def test_a_cleanup_held_back_on_a_full_disk_removes_nothing_and_both_are_reported(disk: Path) -> None:
    home = home_on(disk, old=3, size_bytes=4000, young=0)
    done = clean(home, Retention(), Clock(), automatic=True)
    assert (done.held, done.files, len(logs(home))) == (EVERYTHING, 3, 3)
    assert done.unnoted is not None


def test_the_command_reports_what_it_removed_and_what_it_could_not_record(disk: Path) -> None:
    home = home_on(disk, old=3, size_bytes=0)
    environ = {**os.environ, "CODEMIE_HOME": home.path, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "codemie_tray", "clean"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "Removed 3 old files (0 bytes).\n"
    path = os.path.join(home.tray, "cleanup.json")
    assert done.stderr == f"codemie-tray: done, but could not record it: {path}: {NO_ROOM}\n"
    result = subprocess.run([*command, "--json"], env=environ, capture_output=True, check=False, timeout=60)
    assert json.loads(result.stdout)["noted"] is False
    assert logs(home) == [long_ago(0)]
