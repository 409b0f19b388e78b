"""Hosts and buses that start late, disappear, return or stay away."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence

import pytest
from tests.support.waiting import until
from tests.tray.platforms.linux.conftest import StartTray
from tests.tray.platforms.linux.private_bus import PrivateBus
from tests.tray.platforms.linux.running_tray import RunningTray
from tests.tray.platforms.linux.stub_host import NOTIFICATIONS, WATCHER, StubHost
from tests.tray.tray_icon.views import a_view

from codemie_tray.desktop.tray_host import advice, this_system
from codemie_tray.tray_icon.backend import TrayUnavailable
from codemie_tray.tray_icon.linux.dbus.outage import Patience
from codemie_tray.view.actions import Do

QUICK = Patience(first_seconds=0.05, longest_seconds=0.1, total_seconds=10)


def test_the_item_registers_under_its_own_name(host: StubHost, start_tray: StartTray) -> None:
    start_tray()
    service, sender = until(lambda: host.registered)[0]
    assert service == f"org.kde.StatusNotifierItem-{os.getpid()}-1"
    assert host.owner(service) == sender


def test_the_item_registers_even_if_its_name_is_taken(host: StubHost, start_tray: StartTray) -> None:
    host.take(f"org.kde.StatusNotifierItem-{os.getpid()}-1")
    start_tray()
    assert host.row("work").properties["toggle-state"] == 1
    assert host.registered[0][0] == "/StatusNotifierItem"


def test_the_tray_may_start_before_any_host(
    bare_host: StubHost, start_tray: StartTray, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    tray = start_tray()
    assert tray.ready.wait(60)
    until(lambda: "no tray host yet" in caplog.text)
    assert bare_host.registered == []
    bare_host.take(WATCHER)
    assert bare_host.row("work").properties["toggle-state"] == 1
    assert len(bare_host.registered) == 1


def test_a_host_that_never_answers_blocks_nothing(host: StubHost, start_tray: StartTray) -> None:
    host.answers_registration = False
    tray = start_tray()
    assert tray.ready.wait(60)
    host.click(host.row("Quit").number)
    assert until(lambda: tray.actions) == [Do.QUIT]


def test_the_icon_returns_after_each_of_100_host_restarts(host: StubHost, start_tray: StartTray) -> None:
    tray = start_tray()
    until(lambda: host.registered)
    descriptors = len(os.listdir("/proc/self/fd"))
    for restart in range(2, 102):
        host.give_up(WATCHER)
        host.take(WATCHER)
        _until_count(host.registered, restart)
    host.click(host.row("Quit").number)
    assert until(lambda: tray.actions) == [Do.QUIT]
    assert len(host.registered) == 101
    assert len(os.listdir("/proc/self/fd")) == descriptors


def test_a_host_that_did_not_read_the_icon_is_offered_it_again(host: StubHost, start_tray: StartTray) -> None:
    start_tray(patience=Patience(host_seconds=0.2))
    _until_count(host.registered, 2)
    first, second = (service for service, _ in host.registered)
    assert first != second
    assert host.owner(second)
    assert not host.owner(first)
    host.properties()
    time.sleep(0.5)
    assert len(host.registered) == 2


def test_a_host_that_read_the_icon_is_not_offered_it_again(host: StubHost, start_tray: StartTray) -> None:
    start_tray(patience=Patience(host_seconds=0.3))
    host.properties()
    time.sleep(0.8)
    assert len(host.registered) == 1


@pytest.mark.parametrize("spelling", ["{}", "{}/StatusNotifierItem", "{}@/StatusNotifierItem"])
def test_a_host_that_drops_the_icon_is_offered_it_again(
    host: StubHost, start_tray: StartTray, spelling: str
) -> None:
    start_tray(patience=Patience(host_seconds=0.1))
    host.properties()
    (first, _), *_ = host.registered
    host.drop(spelling.format(first))
    _until_count(host.registered, 2)
    second, _ = host.registered[1]
    assert second != first
    assert host.owner(second)


def test_a_host_that_drops_another_icon_is_not_offered_ours_again(
    host: StubHost, start_tray: StartTray
) -> None:
    start_tray(patience=Patience(host_seconds=0.1))
    host.properties()
    (first, _), *_ = host.registered
    for other in (f"{first}0", "org.kde.StatusNotifierItem-1-1", ""):
        host.drop(other)
    time.sleep(0.4)
    assert len(host.registered) == 1


def test_a_host_that_never_reads_the_icon_is_offered_it_three_times_per_start(
    host: StubHost, start_tray: StartTray
) -> None:
    start_tray(patience=Patience(host_seconds=0.1))
    for times in (3, 6):
        _until_count(host.registered, times)
        time.sleep(0.4)
        assert len(host.registered) == times
        host.give_up(WATCHER)
        host.take(WATCHER)


def test_with_a_watcher_but_no_host_the_icon_waits(host: StubHost, start_tray: StartTray) -> None:
    host.has_host = False
    start_tray(patience=Patience(host_seconds=0.1))
    until(lambda: host.registered)
    time.sleep(0.4)
    assert len(host.registered) == 1
    host.announce_host()
    _until_count(host.registered, 2)


def test_a_forged_bus_signal_is_ignored(host: StubHost, start_tray: StartTray) -> None:
    start_tray()
    until(lambda: host.registered)
    destination = host.item
    for body in ((WATCHER, "", ":1.1"), (WATCHER,)):
        subprocess.run(
            [
                "dbus-send",
                "--type=signal",
                f"--dest={destination}",
                "/org/freedesktop/DBus",
                "org.freedesktop.DBus.NameOwnerChanged",
                *(f"string:{part}" for part in body),
            ],
            check=True,
            timeout=60,
        )
    host.ping()
    assert len(host.registered) == 1


def test_a_restarted_bus_is_used_again(bus: PrivateBus, start_tray: StartTray) -> None:
    tray = start_tray(patience=QUICK)

    def is_there(host: StubHost, profile: str) -> None:
        host.take(WATCHER)
        host.take(NOTIFICATIONS)
        until(lambda: host.row(profile).properties["toggle-state"] == 1)
        tray.icon.notify("Here", "again")
        until(lambda: host.notifications)
        clicks = len(tray.actions)
        host.click(host.row("Quit").number)
        _until_count(tray.actions, clicks + 1)

    profile = "work"
    for number in range(1, 6):
        host = StubHost(bus.address)
        try:
            is_there(host, profile)
        finally:
            bus.stop()
            host.close()
        # A view shown without a bus is what the new bus sees.
        profile = f"profile{number}"
        tray.icon.show(a_view(profile, profiles=("work", profile)))
        bus.start()
    assert tray.error is None


def test_a_missing_bus_is_reported_immediately(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for environ, words in (
        ({}, "DBUS_SESSION_BUS_ADDRESS is not set, and XDG_RUNTIME_DIR names no absolute path"),
        ({"XDG_RUNTIME_DIR": "run"}, "XDG_RUNTIME_DIR names no absolute path"),
        ({"XDG_RUNTIME_DIR": str(tmp_path)}, "bus: No such file or directory"),
        ({"DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/gone"}, "gone: No such file or directory"),
        ({"DBUS_SESSION_BUS_ADDRESS": "unix:abstract=/nobody/here"}, "@/nobody/here: Connection refused"),
        ({"DBUS_SESSION_BUS_ADDRESS": "tcp:host=localhost,port=1"}, "can't be used"),
        ({"DBUS_SESSION_BUS_ADDRESS": "nonsense"}, "can't be used"),
        ({"DBUS_SESSION_BUS_ADDRESS": "autolaunch:"}, "can't be used"),
    ):
        for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        began = time.monotonic()
        with pytest.raises(TrayUnavailable, match=r"The tray can't be shown: .*session bus") as raised:
            RunningTray(a_view()).icon.run(lambda: None)
        assert words in str(raised.value)
        assert time.monotonic() - began < 8, "it waited for a bus that can't come"


def test_something_else_at_the_bus_address_is_not_a_bus(monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform == "win32":
        pytest.skip("StatusNotifierItem is for Linux")
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"{folder}/s")
        listening.listen()

        def talk() -> None:
            peer, _ = listening.accept()
            with peer:
                peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                peer.recv(1000)

        talker = threading.Thread(target=talk)
        talker.start()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={folder}/s")
        with pytest.raises(TrayUnavailable):
            RunningTray(a_view()).icon.run(lambda: None)
        talker.join()


def test_a_bus_that_stays_away_ends_the_tray_with_a_message(
    bus: PrivateBus, start_tray: StartTray, caplog: pytest.LogCaptureFixture
) -> None:
    tray = start_tray(patience=Patience(first_seconds=0.05, longest_seconds=0.1, total_seconds=0.4))
    assert tray.ready.wait(60)
    with caplog.at_level(logging.WARNING):
        bus.stop()
        assert tray.join(60)
    assert "was lost" in caplog.text
    assert "session bus can't be reached" in str(tray.error)


def test_waiting_for_a_lost_bus_costs_a_few_wake_ups_and_ends_on_stop(
    bus: PrivateBus, start_tray: StartTray
) -> None:
    tray = start_tray(patience=Patience(first_seconds=0.25, longest_seconds=8, total_seconds=60))
    assert tray.ready.wait(60)
    bus.stop()
    time.sleep(0.1)
    before = _switches(os.getpid(), "tray")
    time.sleep(2)
    assert _switches(os.getpid(), "tray") - before <= 12  # 4 attempts in this time
    tray.icon.stop()
    assert tray.join(60)
    assert tray.error is None


def test_the_tray_ends_at_once_while_it_waits_for_the_bus(bus: PrivateBus, start_tray: StartTray) -> None:
    tray = start_tray(patience=Patience(first_seconds=300, longest_seconds=300, total_seconds=600))
    assert tray.ready.wait(60)
    bus.stop()
    time.sleep(0.5)
    tray.icon.stop()
    assert tray.join(60), "it waited for its next attempt"
    assert tray.error is None


def test_the_icon_disappears_when_stopped(host: StubHost, start_tray: StartTray) -> None:
    tray = start_tray()
    name = until(lambda: host.registered)[0][0]
    tray.icon.stop()
    tray.icon.stop()
    assert tray.join()
    assert tray.error is None
    until(lambda: not host.owner(name))
    tray.icon.show(a_view("personal"))
    tray.icon.notify("too late", "for anything")
    tray.icon.stop()


def test_a_stop_before_the_start_ends_the_icon_immediately(host: StubHost) -> None:
    tray = RunningTray(a_view())
    tray.icon.stop()
    tray.icon.run(tray.ready.set)
    assert host.registered == []


def test_a_view_shown_before_the_start_is_what_a_host_sees_first(
    host: StubHost, start_tray: StartTray
) -> None:
    tray = RunningTray(a_view())
    tray.icon.show(a_view("personal"))
    tray.start()
    try:
        assert until(lambda: host.row("personal").properties["toggle-state"]) == 1
        assert host.properties()["Title"] == "CodeMie: personal"
    finally:
        tray.end()


def test_views_shown_concurrently_result_in_one_complete_view(host: StubHost, start_tray: StartTray) -> None:
    tray = start_tray()

    def show(number: int) -> None:
        for turn in range(50):
            tray.icon.show(a_view(f"p{number}", profiles=tuple(f"p{n}" for n in range(turn % 7 + number))))

    threads = [threading.Thread(target=show, args=(number,)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tray.icon.show(a_view())
    until(lambda: host.properties()["Title"] == "CodeMie: work")
    assert [row.label for row in host.menu().rows[:4]] == ["work", "personal", "proxy", "More"]


_PROGRAM = """
import signal, sys
from codemie_tray.tray_icon import TrayIcon
from tests.tray.tray_icon.views import a_view
icon = TrayIcon("codemie-tray", a_view(), print)
signal.signal(signal.SIGTERM, lambda *_: icon.stop())
icon.run(lambda: None)
heavy = "keyring cryptography asyncio urllib http ssl sqlite3 tkinter subprocess gi Xlib xml email".split()
print("loaded:", *(name for name in heavy if name in sys.modules))
"""


@pytest.fixture
def process(bus: PrivateBus) -> subprocess.Popen[str]:
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen([sys.executable, "-c", _PROGRAM], env=environ, stdout=subprocess.PIPE, text=True)


def test_an_idle_tray_never_wakes_up_and_ends_cleanly_on_a_signal(
    process: subprocess.Popen[str], host: StubHost
) -> None:
    try:
        host.properties()
        host.menu()
        time.sleep(0.3)
        before = _switches(process.pid), _cpu_ticks(process.pid)
        time.sleep(3)
        assert (_switches(process.pid), _cpu_ticks(process.pid)) == before
        host.ping()
        until(lambda: _switches(process.pid) > before[0])  # the count counts
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert process.returncode == 0
    assert output == "loaded:\n"


def _until_count(things: Sequence[object], count: int) -> None:
    until(lambda: len(things) == count)


def _switches(pid: int, thread: str | None = None) -> int:
    """Return how often the process's threads, or those called `thread`, have been woken."""
    total = 0
    native = {t.native_id for t in threading.enumerate() if t.name == thread}
    for task in os.listdir(f"/proc/{pid}/task"):
        if thread is None or int(task) in native:
            with open(f"/proc/{pid}/task/{task}/status", encoding="ascii") as file:
                total += sum(int(line.split()[1]) for line in file if line.startswith("voluntary_ctxt"))
    return total


