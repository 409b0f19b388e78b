"""The tray on LXQt's panel (Qt): a host that ignores `ItemIsMenu`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.integration.desktop.host_contract import RightButtonContract
from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.desktops.desktop import Desktop
from tests.integration.desktop.rig.desktops.panel import LxqtPanel
from tests.integration.desktop.rig.display.look import Look

pytestmark = needs("x11", "lxqt")

LOOKS = {"light": Look(height=768), "dark": Look(dark=True, height=768), "hidpi": Look(scale=2, height=768)}


class TestLxqt(RightButtonContract):
    @pytest.fixture(scope="class", params=LOOKS)
    @classmethod
    def desktop(cls, request: pytest.FixtureRequest) -> Iterator[Desktop]:
        with Desktop(LxqtPanel(), LOOKS[request.param]) as desktop:
            yield desktop
