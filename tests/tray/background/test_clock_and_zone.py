"""When the clock is set or the time zone changes, everything due at a time of day is computed again."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from codemie_core import Home
from codemie_core.config.settings import Settings
from codemie_core.retention import Cleanup
from codemie_core.system.clock import DAY_SECONDS, Clock
from codemie_tray.background.clock import clock_step
from codemie_tray.background.clock.boot_timer import SuspendAwareTimer
from codemie_tray.background.clock.clock_step import STEP_SECONDS, ClockStep
from codemie_tray.background.log_cleaner import LogCleaner
from codemie_tray.background.messages import CleaningEnded, LogsCounted, UsageCounted
from codemie_tray.background.usage import usage_today
from codemie_tray.background.usage.usage_today import UsageTodayCounter
from codemie_tray.view.state import LogsFound, UsageToday

NOW = 1_795_000_000.0
YEAR = 365 * DAY_SECONDS


class Machine:
    """A wall clock that can be set; a pipe stands in for the kernel's descriptor that reports it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.offset = NOW - Clock().running_seconds()
        self.clock = Clock(lambda: self.offset + Clock().running_seconds(), Clock().running_seconds)
        self._ends: list[int] = []
        self._lock = threading.Lock()
        monkeypatch.setattr(clock_step, "clock_set_descriptor", self._descriptor)
        monkeypatch.setattr(clock_step, "rearm", lambda fd: os.read(fd, 1))

    def _descriptor(self) -> int:
        read, write = os.pipe()
        with self._lock:
            self._ends.append(write)
        return read

    def set_clock(self, by_seconds: float) -> None:
        self.offset += by_seconds
        for end in self._ends:
            os.write(end, b"x")

    def close(self) -> None:
        for end in self._ends:
            os.close(end)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    if sys.platform != "linux":
        pytest.skip("only Linux has a descriptor that tells when the clock is set")
    machine = Machine(monkeypatch)
    before = set(threading.enumerate())
    yield machine
    for thread in set(threading.enumerate()) - before:
        thread.join(60)
    machine.close()


def test_a_wait_ends_when_the_clock_is_set(machine: Machine) -> None:
    alarm = SuspendAwareTimer(machine.clock)
    for by_seconds in (YEAR, -2 * YEAR):
        threading.Timer(0.1, machine.set_clock, (by_seconds,)).start()
        began = time.monotonic()
        alarm.wait_until(machine.clock.running_seconds() + 600)
        assert 0.05 < time.monotonic() - began < 60
    alarm.close()


def test_a_small_correction_does_not_end_a_wait(machine: Machine) -> None:
    alarm = SuspendAwareTimer(machine.clock)
    threading.Timer(0.1, machine.set_clock, (STEP_SECONDS / 2,)).start()
    began = time.monotonic()
    alarm.wait_until(machine.clock.running_seconds() + 0.5)
    assert time.monotonic() - began >= 0.49
    alarm.close()


def test_without_a_signal_from_the_system_the_clocks_are_compared_after_each_slice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(clock_step, "clock_set_descriptor", lambda: None)
    monkeypatch.setattr("codemie_tray.background.clock.boot_timer._boottime_timer", lambda: None)
    monkeypatch.setattr("codemie_tray.background.clock.boot_timer.SLICE_SECONDS", 0.05)
    ahead = [0.0]
    alarm = SuspendAwareTimer(Clock(lambda: time.time() + ahead[0]))
    threading.Timer(0.1, lambda: ahead.__setitem__(0, YEAR)).start()
    began = time.monotonic()
    alarm.wait_until(Clock().running_seconds() + 600)
    assert time.monotonic() - began < 60
    alarm.close()


