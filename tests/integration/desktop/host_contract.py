"""What must hold on every desktop: one class of tests, which each desktop's module inherits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.desktop.rig.desktops.session import Session
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.desktop.rig.tray.tray_on_screen import LEFT, RIGHT
from tests.integration.desktop.running_tray import RunningTray

MANY = 25


def many_profiles() -> str:
    profiles = {f"profile {n:02}": {"provider": "anthropic", "model": "m"} for n in range(MANY)}
    return json.dumps({"version": 2, "activeProfile": "profile 00", "profiles": profiles})


class HostContract:
    """A subclass has a fixture `desktop`, which starts one desktop for all of its tests."""

    @pytest.fixture
    def tray(self, desktop: Session, tmp_path: Path, title: str) -> Iterator[RunningTray]:
        tray = RunningTray(desktop, str(tmp_path), title)
        tray.make_home()
        yield tray
        tray.end()

    @pytest.mark.parametrize("button", [LEFT, RIGHT], ids=["left", "right"])
    def test_a_click_opens_the_menu_and_a_choice_switches_with_a_notification(
        self, tray: RunningTray, button: int
    ) -> None:
        tray.start()
        before = tray.item().colour()
        place = tray.icon()
        assert min(place.width, place.height) >= 14 * tray.desktop.look.scale
        tray.open_menu(button)
        tray.photograph("menu")
        for row in tray.rows():
            if not row.separator:
                tray.place_of(row.label, tray.rows())  # raises if the drawn menu differs from the bus
        tray.choose("personal")
        until("the file to change", lambda: tray.active() == "personal")
        after = until("another colour", lambda: c if (c := tray.item().colour()) != before else None)
        tray.icon(after)
        until("the notification", tray.desktop.notifications.displayed)
        tray.photograph("switched")
        (notification,) = tray.desktop.notifications.seen()
        assert (notification.app, notification.title) == ("CodeMie Tray", "Switched to personal")

    def test_the_keyboard_selects_in_an_open_menu(self, tray: RunningTray) -> None:
        tray.start()
        tray.open_menu(LEFT)
        tray.choose_by_keyboard("Büro")
        until("the file to change", lambda: tray.active() == "Büro (Proxy)")

    def test_the_open_menu_follows_a_change_from_outside_and_stays_open(self, tray: RunningTray) -> None:
        tray.start()
        menu = tray.open_menu()
        before = tray.desktop.picture().crop(menu.area)
        tray.set_active("personal")
        until("the mark to move", lambda: tray.marked().startswith("personal"))
        until("the open menu to follow", lambda: tray.desktop.picture().crop(menu.area).differs_from(before))
        tray.photograph("followed")
        (shown,) = tray.desktop.menus()
        # Its width may change: on a busy machine, the keyring's name may arrive late.
        assert (shown.area.y, shown.area.height) == (menu.area.y, menu.area.height)
        tray.choose("work")
        until("the redrawn row to work", lambda: tray.active() == "work")

    def test_the_icon_comes_back_when_the_panel_restarts(self, tray: RunningTray) -> None:
        tray.start()
        tray.desktop.restart_panel()
        tray.icon()
        tray.open_menu(LEFT)
        tray.choose("personal")
        until("the file to change", lambda: tray.active() == "personal")

    def test_twenty_five_profiles_can_all_be_reached(self, tray: RunningTray) -> None:
        tray.write_config(many_profiles())
        tray.start()
        more = next(row for row in tray.rows() if row.label.startswith("More"))
        last = more.rows[-1].label.split(" — ")[0]
        tray.open_menu()
        tray.photograph("menu")
        tray.choose_up_to("More")
        tray.photograph("more")
        screen = tray.desktop.picture().area
        assert all(screen.contains(menu.area) for menu in tray.desktop.menus()), tray.desktop.menus()
        tray.desktop.close_menus()
        tray.open_menu()
        tray.choose("More", last)
        until("the file to change", lambda: tray.active() == last)

    def test_lost_profiles_are_restored_from_the_notification(self, tray: RunningTray) -> None:
        tray.start()
        until("the state to be kept", lambda: list(Path(tray.home, "tray", "history").glob("*")))
        before = json.loads(Path(tray.config).read_text(encoding="utf-8"))
        tray.write_config(json.dumps({"version": 2, "activeProfile": "", "profiles": {}}))
        until("the notification", tray.desktop.notifications.displayed)
        tray.photograph("lost")
        tray.desktop.pointer.click(*tray.desktop.notification_area().centre)
        until("the profiles to be back", lambda: tray.marked().startswith("work"))
        assert json.loads(Path(tray.config).read_text(encoding="utf-8"))["profiles"] == before["profiles"]

    def test_a_broken_configuration_shows_a_badge(self, tray: RunningTray) -> None:
        tray.start()
        ground = tray.icon()
        clean = tray.desktop.picture().crop(ground)
        tray.write_config("{")
        until("the entry", lambda: tray.top_labels()[0].startswith("config.json"))
        until("the badge", lambda: tray.desktop.picture().crop(ground).differs_from(clean))
        tray.photograph("broken")

    def test_quit_removes_the_icon(self, tray: RunningTray) -> None:
        program = tray.start()
        colour = tray.item().colour()
        tray.open_menu()
        tray.choose("Quit")
        assert program.wait() == 0
        until("the icon to be gone", lambda: tray.desktop.panel_picture().find(colour) is None)


class LookContract:
    """What is checked in every look; a subclass has a fixture `desktop` for each."""

    tray = HostContract.tray
    smallest_icon = 14
    """Of either side, in pixels at scale 1."""

    def test_the_icon_is_found_and_clicked_in_this_look(self, tray: RunningTray) -> None:
        tray.start()
        place = tray.icon()
        assert min(place.width, place.height) >= self.smallest_icon * tray.desktop.look.scale
        tray.open_menu(LEFT)
        tray.photograph("menu")
        tray.choose("personal")
        until("the file to change", lambda: tray.active() == "personal")
        until("the notification", tray.desktop.notifications.displayed)
        tray.photograph("switched")
        tray.write_config("{")
        until("the entry", lambda: tray.top_labels()[0].startswith("config.json"))
        tray.photograph("broken")


class RightButtonContract:
    """What must hold on a host that ignores `ItemIsMenu` and drops our answer to `Activate`.

    A subclass has a fixture `desktop`.
    """

    tray = HostContract.tray
    test_twenty_five_profiles_can_all_be_reached = HostContract.test_twenty_five_profiles_can_all_be_reached
    test_a_broken_configuration_shows_a_badge = HostContract.test_a_broken_configuration_shows_a_badge
    test_quit_removes_the_icon = HostContract.test_quit_removes_the_icon

    def test_a_right_click_opens_the_menu_and_a_choice_switches(self, tray: RunningTray) -> None:
        tray.start()
        tray.open_menu(RIGHT)
        tray.photograph("menu")
        tray.choose("Büro")
        until("the file to change", lambda: tray.active() == "Büro (Proxy)")
        until("the notification", tray.desktop.notifications.displayed)
        tray.photograph("switched")

    def test_the_keyboard_chooses_in_an_open_menu(self, tray: RunningTray) -> None:
        tray.start()
        tray.open_menu(RIGHT)
        tray.choose_by_keyboard("Büro")
        until("the file to change", lambda: tray.active() == "Büro (Proxy)")

    def test_a_left_click_explains_how_to_open_the_menu(self, tray: RunningTray) -> None:
        tray.start()
        tray.desktop.pointer.click(*tray.icon().centre, LEFT)
        until("the notification", tray.desktop.notifications.displayed)
        tray.photograph("left-click")
        (notification,) = tray.desktop.notifications.seen()
        assert "Right-click the icon" in notification.text

    def test_the_open_menu_follows_a_change_from_outside(self, tray: RunningTray) -> None:
        tray.start()
        menu = tray.open_menu()
        before = tray.desktop.picture().crop(menu.area)
        tray.set_active("personal")
        until("the open menu to follow", lambda: tray.desktop.picture().crop(menu.area).differs_from(before))
        assert [shown.area for shown in tray.desktop.menus()] == [menu.area]
        tray.photograph("followed")

    def test_the_icon_comes_back_when_the_panel_restarts(self, tray: RunningTray) -> None:
        tray.start()
        tray.desktop.restart_panel()
        tray.icon()
        tray.open_menu()
        tray.photograph("menu")
        tray.choose("personal")
        until("the file to change", lambda: tray.active() == "personal")
