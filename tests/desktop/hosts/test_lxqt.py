"""The tray on LXQt's panel (Qt): a host that ignores that an item is only a menu."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.desktop.needs import needs
from tests.desktop.rig.desktops.desktop import Desktop
from tests.desktop.rig.desktops.panel import LxqtPanel
from tests.desktop.rig.display.look import Look
from tests.desktop.rig.tray.tray_on_screen import LEFT, RIGHT
from tests.desktop.rig.waiting import until
from tests.desktop.running_tray import RunningTray

pytestmark = needs("x11", "lxqt")

LOOKS = {"light": Look(), "dark": Look(dark=True), "hidpi": Look(scale=2)}


@pytest.fixture(scope="module", params=LOOKS)
def lxqt(request: pytest.FixtureRequest) -> Iterator[Desktop]:
    with Desktop(LxqtPanel(), LOOKS[request.param]) as desktop:
        yield desktop


@pytest.fixture
def lxqt_tray(lxqt: Desktop, tmp_path: Path, title: str) -> Iterator[RunningTray]:
    tray = RunningTray(lxqt, str(tmp_path), title)
    tray.make_home()
    yield tray
    tray.end()


def test_a_right_click_opens_the_menu_and_a_choice_switches(lxqt_tray: RunningTray) -> None:
    tray = lxqt_tray
    tray.start()
    tray.open_menu(RIGHT)
    tray.photograph("menu")
    tray.choose("Büro")
    until("the file to change", lambda: tray.active() == "Büro (Proxy)")
    until("the notification", tray.desktop.notifications.displayed)
    tray.photograph("switched")


def test_a_left_click_says_where_the_menu_is(lxqt_tray: RunningTray) -> None:
    tray = lxqt_tray
    tray.start()
    tray.desktop.pointer.click(*tray.icon().centre, LEFT)
    until("the notification", tray.desktop.notifications.displayed)
    tray.photograph("left-click")
    (notification,) = tray.desktop.notifications.seen()
    assert "Right-click the icon" in notification.text


def test_the_open_menu_follows_a_change_from_outside(lxqt_tray: RunningTray) -> None:
    tray = lxqt_tray
    tray.start()
    menu = tray.open_menu()
    before = tray.desktop.picture().crop(menu.area)
    tray.set_active("personal")
    until("the open menu to follow", lambda: tray.desktop.picture().crop(menu.area).differs_from(before))
    assert [shown.area for shown in tray.desktop.menus()] == [menu.area]
    tray.photograph("followed")


def test_the_icon_comes_back_when_the_panel_restarts(lxqt_tray: RunningTray) -> None:
    tray = lxqt_tray
    tray.start()
    tray.desktop.restart_panel()
    tray.icon()
    tray.open_menu()
    tray.choose("personal")
    until("the file to change", lambda: tray.active() == "personal")