@pytest.mark.parametrize("by_seconds", [YEAR, -YEAR, 2 * DAY_SECONDS, -DAY_SECONDS])
def test_today_is_counted_again_when_the_clock_is_set_to_another_day(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, by_seconds: float
) -> None:
    monkeypatch.setattr(usage_today, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(usage_today, "GATHER_SECONDS", 0.0)
    received: queue.Queue[UsageToday] = queue.Queue()

    def take(message: UsageCounted) -> None:
        received.put(message.today)

    counter = UsageTodayCounter(
        Home(str(tmp_path)),
        take,
        count=lambda _home: UsageToday(int(machine.clock.wall_seconds() // 1000), 0, 0),
        clock=machine.clock,
    )
    counter.start()
    try:
        first = received.get(timeout=60).tokens
        time.sleep(0.2)
        assert received.empty()
        machine.set_clock(by_seconds)
        assert abs(received.get(timeout=60).tokens - first - by_seconds / 1000) <= 2
        machine.set_clock(120)
        time.sleep(0.3)
        assert received.empty(), "it is still the same day"
    finally:
        counter.stop()


def log_of(home: Home, name: str, mtime: float) -> Path:
    path = Path(home.logs, name)
    path.parent.mkdir(exist_ok=True)
    path.write_text("x")
    os.utime(path, (mtime, mtime))
    return path


def test_old_logs_are_determined_again_when_the_clock_is_set(machine: Machine, home: Home) -> None:
    config = '{"activeProfile": "a", "profiles": {"a": {"provider": "x"}}}'
    Path(home.path, "config.json").write_text(config)  # a folder that is not a home is left alone
    machine.offset -= 10 * YEAR  # the clock of a machine with an empty battery
    log = log_of(home, "debug-2026-11-01.log", NOW - 10 * DAY_SECONDS)
    log_of(home, "debug-2026-11-18.log", NOW)
    seen: queue.Queue[object] = queue.Queue()
    ended: queue.Queue[Cleanup] = queue.Queue()

    def take(message: object) -> None:
        if isinstance(message, LogsCounted):
            seen.put(message.found)
        elif isinstance(message, CleaningEnded) and message.asked_for:
            ended.put(message.asked_for)

    cleaner = LogCleaner(home, take, settings=Settings, clock=machine.clock)
    cleaner.start()
    try:
        assert seen.get(timeout=60) == LogsFound(0, 0)
        machine.set_clock(10 * YEAR)  # by the network
        assert seen.get(timeout=60) == LogsFound(1, 1)
        assert log.exists(), "right after a jump, nothing is removed automatically"
        cleaner.clean_now()
        assert ended.get(timeout=60).files == 1
    finally:
        cleaner.stop()


def test_a_clock_step_is_reported_once(machine: Machine) -> None:
    step = ClockStep(machine.clock)
    assert not step.happened()
    machine.offset += STEP_SECONDS + 1
    assert step.happened()
    assert not step.happened()


if sys.platform == "linux":

    def test_the_kernel_reports_a_clock_change_and_is_silent_until_then() -> None:
        fd = clock_step.clock_set_descriptor()
        assert fd is not None
        with open(f"/proc/self/fdinfo/{fd}", encoding="ascii") as file:
            info = dict(line.split(":", 1) for line in file if ":" in line)
        assert info["clockid"].strip() == "0"
        assert int(info["settime flags"].strip(), 8) == 3  # absolute, and cancelled when the clock is set
        with pytest.raises(BlockingIOError):
            os.read(fd, 8)
        clock_step.rearm(fd)
        os.close(fd)

    from tests.tray.platforms.linux.namespaces import MOUNTS, options_for, run_apart

    _ZONES = """
import os, queue, shutil, subprocess, sys, time
from codemie_core import Home
from codemie_tray.background.usage import usage_today
from codemie_tray.background.clock.time_zone import TimeZone
from codemie_tray.background.usage.usage_today import UsageTodayCounter
from codemie_tray.background.watch.changes import FilesChanged, Watched
from codemie_tray.background.watch.watcher import Watcher
usage_today.PAUSE_SECONDS = usage_today.GATHER_SECONDS = 0.0
etc, how = sys.argv[1:]
zones = "/usr/share/zoneinfo/"
os.makedirs(etc)
os.symlink(zones + "Etc/UTC", os.path.join(etc, "localtime"))
subprocess.run(["mount", "--bind", etc, "/etc"], check=True)
os.environ.pop("TZ", None)
time.tzset()
other = "Pacific/Kiritimati" if time.gmtime().tm_hour >= 10 else "Etc/GMT+12"
zone, received = TimeZone(), queue.Queue()
def day():
    return time.strftime("%Y-%m-%d")
counter = UsageTodayCounter(Home(etc), lambda message: received.put(message.today), count=lambda home: day())
def changed():
    # As the tray does: what is watched only now may have changed a moment before.
    again = True
    while again:
        if zone.follow():
            counter.look()
        again = watcher.rearm()
zone_changed = FilesChanged(Watched.TIME_ZONE)
def hear(change):
    if change == zone_changed:
        changed()
watcher = Watcher(Home(os.path.join(etc, "no-home")), hear, {zone.watched[0]: zone_changed})
watcher.start()
counter.start()
before = received.get(timeout=60)
assert before == time.strftime("%Y-%m-%d", time.gmtime()), before
open("/etc/beside", "w").close()
time.sleep(0.3)
assert received.empty()
def turn(name):
    new = "/etc/localtime.new"
    if how == "copy":
        shutil.copy(zones + name, new)
    else:
        os.symlink(zones + name, new)
    os.rename(new, "/etc/localtime")
seconds = []
for name in [other, "Etc/UTC"] * 3:
    turn(name)
    began = time.monotonic()
    after = received.get(timeout=60)
    seconds.append(time.monotonic() - began)
    assert (after == before) is (name == "Etc/UTC"), after
counter.stop()
watcher.stop()
# Each is followed, however busy the machine is; how fast we are shows where it left us alone.
assert min(seconds) < 1, seconds
print("followed")
"""

    @pytest.mark.parametrize("how", ["link", "copy"])
    def test_a_new_time_zone_of_the_machine_changes_the_day_within_a_second(tmp_path: Path, how: str) -> None:
        if not os.path.exists("/usr/share/zoneinfo/Pacific/Kiritimati"):
            pytest.skip("not installed: tzdata")
        said = run_apart(_ZONES, str(tmp_path / "etc"), how, options=options_for(MOUNTS), seconds=170)
        assert said == "followed\n"


def test_a_time_zone_from_the_environment_is_not_followed() -> None:
    code = "from codemie_tray.background.clock.time_zone import TimeZone; print(TimeZone().watched)"
    for chosen, expected in (("Europe/Berlin", "()"), (None, "('/etc/localtime',)")):
        if chosen is None and sys.platform == "win32":
            continue
        environ = {name: value for name, value in os.environ.items() if name != "TZ"}
        environ |= {"PYTHONPATH": os.pathsep.join(sys.path)} | ({"TZ": chosen} if chosen else {})
        done = subprocess.run(
            [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == expected
