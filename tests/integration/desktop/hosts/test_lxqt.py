"""The tray on LXQt's panel (Qt): a host that ignores `ItemIsMenu`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.integration.desktop.host_contract import RightButtonContract
from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.desktops.desktop import Desktop
from tests.integration.desktop.rig.desktops.panel import LxqtPanel
from tests.integration.desktop.rig.display.look import Look
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.desktop.rig.tray.tray_on_screen import RIGHT
from tests.integration.desktop.running_tray import RunningTray

pytestmark = needs("x11", "lxqt")

LOOKS = {"light": Look(height=768), "dark": Look(dark=True, height=768), "hidpi": Look(scale=2, height=768)}


class TestLxqt(RightButtonContract):
    @pytest.fixture(scope="class", params=LOOKS)
    @classmethod
    def desktop(cls, request: pytest.FixtureRequest) -> Iterator[Desktop]:
        with Desktop(LxqtPanel(), LOOKS[request.param]) as desktop:
            yield desktop

    def test_what_its_theme_hides_is_in_the_words(self, tray: RunningTray) -> None:
        tray.start()
        tray.open_menu(RIGHT)
        tray.photograph("menu")
        login = tray.row_beginning("Start at login")
        assert login is not None
        assert (login.label, login.checked) == ("Start at login: off", False)
        tray.choose("Start at login")
        until("the row to say so", lambda: tray.row_beginning("Start at login: on"))
