"""The tray on Cinnamon: its service for icons calls `Activate` on a left click, whatever the answer."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator

import pytest
from tests.integration.desktop.host_contract import HostContract, RightButtonContract
from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.desktops.cinnamon import CinnamonDesktop
from tests.integration.desktop.rig.display.look import Look
from tests.integration.desktop.rig.processes.bus import BusError
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.desktop.rig.tray.tray_items import WATCHER
from tests.integration.desktop.running_tray import RunningTray

pytestmark = [
    *needs("x11", "cinnamon"),
    pytest.mark.skipif("CODEMIE_TEST_DESKTOPS" not in os.environ, reason="run by make test-desktops"),
]

LOOKS = {"light": Look(height=768), "dark": Look(dark=True, height=768), "hidpi": Look(scale=2, height=768)}


class TestCinnamon(RightButtonContract):
    test_lost_profiles_are_restored_from_the_notification = (
        HostContract.test_lost_profiles_are_restored_from_the_notification
    )

    def test_the_icon_comes_back_when_its_service_crashes(self, tray: RunningTray) -> None:
        tray.start()
        bus = tray.desktop.bus
        crashed = bus.process_of(WATCHER)
        os.kill(crashed, signal.SIGSEGV)

        def another() -> bool:
            with contextlib.suppress(BusError):
                return bus.process_of(WATCHER) != crashed
            return False

        until("another service", another)
        until("the icon to be registered again", tray.desktop.items)
        tray.icon()
        tray.open_menu()
        tray.choose("personal")
        until("the file to change", lambda: tray.active() == "personal")

    @pytest.fixture(scope="class", params=LOOKS)
    @classmethod
    def desktop(cls, request: pytest.FixtureRequest) -> Iterator[CinnamonDesktop]:
        with CinnamonDesktop(LOOKS[request.param]) as desktop:
            yield desktop
