"""What a tray opens after its login ended appears in the current session; inherited signal settings are
reset.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from tests.tray.platforms.linux.private_bus import PrivateBus
from tests.tray.platforms.linux.started import Started, started, until

__all__ = ["started"]

if not sys.platform.startswith("linux"):
    pytest.skip("a session as Linux has it", allow_module_level=True)

_HOST = """
import os, sys
from tests.tray.platforms.linux.stub_host import NOTIFICATIONS, WATCHER, StubHost
from tests.support.waiting import until
host = StubHost(os.environ["DBUS_SESSION_BUS_ADDRESS"])
host.take(WATCHER)
host.take(NOTIFICATIONS)
until(lambda: host.registered)
host.properties()
print("there", flush=True)
for line in sys.stdin:
    host.click(next(row for row in host.menu().all() if row.label.startswith(line.strip())).number)
    print("clicked", flush=True)
"""
_MANAGER = """
import os, sys
from jeepney import DBusAddress, MessageFlag, new_method_call, new_method_return
from jeepney.io.blocking import open_dbus_connection
bus = open_dbus_connection(os.environ["DBUS_SESSION_BUS_ADDRESS"])
server = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
bus.send_and_get_reply(new_method_call(server, "RequestName", "su", ("org.freedesktop.systemd1", 4)))
print("there", flush=True)
while True:
    message = bus.receive()
    if message.body == ("org.freedesktop.systemd1.Manager", "Environment"):
        bus.send(new_method_return(message, "v", (("as", sys.argv[1:]),)))
"""


class Desk:
    """Programs of a session, each with its own variables."""

    def __init__(self, bus: PrivateBus, folder: Path) -> None:
        self._bus = bus
        self._folder = folder
        self._processes: list[subprocess.Popen[str]] = []
        opener = folder / "bin" / "xdg-open"
        opener.parent.mkdir()
        noted = '"$1 ${DISPLAY-none} ${WAYLAND_DISPLAY-none} ${XDG_ACTIVATION_TOKEN-none}"'
        opener.write_text(f"#!/bin/sh\necho {noted} >>{folder}/opened\n")
        opener.chmod(0o755)
        self.path = f"{opener.parent}{os.pathsep}{os.environ['PATH']}"

    def start(self, code: str, *arguments: str, variables: Mapping[str, str]) -> subprocess.Popen[str]:
        own = ("DISPLAY", "WAYLAND_DISPLAY")
        process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            env={
                **{name: value for name, value in os.environ.items() if name not in own},
                "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
                "DBUS_SESSION_BUS_ADDRESS": self._bus.address,
                **variables,
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._processes.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "there\n"
        return process

    def opened(self) -> list[str]:
        file = self._folder / "opened"
        return [line.partition(" ")[2] for line in file.read_text().splitlines()] if file.exists() else []

    def open_folder(self, host: subprocess.Popen[str]) -> None:
        assert host.stdin is not None
        assert host.stdout is not None
        host.stdin.write("Open the CodeMie folder\n")
        host.stdin.flush()
        assert host.stdout.readline() == "clicked\n"

    def end(self, *processes: subprocess.Popen[str]) -> None:
        for process in processes or self._processes:
            process.kill()
            process.communicate()


@pytest.fixture
def desk(bus: PrivateBus, tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(bus, tmp_path)
    yield desk
    desk.end()


def test_a_folder_opens_on_the_display_that_currently_shows_the_icon(
    started: Started, desk: Desk, bus: PrivateBus
) -> None:
    of_the_login = {"DISPLAY": ":77", "XDG_ACTIVATION_TOKEN": "used", "PATH": desk.path}
    started.start("--background", bus=bus.address, more=of_the_login)
    host = desk.start(_HOST, variables={"DISPLAY": ":77"})
    desk.open_folder(host)
    until(lambda: desk.opened() == [":77 none none"], started)
    desk.end(host)
    host = desk.start(_HOST, variables={"WAYLAND_DISPLAY": "wayland-9"})  # logged in again
    desk.open_folder(host)
    until(lambda: desk.opened()[1:] == ["none wayland-9 none"], started)


def test_without_a_display_from_the_host_the_user_managers_environment_is_used(
    started: Started, desk: Desk, bus: PrivateBus
) -> None:
    manager = desk.start(_MANAGER, "DISPLAY=:88", "WAYLAND_DISPLAY=wayland-1", "PATH=/x", variables={})
    started.start("--background", bus=bus.address, more={"DISPLAY": ":77", "PATH": desk.path})
    host = desk.start(_HOST, variables={})
    desk.open_folder(host)
    until(lambda: desk.opened() == [":88 wayland-1 none"], started)
    desk.end(manager, host)
    host = desk.start(_HOST, variables={})  # nothing is known, so our own
    desk.open_folder(host)
    until(lambda: desk.opened()[1:] == [":77 none none"], started)


def signals_of(pid: int, kind: str) -> set[int]:
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        bits = next(int(line.split()[1], 16) for line in file if line.startswith(kind))
    return {number for number in range(1, 65) if bits >> (number - 1) & 1}


_BAD_STARTER = """
import os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGCHLD, signal.SIGUSR1, signal.SIGINT})
for name in sys.argv[1].split(","):
    signal.signal(getattr(signal, name), signal.SIG_IGN)
os.execvp(sys.argv[2], sys.argv[2:])
"""


def test_signals_blocked_or_ignored_by_the_starter_are_reset(started: Started) -> None:
    (started.home / ".session-claude").mkdir()
    now = int(time.time() * 1000)
    record = json.dumps({"timestamp": now, "sessionId": "s", "tokensUsed": 1}) + "\n"
    (started.home / ".session-claude" / "metrics.jsonl").write_text(record)
    under = [sys.executable, "-c", _BAD_STARTER, "SIGTERM,SIGCHLD,SIGUSR1"]
    process = started.start("--background", "--verbose", under=under)
    until(lambda: "Waiting for one" in started.log(), started)
    assert not signals_of(process.pid, "SigBlk")
    assert not signals_of(process.pid, "SigIgn") & {signal.SIGTERM, signal.SIGCHLD, signal.SIGUSR1}
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert "today's usage" not in started.log()


def test_a_start_with_nohup_survives_a_hangup_and_any_other_ends(started: Started) -> None:
    survivor = started.start("--background", under=[sys.executable, "-c", _BAD_STARTER, "SIGHUP"])
    until(lambda: "Waiting for one" in started.log(), started)
    survivor.send_signal(signal.SIGHUP)
    time.sleep(0.5)
    assert survivor.poll() is None
    survivor.send_signal(signal.SIGTERM)
    assert survivor.wait(60) == 0
    other = started.start("--background")
    until(lambda: started.log().count("Waiting for one") == 2, started)
    other.send_signal(signal.SIGHUP)
    assert other.wait(60) == 0
