"""Two sessions on one home: a tray in each, and one of them does the shared duties."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from tests.support.processes.wake_ups import wake_ups_at_rest
from tests.tray.platforms.linux.private_bus import PrivateBus
from tests.tray.platforms.linux.started import Started, started, until
from tests.tray.platforms.linux.stub_host import NOTIFICATIONS, WATCHER, Row, StubHost

from codemie_core import Home
from codemie_core.system.desktop_session import host_key, session_key
from codemie_tray.app.lifecycle.duty import Duty
from codemie_tray.app.lifecycle.single_instance import FORGOTTEN_SECONDS, SingleInstance

__all__ = ["started"]

if not sys.platform.startswith("linux"):
    pytest.skip("sessions as Linux has them", allow_module_level=True)

TWO = '{"activeProfile": "work", "profiles": {"work": {"provider": "sso"}, "personal": {"provider": "sso"}}}'


class Screen:
    """A separate session: a bus with a panel."""

    def __init__(self) -> None:
        self.bus = PrivateBus()
        self.bus.start()
        self.host = StubHost(self.bus.address)
        self.host.take(WATCHER)
        self.host.take(NOTIFICATIONS)

    def end(self) -> None:
        self.host.close()
        self.bus.remove()

    def row(self, name: str) -> Row | None:
        return next((row for row in self.host.menu().all() if row.label.startswith(name)), None)

    def marked(self, name: str) -> bool:
        row = self.row(name)
        return row is not None and row.properties.get("toggle-state") == 1


@pytest.fixture
def screens() -> Iterator[tuple[Screen, Screen]]:
    made = Screen(), Screen()
    yield made
    for screen in made:
        screen.end()


def use(started: Started, tokens: int, session: str) -> None:
    """Write the record of a turn."""
    folder = started.home / ".session-claude"
    folder.mkdir(exist_ok=True)
    record = {
        "timestamp": int(time.time() * 1000),
        "sessionId": session,
        "tokensUsed": tokens,
        "model": "m",
    }
    with (folder / "metrics.jsonl").open("a") as file:
        file.write(json.dumps(record) + "\n")


def stop(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0


def test_each_session_has_a_tray_and_both_follow_the_one_home(
    started: Started, screens: tuple[Screen, Screen]
) -> None:
    (started.home / "config.json").write_text(TWO)
    for screen in screens:
        process = started.start("--verbose", bus=screen.bus.address)
        screen.host.properties()
        assert process.poll() is None
    one, other = screens
    row = one.row("personal")
    assert row is not None
    one.host.click(row.number)
    for screen in screens:
        until(partial(screen.marked, "personal"), started)
    assert json.loads((started.home / "config.json").read_text())["activeProfile"] == "personal"
    second = started.start(bus=other.bus.address)
    _, said = second.communicate(timeout=60)
    assert (second.returncode, "it was asked to show itself" in said) == (0, True)
    until(lambda: any("is running" in call[3] for call in other.host.notifications), started)
    assert not any("is running" in call[3] for call in one.host.notifications)
    assert not list((started.home / "tray").glob("*.tmp*"))


@pytest.mark.parametrize("how", ["ended", "killed"])
def test_one_tray_cleans_and_counts_and_the_other_shows_it_and_takes_over(
    started: Started, screens: tuple[Screen, Screen], how: str
) -> None:
    one, other = screens
    use(started, 100, "s1")
    started.young_log()
    first = started.start("--verbose", bus=one.bus.address)
    one.host.properties()
    until((started.home / "tray" / "usage-today.json").exists, started)
    second = started.start("--verbose", bus=other.bus.address)
    other.host.properties()
    until(lambda: "Another session's tray cleans up and counts" in started.log(), started)
    until(lambda: other.row("Today: 100 tokens"), started)
    old = started.old_log()
    until(lambda: other.row("Clean up logs now (1 file"), started)  # it shows the logs and removes nothing
    time.sleep(0.3)
    assert old.exists()
    assert second.poll() is None
    if how == "ended":
        stop(first)
    else:
        first.kill()
        first.wait()
    until(lambda: "this one cleans up and counts from now on" in started.log(), started)
    until(lambda: not old.exists(), started)
    use(started, 11, "s2")
    until(lambda: other.row("Today: 111 tokens"), started)
    stop(second)


def test_a_tray_that_waits_for_the_other_never_wakes_up(
    started: Started, screens: tuple[Screen, Screen]
) -> None:
    for screen in screens:
        process = started.start("--background", bus=screen.bus.address)
        screen.host.properties()
    until(lambda: "Another session's tray" in started.log(), started)
    assert wake_ups_at_rest(process.pid) == 0


def test_a_crash_in_an_ended_session_is_reported_by_the_next_start_in_any_session(
    started: Started, screens: tuple[Screen, Screen]
) -> None:
    one, other = screens
    crashed = started.start("--background", bus=one.bus.address)
    one.host.properties()
    crashed.kill()
    crashed.wait()
    running = started.start("--background", bus=other.bus.address)
    other.host.properties()
    until(lambda: other.row("The last run"), started)
    assert len(list((started.home / "tray").glob("running-*.json"))) == 1
    third = Screen()
    try:  # a running one has not crashed
        started.start("--background", bus=third.bus.address)
        third.host.properties()
        until(partial(third.row, "work"), started)
        assert third.row("The last run") is None
        assert running.poll() is None
    finally:
        third.end()


def test_a_session_is_identified_by_its_bus_however_the_address_is_written() -> None:
    named = session_key({"DBUS_SESSION_BUS_ADDRESS": "unix:path=/run/user/7/bus,guid=0123456789abcdef"})
    assert named == session_key({"XDG_RUNTIME_DIR": "/run/user/7"})
    assert named != session_key({"XDG_RUNTIME_DIR": "/run/user/8"})
    assert named == session_key({"XDG_RUNTIME_DIR": "/run/user/7", "XDG_SESSION_ID": "3", "DISPLAY": ":5"})
    assert len(host_key()) == 8


def test_another_machine_with_the_same_home_has_a_tray_of_its_own(tmp_path: Path) -> None:
    home = Home(str(tmp_path))
    here, there = (SingleInstance(home, host=host, session="0" * 8) for host in ("a" * 8, "b" * 8))
    assert here.claim()
    assert there.claim()
    assert list(here.others()) == []  # leftovers of another machine are ignored
    here.release()
    there.release()


def test_leftovers_of_ended_sessions_are_removed(tmp_path: Path) -> None:
    home = Home(str(tmp_path))
    ours = SingleInstance(home)
    old, new, running = (SingleInstance(home, session=digit * 8) for digit in "012")
    for instance in (old, new, running):
        assert instance.claim()
    for instance in (old, new):
        instance.release()
    for session in "02":
        path = home.join("tray", f"instance-{host_key()}-{session * 8}.lock")
        os.utime(path, (time.time() - 2 * FORGOTTEN_SECONDS,) * 2)
    assert ours.claim()
    for other in ours.others():
        other.forget_if_old()
    left = sorted(name[18:26] for name in os.listdir(home.tray) if name.startswith("instance-"))
    assert left == sorted(["1" * 8, "2" * 8, session_key()])
    ours.release()
    running.release()


def waits_for(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + 5
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


def test_the_duty_passes_to_the_next_tray_but_not_to_a_stopped_one(tmp_path: Path) -> None:
    home = Home(str(tmp_path))
    taken: list[str] = []
    first, second, third = (Duty(home, partial(taken.append, name)) for name in "abc")
    for duty in (first, second, third):
        duty.start()
    assert [duty.is_ours for duty in (first, second, third)] == [True, False, False]
    second.stop()
    first.stop()
    assert waits_for(lambda: third.is_ours)
    assert taken == ["c"]
    assert not first.is_ours
    assert not second.is_ours
    third.stop()
