"""The tray on GNOME Shell with the AppIndicator extension, on X and on Wayland."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from tests.integration.desktop.host_contract import HostContract, LookContract
from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.desktops.gnome import GnomeDesktop
from tests.integration.desktop.rig.display.look import Look

pytestmark = [
    *needs("x11", "gnome"),
    pytest.mark.skipif("CODEMIE_TEST_DESKTOPS" not in os.environ, reason="run by make test-desktops"),
]

HEIGHT = 900


class TestGnomeOnX(HostContract):
    @pytest.fixture(scope="class")
    @classmethod
    def desktop(cls) -> Iterator[GnomeDesktop]:
        with GnomeDesktop(Look(height=HEIGHT)) as desktop:
            yield desktop


class TestGnomeOnWayland(HostContract):
    @pytest.fixture(scope="class")
    @classmethod
    def desktop(cls) -> Iterator[GnomeDesktop]:
        with GnomeDesktop(Look(height=HEIGHT), wayland=True) as desktop:
            yield desktop


class TestGnomeLooks(LookContract):
    @pytest.fixture(scope="class", params=[Look(dark=True), Look(scale=2)], ids=["dark", "hidpi"])
    @classmethod
    def desktop(cls, request: pytest.FixtureRequest) -> Iterator[GnomeDesktop]:
        with GnomeDesktop(request.param) as desktop:
            yield desktop


class TestGnomeOnALaptop:
    tray = HostContract.tray
    test_twenty_five_profiles_can_all_be_reached = HostContract.test_twenty_five_profiles_can_all_be_reached

    @pytest.fixture(scope="class")
    @classmethod
    def desktop(cls) -> Iterator[GnomeDesktop]:
        with GnomeDesktop(Look(width=1366, height=768)) as desktop:
            yield desktop
