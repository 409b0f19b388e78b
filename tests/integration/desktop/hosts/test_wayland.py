"""The tray on Wayland: waybar under sway, without hardware, clicked by a virtual mouse."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.desktops.wayland import WaylandDesktop, can_run_sway
from tests.integration.desktop.rig.display.look import Look
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.desktop.rig.tray.tray_on_screen import LEFT, RIGHT
from tests.integration.desktop.running_tray import RunningTray

pytestmark = [
    *needs("x11", "wayland"),
    pytest.mark.skipif(
        sys.platform != "linux" or not can_run_sway(), reason="sway refuses root, and user namespaces are off"
    ),
]

LOOKS = {"light": Look(), "dark": Look(dark=True), "hidpi": Look(scale=2)}


@pytest.fixture(scope="module", params=LOOKS)
def wayland(request: pytest.FixtureRequest) -> Iterator[WaylandDesktop]:
    with WaylandDesktop(LOOKS[request.param]) as desktop:
        yield desktop


@pytest.fixture
def wayland_tray(wayland: WaylandDesktop, tmp_path: Path, title: str) -> Iterator[RunningTray]:
    tray = RunningTray(wayland, str(tmp_path), title)
    tray.make_home()
    yield tray
    tray.end()


@pytest.mark.parametrize("button", [LEFT, RIGHT], ids=["left", "right"])
def test_a_click_opens_the_menu_and_a_choice_switches(wayland_tray: RunningTray, button: int) -> None:
    tray = wayland_tray
    tray.start()
    before = tray.item().colour()
    tray.open_menu(button)
    tray.photograph("menu")
    tray.choose("personal")
    until("the file to change", lambda: tray.active() == "personal")
    after = until("another colour", lambda: c if (c := tray.item().colour()) != before else None)
    tray.icon(after)
    until("the notification", tray.desktop.notifications.displayed)
    tray.photograph("switched")
    assert tray.notified_with(after)
    (notification,) = tray.desktop.notifications.seen()
    assert notification.title == "Switched to personal"


def test_the_icon_comes_back_when_the_bar_restarts(wayland_tray: RunningTray) -> None:
    tray = wayland_tray
    tray.start()
    tray.desktop.restart_panel()
    tray.icon()
    tray.open_menu()
    tray.choose("Büro")
    until("the file to change", lambda: tray.active() == "Büro (Proxy)")


def test_a_broken_config_shows_a_badge(wayland_tray: RunningTray) -> None:
    tray = wayland_tray
    tray.start()
    clean = tray.desktop.panel_picture()
    tray.write_config("{")
    until("the entry", lambda: tray.top_labels()[0].startswith("config.json"))
    until("the badge", lambda: tray.desktop.panel_picture().differs_from(clean))
    tray.open_menu()
    tray.photograph("broken")