def _cpu_ticks(pid: int) -> int:
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return int(fields[11]) + int(fields[12])


def test_without_a_host_the_user_is_notified_once_and_a_late_host_withdraws_it(
    bare_host: StubHost, start_tray: StartTray
) -> None:
    bare_host.take(NOTIFICATIONS)
    tray = start_tray(patience=Patience(no_host_seconds=0.2))
    _, _, _, summary, body, _, _, _ = until(lambda: bare_host.notifications)[0]
    assert summary == "No program here shows tray icons"
    assert body == advice(this_system(os.environ)).replace("&", "&amp;").replace("<", "&lt;").replace(
        ">", "&gt;"
    )
    tray.icon.show_itself("CodeMie Tray is running", "Its icon is in the panel.")
    _until_count(bare_host.notifications, 2)
    assert bare_host.notifications[1][3] == "No program here shows tray icons"
    bare_host.take(WATCHER)
    until(lambda: bare_host.registered)
    bare_host.properties()
    until(lambda: bare_host.closed)
    tray.icon.show_itself("CodeMie Tray is running", "Its icon is in the panel.")
    _until_count(bare_host.notifications, 3)
    assert bare_host.notifications[2][3] == "CodeMie Tray is running"


def test_a_host_that_comes_in_time_costs_no_notification(host: StubHost, start_tray: StartTray) -> None:
    start_tray(patience=Patience(no_host_seconds=0.3))
    until(lambda: host.registered)
    host.properties()
    time.sleep(0.6)  # twice the time it would wait
    host.ping()
    assert host.notifications == []
