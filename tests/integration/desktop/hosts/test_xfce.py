"""The tray on Xfce's panel (GTK), clicked by a real pointer."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.desktop.host_contract import LookContract
from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.desktops.desktop import Desktop
from tests.integration.desktop.rig.display.look import Look
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.desktop.rig.tray.tray_on_screen import LEFT, RIGHT
from tests.integration.desktop.running_tray import RunningTray
from tests.support.waiting import at_its_quickest

from codemie_tray import __version__
from codemie_tray.text.exit_codes import ExitCode

pytestmark = needs("x11", "xfce")


@pytest.mark.parametrize("button", [LEFT, RIGHT], ids=["left", "right"])
def test_a_click_opens_the_menu_with_the_profiles_in_their_order(tray: RunningTray, button: int) -> None:
    tray.start()
    tray.open_menu(button)
    tray.photograph("menu")
    rows = [row for row in tray.rows() if row.radio]
    assert [row.label.split(" ")[0] for row in rows] == ["work", "personal", "Büro"]
    assert [row.checked for row in rows] == [True, False, False]
    for row in rows:
        tray.place_of(row.label, tray.rows())  # raises if the drawn menu differs from the bus


@pytest.mark.parametrize("name", ["personal", "Büro (Proxy)"])
def test_choosing_a_profile_updates_the_file_the_mark_and_the_icon_with_a_notification(
    tray: RunningTray, name: str
) -> None:
    tray.start()
    before = tray.item().colour()
    tray.open_menu(LEFT)
    tray.choose(name)
    until("the file to change", lambda: tray.active() == name)
    until("the mark to move", lambda: tray.marked().startswith(name))
    after = until("another colour", lambda: c if (c := tray.item().colour()) != before else None)
    tray.icon(after)
    assert tray.desktop.panel_picture().find(before) is None
    until("the notification", tray.desktop.notifications.displayed)
    tray.photograph("switched")
    assert tray.notified_with(after)
    (notification,) = tray.desktop.notifications.seen()
    assert notification.title == f"Switched to {name}"
    assert "running ones keep theirs" in notification.text


def test_the_menu_can_be_used_by_keyboard(xfce: Desktop, tray: RunningTray) -> None:
    tray.start()
    tray.open_menu(LEFT)
    xfce.pointer.press("Down", "Down", "Return")
    until("the file to change", lambda: tray.active() == "personal")


def test_an_outside_change_shows_within_a_second_in_the_open_menu(tray: RunningTray) -> None:
    tray.start()
    menu = tray.open_menu()

    def change(name: str) -> None:
        before = tray.desktop.picture().crop(menu.area)
        tray.set_active(name)
        until("the mark to move", lambda: tray.marked().startswith(name))
        until("the open menu to follow", lambda: tray.desktop.picture().crop(menu.area).differs_from(before))

    names = itertools.cycle(("personal", "work"))
    at_its_quickest(lambda: change(next(names)), within_seconds=1)
    if tray.active() == "work":
        change("personal")
    assert [shown.area for shown in tray.desktop.menus()] == [menu.area]
    time.sleep(0.7)  # by now the panel shows its tooltip over the menu
    tray.photograph("followed")
    tray.choose("work")
    until("the row that was redrawn to work", lambda: tray.active() == "work")


def test_a_menu_stays_open_while_irrelevant_files_change(tray: RunningTray) -> None:
    tray.start()
    menu = tray.open_menu()
    before = tray.desktop.settled().crop(menu.area)
    for number in range(5):
        with open(os.path.join(tray.home, "logs", f"debug-{number}.log"), "w", encoding="utf-8") as file:
            file.write("a line\n")
        tray.write_config(Path(tray.config).read_text(encoding="utf-8") + "\n")
    time.sleep(0.5)
    assert [shown.area for shown in tray.desktop.menus()] == [menu.area]
    assert tray.desktop.picture().crop(menu.area).differs_from(before) == 0


def test_a_profile_added_from_outside_is_in_the_menu_within_a_second(tray: RunningTray) -> None:
    tray.start()
    config = json.loads(Path(tray.config).read_text(encoding="utf-8"))
    names = iter(("new one", "new two", "new three", "new four", "new five", "new six"))

    def add() -> None:
        name = next(names)
        config["profiles"][name] = {"provider": "anthropic", "model": "m"}
        tray.write_config(json.dumps(config))
        until("the row", lambda: tray.row_beginning(name))

    at_its_quickest(add, within_seconds=1)
    tray.open_menu()
    tray.photograph("added")
    tray.choose("new one")
    until("the file to change", lambda: tray.active() == "new one")


def test_the_icon_comes_back_when_the_panel_restarts(tray: RunningTray) -> None:
    tray.start()
    tray.desktop.restart_panel()
    tray.icon()
    tray.open_menu(LEFT)
    tray.choose("personal")
    until("the file to change", lambda: tray.active() == "personal")


def test_the_icon_appears_in_a_panel_that_starts_later(tray: RunningTray) -> None:
    tray.desktop.stop_panel()
    try:
        program = tray.start(wait=False)
        time.sleep(0.7)
        assert program.is_running()
    finally:
        tray.desktop.start_panel()
    tray.icon()
    assert "work" in tray.marked()


@pytest.mark.parametrize(
    "text", ['{\n  "activeProfile": "work",\n  "profiles": {\n', ""], ids=["cut", "empty"]
)
def test_a_broken_config_shows_a_badge_and_a_row_until_it_is_fixed(tray: RunningTray, text: str) -> None:
    tray.start()
    healthy = Path(tray.config).read_text(encoding="utf-8")
    clean = tray.desktop.panel_picture()
    tray.write_config(text)
    until("the entry", lambda: tray.top_labels()[0].startswith("config.json"))
    until("the badge", lambda: tray.desktop.panel_picture().differs_from(clean))
    tray.open_menu()
    tray.photograph("broken")
    assert tray.rows()[0].enabled
    assert Path(tray.config).read_text(encoding="utf-8") == text
    tray.choose("config.json")
    until("the file to be opened", lambda: tray.config in tray.desktop.opened())
    tray.write_config(healthy)
    until("the profiles to be back", lambda: "work" in tray.marked())
    until("the badge to go", lambda: tray.desktop.panel_picture().differs_from(clean) == 0)


def test_without_config_and_windows_the_menu_offers_to_create_the_first_profile(
    tray: RunningTray,
) -> None:
    shutil.rmtree(tray.home)
    tray.without_windows()
    tray.start()
    assert tray.top_labels()[0] == "Create your first profile..."
    tray.open_menu(LEFT)
    tray.photograph("first-run")
    tray.choose("Create your first profile")
    until("the notification", tray.desktop.notifications.displayed)
    tray.photograph("helped")
    (notification,) = tray.desktop.notifications.seen()
    assert notification.title == "Create your first profile"
    until("the folder to be opened", lambda: tray.home in tray.desktop.opened())
    tray.write_config('{"version": 2, "activeProfile": "a", "profiles": {"a": {"provider": "x"}}}')
    until("the profile", lambda: tray.marked().startswith("a"))


def test_the_first_profile_in_a_cli_home_is_one_that_the_cli_reads(tray: RunningTray) -> None:
    shutil.rmtree(tray.home)
    tray.without_windows()
    tray.start()
    tray.open_menu(LEFT)
    tray.choose("Create your first profile")
    helped = Path(tray.home, "first-profile.txt")
    until("the help", lambda: "Save this as config.json" in helped.read_text() if helped.exists() else False)
    Path(tray.home, "sessions").mkdir()  # the CLI has used the home since
    until("the notification", tray.desktop.notifications.displayed)
    tray.open_menu(LEFT)
    tray.choose("Create your first profile")
    until("the help", lambda: "codemie-cli.config.json" in helped.read_text())
    text = helped.read_text()
    Path(tray.home, "codemie-cli.config.json").write_text(text[text.index("{") : text.rindex("}") + 1])
    until("the profile", lambda: tray.marked().startswith("work"))
    assert tray.row_beginning("The CLI does not find") is None


def test_many_profiles_are_in_a_submenu_that_can_be_clicked(tray: RunningTray) -> None:
    profiles = {f"profile {n:02}": {"provider": "anthropic", "model": "m"} for n in range(20)}
    tray.write_config(json.dumps({"version": 2, "activeProfile": "profile 00", "profiles": profiles}))
    tray.start()
    tray.open_menu()
    tray.choose_up_to("More (15)")
    tray.photograph("more")
    tray.desktop.close_menus()
    tray.open_menu()
    tray.choose("More (15)", "profile 17")
    until("the file to change", lambda: tray.active() == "profile 17")


@pytest.mark.parametrize("active", ["profile 00", "profile 19"])
def test_with_twenty_five_profiles_quit_is_on_a_screen_of_480_pixels(
    tmp_path: Path, title: str, active: str
) -> None:
    profiles = {f"profile {n:02}": {"provider": "anthropic", "model": "m"} for n in range(25)}
    with Desktop(look=Look(width=800, height=480)) as desktop:
        tray = RunningTray(desktop, str(tmp_path), title)
        tray.make_home()
        tray.write_config(json.dumps({"version": 2, "activeProfile": active, "profiles": profiles}))
        program = tray.start()
        tray.open_menu()
        tray.photograph("menu")
        assert desktop.picture().area.contains(tray.place_of("Quit", tray.rows()))
        tray.choose("Quit")
        assert program.wait() == ExitCode.OK


def test_a_second_start_exits_with_success_and_the_first_shows_itself(tray: RunningTray) -> None:
    tray.start()
    second = tray.run()
    assert second.wait() == ExitCode.OK
    assert "already running" in second.output()
    until("the notification", tray.desktop.notifications.displayed)
    tray.photograph("shows-itself")
    (notification,) = tray.desktop.notifications.seen()
    assert "is running" in notification.title
    assert len(tray.desktop.items()) == 1


def test_the_folder_is_opened(tray: RunningTray) -> None:
    tray.start()
    tray.open_menu()
    tray.choose("Open the CodeMie folder")
    until("the folder to be opened", lambda: tray.home in tray.desktop.opened())


def test_without_windows_about_names_the_version_and_the_home(tray: RunningTray) -> None:
    tray.without_windows()
    tray.start()
    tray.open_menu()
    tray.choose("About")
    until("the notification", tray.desktop.notifications.displayed)
    tray.photograph("about")
    (notification,) = tray.desktop.notifications.seen()
    assert notification.title == f"CodeMie Tray {__version__}"
    assert tray.home in notification.text
    assert "codemie-tray --help" in notification.text


def test_quit_ends_the_program_and_removes_the_icon(tray: RunningTray) -> None:
    program = tray.start()
    colour = tray.item().colour()
    tray.open_menu()
    tray.choose("Quit")
    assert program.wait() == ExitCode.OK
    until("the icon to be gone", lambda: tray.desktop.panel_picture().find(colour) is None)


def test_without_a_session_bus_the_tray_reports_it_and_exits(tray: RunningTray, tmp_path: Path) -> None:
    nowhere = {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/none", "XDG_RUNTIME_DIR": str(tmp_path)}
    program = tray.run(environ=nowhere)
    assert program.wait() == ExitCode.NO_TRAY
    assert "bus" in program.output()
    assert "Traceback" not in program.output()


def test_the_icon_returns_when_the_bus_restarts(tmp_path: Path, title: str) -> None:
    with Desktop() as desktop:
        tray = RunningTray(desktop, str(tmp_path), title)
        tray.make_home()
        program = tray.start()
        desktop.stop_bus()
        desktop.start_bus()
        desktop.start_panel()
        program.until_ready("the icon to be registered", desktop.items)
        tray.open_menu(LEFT)
        tray.choose("personal")
        until("the file to change", lambda: tray.active() == "personal")


LOOKS = {"dark": Look(dark=True), "hidpi": Look(scale=2), "dark-hidpi": Look(dark=True, scale=2)}


class TestLooks(LookContract):
    smallest_icon = 16

    @pytest.fixture(scope="class", params=LOOKS)
    @classmethod
    def desktop(cls, request: pytest.FixtureRequest) -> Iterator[Desktop]:
        with Desktop(look=LOOKS[request.param]) as desktop:
            yield desktop
