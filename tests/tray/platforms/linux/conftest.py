from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator

import pytest
from tests.tray.platforms.linux.private_bus import PrivateBus
from tests.tray.platforms.linux.running_tray import RunningTray
from tests.tray.platforms.linux.stub_host import NOTIFICATIONS, WATCHER, StubHost
from tests.tray.tray_icon.views import a_view

from codemie_tray.tray_icon.linux.dbus.outage import Patience
from codemie_tray.view.view import View

StartTray = Callable[..., RunningTray]


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[PrivateBus]:
    if not sys.platform.startswith("linux"):
        pytest.skip("StatusNotifierItem is for Linux")
    if not shutil.which("dbus-daemon"):
        pytest.skip("dbus-daemon is not installed")
    private = PrivateBus()
    private.start()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", private.address)
    yield private
    private.remove()


@pytest.fixture
def bare_host(bus: PrivateBus) -> Iterator[StubHost]:
    """A host that has not taken a name yet."""
    started = StubHost(bus.address)
    yield started
    started.close()


@pytest.fixture
def host(bare_host: StubHost) -> StubHost:
    """A host with a watcher and a notification server."""
    bare_host.take(WATCHER)
    bare_host.take(NOTIFICATIONS)
    return bare_host


@pytest.fixture
def start_tray(bus: PrivateBus) -> Iterator[StartTray]:
    started: list[RunningTray] = []

    def start(view: View | None = None, patience: Patience | None = None) -> RunningTray:
        started.append(RunningTray(view or a_view(), patience))
        return started[-1].start()

    yield start
    for tray in started:
        tray.end()
