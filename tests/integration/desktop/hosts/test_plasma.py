"""The tray on KDE Plasma 5, on X and on Wayland."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from tests.integration.desktop.host_contract import HostContract, LookContract
from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.desktops.kde.plasma import PlasmaDesktop
from tests.integration.desktop.rig.desktops.kde.plasma_on_wayland import PlasmaOnWayland
from tests.integration.desktop.rig.display.look import Look

pytestmark = [
    *needs("x11", "plasma", "plasma-wayland"),
    pytest.mark.skipif("CODEMIE_TEST_DESKTOPS" not in os.environ, reason="run by make test-desktops"),
]


class TestPlasma(HostContract):
    @pytest.fixture(scope="class")
    @classmethod
    def desktop(cls) -> Iterator[PlasmaDesktop]:
        with PlasmaDesktop(Look(height=768)) as desktop:
            yield desktop


class TestPlasmaLooks(LookContract):
    @pytest.fixture(scope="class", params=[Look(dark=True), Look(scale=2)], ids=["dark", "hidpi"])
    @classmethod
    def desktop(cls, request: pytest.FixtureRequest) -> Iterator[PlasmaDesktop]:
        with PlasmaDesktop(request.param) as desktop:
            yield desktop


class TestPlasmaOnWayland(HostContract):
    @pytest.fixture(scope="class")
    @classmethod
    def desktop(cls) -> Iterator[PlasmaOnWayland]:
        with PlasmaOnWayland(Look(height=768)) as desktop:
            yield desktop


class TestPlasmaLooksOnWayland(LookContract):
    @pytest.fixture(scope="class", params=[Look(dark=True), Look(scale=2)], ids=["dark", "hidpi"])
    @classmethod
    def desktop(cls, request: pytest.FixtureRequest) -> Iterator[PlasmaOnWayland]:
        with PlasmaOnWayland(request.param) as desktop:
            yield desktop
