"""The tray on Cinnamon: its service for icons calls `Activate` on a left click, whatever the answer."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from tests.integration.desktop.host_contract import HostContract, RightButtonContract
from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.desktops.cinnamon import CinnamonDesktop
from tests.integration.desktop.rig.display.look import Look

pytestmark = [
    *needs("x11", "cinnamon"),
    pytest.mark.skipif("CODEMIE_TEST_DESKTOPS" not in os.environ, reason="run by make test-desktops"),
]

LOOKS = {"light": Look(height=768), "dark": Look(dark=True, height=768), "hidpi": Look(scale=2, height=768)}


class TestCinnamon(RightButtonContract):
    test_lost_profiles_are_restored_from_the_notification = (
        HostContract.test_lost_profiles_are_restored_from_the_notification
    )

    @pytest.fixture(scope="class", params=LOOKS)
    @classmethod
    def desktop(cls, request: pytest.FixtureRequest) -> Iterator[CinnamonDesktop]:
        with CinnamonDesktop(LOOKS[request.param]) as desktop:
            yield desktop
