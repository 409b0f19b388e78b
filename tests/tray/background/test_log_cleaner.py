"""Cleaning up logs while the tray runs: when, how often, and what is reported."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support.daily_logs import long_ago, make_home
from tests.support.scale import on_windows

from codemie_core import Home
from codemie_core.config.settings import Settings
from codemie_core.retention import Cleanup
from codemie_core.system.clock import DAY_SECONDS, Clock
from codemie_tray.background.clock.boot_timer import SuspendAwareTimer
from codemie_tray.background.log_cleaner import CleaningMessage, LogCleaner
from codemie_tray.background.messages import CleaningBegan, CleaningEnded, CleaningProgressed, LogsCounted
from codemie_tray.background.schedule import EXPIRY_PAUSE_SECONDS, Schedule
from codemie_tray.text.amounts import amount, counted
from codemie_tray.view.state import LogsCleaning, LogsFound, LogsNow


class Machine:
    def __init__(self) -> None:
        self.wall, self.running = 1_795_000_000.0, 50.0

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.wall, lambda: self.running, lambda: "boot")

    def after(self, seconds: float) -> None:
        self.wall += seconds
        self.running += seconds


# ---- the schedule -----------------------------------------------------------------


def test_a_cleanup_is_due_at_start_and_a_day_later_asleep_or_awake() -> None:
    machine = Machine()
    schedule = Schedule(machine.clock)
    assert schedule.cleaning_is_due()
    schedule.cleaning_begins()
    assert not schedule.cleaning_is_due()
    machine.after(DAY_SECONDS - 1)
    assert not schedule.cleaning_is_due()
    machine.after(1)
    assert schedule.cleaning_is_due()


def test_a_hundred_changes_share_one_scan() -> None:
    machine = Machine()
    schedule = Schedule(machine.clock)
    schedule.cleaning_begins()
    assert schedule.next_seconds == machine.running + DAY_SECONDS
    schedule.something_changed()
    due = schedule.next_seconds
    assert due - machine.running < 1
    for _ in range(99):
        machine.after(0.001)
        schedule.something_changed()
    assert schedule.next_seconds == due
    machine.after(1)
    assert schedule.look_is_due()
    schedule.looked(took_seconds=0.01, next_expiry_seconds=None)
    assert not schedule.look_is_due()


def test_a_long_scan_is_not_repeated_immediately() -> None:
    machine = Machine()
    schedule = Schedule(machine.clock)
    schedule.cleaning_begins()
    schedule.looked(took_seconds=2, next_expiry_seconds=None)
    schedule.something_changed()
    assert schedule.next_seconds - machine.running == 40


def test_the_next_scan_is_when_the_next_file_becomes_old_but_not_every_minute() -> None:
    machine = Machine()
    schedule = Schedule(machine.clock)
    schedule.cleaning_begins()
    schedule.looked(took_seconds=0.01, next_expiry_seconds=machine.wall + 5 * 3600)
    assert schedule.next_seconds - machine.running == 5 * 3600
    schedule.looked(took_seconds=0.01, next_expiry_seconds=machine.wall + 5)
    assert schedule.next_seconds - machine.running == EXPIRY_PAUSE_SECONDS


# ---- the alarm --------------------------------------------------------------------


@pytest.fixture
def alarm() -> Iterator[SuspendAwareTimer]:
    alarm = SuspendAwareTimer(Clock())
    yield alarm
    alarm.close()


def test_the_timer_ends_a_wait_on_time(alarm: SuspendAwareTimer) -> None:
    began = time.monotonic()
    alarm.wait_until(Clock().running_seconds() + 0.2)
    assert time.monotonic() - began >= 0.19
    alarm.wait_until(Clock().running_seconds() - 5)


def test_waking_the_timer_ends_the_current_or_the_next_wait(alarm: SuspendAwareTimer) -> None:
    threading.Timer(0.1, alarm.wake).start()
    began = time.monotonic()
    alarm.wait_until(Clock().running_seconds() + 600)
    alarm.wake()
    alarm.wake()
    alarm.wait_until(None)
    assert time.monotonic() - began < 60


@pytest.mark.skipif(sys.platform != "linux", reason="Linux")
def test_on_linux_the_timer_includes_time_asleep(alarm: SuspendAwareTimer) -> None:
    assert alarm._timer is not None
    with open(f"/proc/self/fdinfo/{alarm._timer}", encoding="ascii") as file:
        fields = dict(line.split(":", 1) for line in file if ":" in line)
    assert fields["clockid"].strip() == "7", "CLOCK_BOOTTIME"


def test_without_such_a_timer_time_asleep_is_detected_within_one_slice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("codemie_tray.background.clock.boot_timer._boottime_timer", lambda: None)
    monkeypatch.setattr("codemie_tray.background.clock.boot_timer.SLICE_SECONDS", 0.05)
    asleep_seconds = 0.0
    alarm = SuspendAwareTimer(Clock(running_seconds=lambda: time.monotonic() + asleep_seconds))
    waiting = threading.Thread(target=alarm.wait_until, args=[time.monotonic() + DAY_SECONDS], daemon=True)
    waiting.start()
    waiting.join(0.2)
    assert waiting.is_alive()
    asleep_seconds = DAY_SECONDS
    waiting.join(60)
    assert not waiting.is_alive()
    alarm.close()


KEPT, OLD = long_ago(10_000), long_ago(10_001)

# ---- the cleaner ------------------------------------------------------------------


class Kept:
    """A cleaner, and the effect of its messages on the menu."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.shown: list[LogsNow | None] = []
        self.finished: list[Cleanup] = []
        self.cleaning: list[bool] = []
        self.stop_after: int | None = None
        self.settings = Settings()
        self.cleaner = LogCleaner(home, self._take, settings=lambda: self.settings)

    @property
    def now(self) -> LogsNow | None:
        return self.shown[-1] if self.shown else None

    def _take(self, message: CleaningMessage) -> None:
        match message:
            case LogsCounted(found):
                self.shown.append(found)
            case CleaningProgressed(progress):
                self.shown.append(progress)
                if self.stop_after is not None and progress.done > self.stop_after:
                    self.cleaner.stop_cleaning()
            case CleaningBegan():
                self.cleaning.append(True)
            case CleaningEnded(result):
                self.cleaning.append(False)
                if result is not None:
                    self.finished.append(result)

    def until(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < end, (self.shown, self.finished)
            time.sleep(0.005)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(Home(str(tmp_path)))
    os.makedirs(kept.home.logs)
    make_home(kept.home.path)
    add(kept.home, KEPT, age_days=1)
    yield kept
    kept.cleaner.stop()


def add(home: Home, name: str, *, age_days: float, size: int = 10) -> None:
    path = Path(home.logs, name)
    path.write_bytes(b"x" * size)
    os.utime(path, (time.time() - age_days * DAY_SECONDS,) * 2)


def test_the_cleaner_runs_at_start_and_reports_that_all_is_clean(kept: Kept) -> None:
    add(kept.home, OLD, age_days=6)
    kept.cleaner.start()
    kept.until(lambda: kept.now == LogsFound(0, 0))
    assert os.listdir(kept.home.logs) == [KEPT]
    assert kept.finished == [], "no one requested it"


def test_the_numbers_follow_the_folder_and_a_click_cleans(kept: Kept) -> None:
    kept.cleaner.start()
    kept.until(lambda: kept.now == LogsFound(0, 0))
    add(kept.home, OLD, age_days=6, size=1234)
    kept.cleaner.look_again()
    kept.until(lambda: kept.now == LogsFound(1, 1234))
    kept.cleaner.clean_now()
    kept.until(lambda: bool(kept.finished))
    assert (kept.finished[0].files, kept.now) == (1, LogsFound(0, 0))


def test_a_click_removes_the_counted_logs_and_only_the_daily_run_removes_sessions(kept: Kept) -> None:
    names = [f"completed_3f2b8c1e-1d2a-4c55-9b7e-0a1b2c3d4e{number:02}.json" for number in range(2)]
    for name, age_days in zip(names, (40, 1), strict=True):
        path = Path(kept.home.sessions, name)
        path.parent.mkdir(exist_ok=True)
        path.write_text("{}")
        os.utime(path, (time.time() - age_days * DAY_SECONDS,) * 2)
    kept.cleaner.start()
    kept.until(lambda: kept.now == LogsFound(0, 0))
    kept.settings = Settings(session_retention_days=30)
    add(kept.home, OLD, age_days=6)
    kept.cleaner.look_again()
    kept.until(lambda: kept.now == LogsFound(1, 10))
    kept.cleaner.clean_now()
    kept.until(lambda: bool(kept.finished))
    assert (kept.finished[0].files, kept.finished[0].sessions) == (1, 0)
    assert sorted(os.listdir(kept.home.sessions)) == sorted(names)
    kept.cleaner.stop()
    again = Kept(kept.home)
    again.settings = kept.settings
    again.cleaner.start()  # as on the next day
    try:
        again.until(lambda: os.listdir(kept.home.sessions) == [names[1]])
    finally:
        again.cleaner.stop()


def test_a_new_retention_applies_from_the_next_scan(kept: Kept) -> None:
    kept.cleaner.start()
    kept.until(lambda: kept.now == LogsFound(0, 0))
    add(kept.home, OLD, age_days=3)
    kept.settings = Settings(log_retention_days=2)
    kept.cleaner.look_again()
    kept.until(lambda: kept.now == LogsFound(1, 10))


def test_a_long_cleanup_shows_progress_and_can_be_stopped(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("codemie_tray.background.log_cleaner.QUICK_SECONDS", 0.0)
    monkeypatch.setattr("codemie_tray.background.log_cleaner.PROGRESS_PAUSE_SECONDS", 0.0)
    kept.cleaner.start()
    kept.until(lambda: kept.now == LogsFound(0, 0))
    total = on_windows(2000, 6000)
    for number in range(total):
        add(kept.home, long_ago(number), age_days=6)
    kept.stop_after = total // 6
    kept.cleaner.clean_now()
    kept.until(lambda: bool(kept.finished))
    assert kept.finished[0].stopped
    left = len(os.listdir(kept.home.logs)) - 1
    assert 0 < left < total - total // 6
    assert kept.now == LogsFound(left, left * 10)
    steps = [now.done for now in kept.shown if isinstance(now, LogsCleaning)]
    assert steps == sorted(steps)
    assert len(steps) > 1


def test_an_automatic_run_that_would_remove_everything_is_held_back_and_the_numbers_stay(
    tmp_path: Path,
) -> None:
    kept = Kept(Home(str(tmp_path)))
    os.makedirs(kept.home.logs)
    make_home(kept.home.path)
    add(kept.home, OLD, age_days=6)
    kept.cleaner.start()
    try:
        kept.until(lambda: kept.now == LogsFound(1, 10))
        assert os.listdir(kept.home.logs) == [OLD]
        kept.cleaner.clean_now()
        kept.until(lambda: kept.now == LogsFound(0, 0))
    finally:
        kept.cleaner.stop()
    assert os.listdir(kept.home.logs) == []


def test_sizes_and_counts_are_readable() -> None:
    sizes = (0, 1, 999, 1000, 96_000, 999_499, 999_500, 1_400_000, 12_000_000, 3_210_000_000, 10**15)
    assert [amount(size) for size in sizes] == [
        "0 bytes",
        "1 byte",
        "999 bytes",
        "1 kB",
        "96 kB",
        "999 kB",
        "1.0 MB",
        "1.4 MB",
        "12 MB",
        "3.2 GB",
        "1,000 TB",
    ]
    assert [counted(n, "file") for n in (0, 1, 34_000)] == ["0 files", "1 file", "34,000 files"]


_SHORT_DAY = """
import sys, time
from codemie_tray.background import log_cleaner, schedule
from codemie_core import Home
from codemie_core.config.settings import Settings
schedule.DAY_SECONDS = float(sys.argv[2])
keeper = log_cleaner.LogCleaner(Home(sys.argv[1]), lambda message: None, settings=Settings)
keeper.start()
keeper.first_run_done.wait()
print("cleaned", flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="stops a process by a signal")
def test_a_tray_that_was_suspended_when_it_was_due_cleans_as_soon_as_it_resumes(tmp_path: Path) -> None:
    """A stopped process stands in for a sleep; its day is two seconds long."""
    home = Home(str(tmp_path))
    os.makedirs(home.logs)
    make_home(home.path)
    Path(home.logs, KEPT).touch()
    with subprocess.Popen(
        [sys.executable, "-c", _SHORT_DAY, home.path, "2"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "cleaned\n"
            process.send_signal(signal.SIGSTOP)
            old = Path(home.logs, "debug-2026-01-01.log")
            old.touch()
            os.utime(old, (1_770_000_000, 1_770_000_000))
            time.sleep(2.5)
            assert old.exists()
            process.send_signal(signal.SIGCONT)
            deadline = time.monotonic() + 60
            while old.exists():
                assert time.monotonic() < deadline
                time.sleep(0.01)
        finally:
            process.kill()
