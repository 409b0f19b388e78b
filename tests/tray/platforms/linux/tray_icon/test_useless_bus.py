"""Useless buses: they accept a connection, and then close it, refuse, or never answer."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from jeepney import DBusAddress, MessageType, new_error, new_method_return
from jeepney.low_level import Message, Parser
from tests.tray.platforms.linux.running_tray import RunningTray
from tests.tray.platforms.linux.started import Started, started, until
from tests.tray.tray_icon.views import a_view

from codemie_tray.tray_icon.linux.dbus.outage import Outage, Patience

__all__ = ["started"]

if not sys.platform.startswith("linux"):
    pytest.skip("StatusNotifierItem is for Linux", allow_module_level=True)

QUICK = Patience(
    first_seconds=0.02, longest_seconds=0.16, total_seconds=1.0, start_seconds=1.0, answer_seconds=0.1
)
_SERVER = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")

Behave = Callable[[socket.socket, Message], None]


class UselessBus:
    """Authenticates any client, handles its Hello as `behave` says, and closes."""

    def __init__(self, behave: Behave | None, stays_seconds: float = 0.0) -> None:
        self.joins = 0
        self._behave = behave
        self._stays_seconds = stays_seconds
        self._folder = tempfile.mkdtemp(prefix="bus")
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.bind(os.path.join(self._folder, "s"))
        self._socket.listen()
        self.address = f"unix:path={self._folder}/s"
        self._closing = threading.Event()
        self._guests: list[threading.Thread] = []
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while not self._closing.is_set():
            peer, _ = self._socket.accept()
            guest = threading.Thread(target=self._host, args=(peer,))
            guest.start()
            self._guests.append(guest)

    def _host(self, peer: socket.socket) -> None:
        with peer, contextlib.suppress(OSError):
            peer.settimeout(5)
            self._welcome(peer)

    def _welcome(self, peer: socket.socket) -> None:
        lines = b""
        while not lines.endswith(b"\r\n"):
            lines += _byte(peer)
        peer.sendall(b"OK 0123456789abcdef0123456789abcdef\r\n")
        while not lines.endswith(b"BEGIN\r\n"):
            lines += _byte(peer)
            if lines.endswith(b"NEGOTIATE_UNIX_FD\r\n"):
                peer.sendall(b"ERROR\r\n")
        self.joins += 1
        if self._behave is None:
            return
        parser = Parser()
        while (hello := parser.get_next_message()) is None:
            parser.add_data(peer.recv(4096))
        self._behave(peer, hello)
        self._closing.wait(self._stays_seconds)

    def close(self) -> None:
        self._closing.set()
        with socket.socket(socket.AF_UNIX) as last:
            last.connect(os.path.join(self._folder, "s"))
        for thread in (self._thread, *self._guests):
            thread.join()
        self._socket.close()
        shutil.rmtree(self._folder)


def _byte(peer: socket.socket) -> bytes:
    byte = peer.recv(1)
    if not byte:
        raise ConnectionError
    return byte


def answers(peer: socket.socket, hello: Message) -> None:
    peer.sendall(new_method_return(hello, "s", (":1.1",)).serialise(1))


def refuses(peer: socket.socket, hello: Message) -> None:
    error = new_error(hello, "org.freedesktop.DBus.Error.LimitsExceeded", "s", ("too many",))
    assert error.header.message_type is MessageType.error
    peer.sendall(error.serialise(1))


def is_silent(peer: socket.socket, hello: Message) -> None:
    pass


KINDS: dict[str, tuple[Behave | None, float, str]] = {
    "closes": (None, 0, "the bus closed the connection"),
    "refuses": (refuses, 0.3, "the bus refused the connection: org.freedesktop.DBus.Error.LimitsExceeded"),
    "is silent": (is_silent, 0.3, "the bus does not answer"),
    "answers and closes": (answers, 0, "the bus closed the connection"),
}


@pytest.fixture
def bus(request: pytest.FixtureRequest) -> Iterator[UselessBus]:
    behave, stays_seconds, _ = KINDS[request.param]
    made = UselessBus(behave, stays_seconds)
    yield made
    made.close()


@pytest.mark.parametrize("bus", KINDS, indirect=True)
def test_a_useless_bus_is_retried_logged_once_and_abandoned_with_the_reason(
    bus: UselessBus,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
    tray = RunningTray(a_view(), QUICK).start()
    assert tray.join(60)
    reason = KINDS[request.node.callspec.params["bus"]][2]
    assert f"the session bus can't be used ({reason}" in str(tray.error)
    assert 2 <= bus.joins <= 12
    assert caplog.text.count("was lost") == 1
    assert caplog.text.count("is back") <= 1
    assert len(caplog.records) <= 4


def quick(limits: str) -> str:
    """Return a prelude that shortens a tray's patience."""
    return (
        "from codemie_tray.tray_icon.linux.icon import TrayIcon, Patience\n"
        f"TrayIcon.__init__.__kwdefaults__['patience'] = Patience({limits})\n"
    )


@pytest.mark.parametrize("bus", ["closes"], indirect=True)
def test_the_program_ends_with_the_exit_code_for_no_tray(started: Started, bus: UselessBus) -> None:
    prelude = quick("0.02, 0.16, 1.0, 1.0, 0.1, 1.0, 3.0")
    process = started.start(bus=bus.address, prelude=prelude)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 8
    assert "the session bus can't be used (the bus closed the connection)" in said
    assert len(started.log().splitlines()) <= 4


@pytest.mark.parametrize("bus", ["closes"], indirect=True)
def test_at_login_the_tray_keeps_retrying(started: Started, bus: UselessBus) -> None:
    prelude = quick("0.02, 0.16, 0.4, 0.4, 0.1, 1.0, 3.0")
    process = started.start("--background", bus=bus.address, prelude=prelude)
    until(lambda: "Waiting for one" in started.log(), started)
    tries = bus.joins
    time.sleep(1)
    assert bus.joins <= tries + 1  # the next attempt is seconds later; the keyring library connects once
    assert process.poll() is None


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_lasting_connection_ends_an_outage_and_a_short_one_does_not() -> None:
    clock = Time()
    outage = Outage(Patience(), clock)
    outage.joined()
    clock.now = 3600
    assert outage.lost()
    assert not outage.over
    pauses = []
    while not outage.over:
        pauses.append(outage.next_pause())
        clock.now += pauses[-1]
        outage.joined()  # for a moment
        clock.now += 0.5
        assert not outage.lost()
    assert pauses[:6] == [0.25, 0.5, 1, 2, 4, 8]
    assert 120 <= clock.now - 3600 < 130
    outage.joined()
    clock.now += 2  # it lasted, so this is a new outage, although the pauses stay long
    assert outage.lost()
    assert not outage.over
    assert outage.next_pause() == 8
    outage.joined()
    clock.now += 10
    outage.lost()
    assert outage.next_pause() == 0.25
