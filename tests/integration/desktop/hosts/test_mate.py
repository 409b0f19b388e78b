"""The tray on MATE's panel (GTK): the left button calls `Activate`, whatever the answer."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from tests.integration.desktop.host_contract import RightButtonContract
from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.desktops.desktop import Desktop
from tests.integration.desktop.rig.desktops.panel import MatePanel
from tests.integration.desktop.rig.display.look import Look

pytestmark = [
    *needs("x11", "mate"),
    pytest.mark.skipif("CODEMIE_TEST_DESKTOPS" not in os.environ, reason="run by make test-desktops"),
]

LOOKS = {"light": Look(height=768), "dark": Look(dark=True, height=768), "hidpi": Look(scale=2, height=768)}


class TestMate(RightButtonContract):
    @pytest.fixture(scope="class", params=LOOKS)
    @classmethod
    def desktop(cls, request: pytest.FixtureRequest) -> Iterator[Desktop]:
        with Desktop(MatePanel(), LOOKS[request.param]) as desktop:
            yield desktop
