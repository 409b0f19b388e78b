"""The rig itself: what tests on it rely on."""

from __future__ import annotations

import datetime
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig import demo, system_packages
from tests.integration.desktop.rig.desktops.desktop import Desktop
from tests.integration.desktop.rig.desktops.session import REPOSITORY, python
from tests.integration.desktop.rig.display.look import Look
from tests.integration.desktop.rig.display.screen import Screen
from tests.integration.desktop.rig.display.screenshot import Picture
from tests.integration.desktop.rig.display.windows import Area, windows
from tests.integration.desktop.rig.processes.members import members
from tests.integration.desktop.rig.processes.program import Program
from tests.integration.desktop.rig.processes.waiting import RigError, until
from tests.integration.desktop.rig.real_screen import has_screen
from tests.integration.desktop.rig.tray.sample_home import OLD_LOGS, make_sample_home
from tests.integration.desktop.rig.tray.tray_items import watcher_is_ready
from tests.integration.desktop.running_tray import RunningTray
from Xlib import X, Xatom
from Xlib.display import Display

pytestmark = needs("x11", "xfce")

NOW = datetime.datetime(2026, 3, 14, 15, 9, tzinfo=datetime.UTC)


def picture_of(image: Image.Image) -> Picture:
    return Picture(image, Area(0, 0, image.width, image.height))


def menu_image() -> Image.Image:
    """Three rows of text with a separator after the second, like a menu."""
    image = Image.new("RGB", (200, 100), (255, 255, 255))
    for top in (10, 35, 70):
        image.paste((0, 0, 0), (20, top, 90, top + 12))
    image.paste((200, 200, 200), (0, 58, 200, 60))
    return image


def test_rows_of_text_are_found_and_separators_are_not() -> None:
    menu = picture_of(menu_image())
    assert [(row.y, row.height) for row in menu.rows()] == [(10, 12), (35, 12), (70, 12)]
    assert [[row.y for row in group] for group in menu.groups()] == [[10, 35], [70]]


def test_shapes_on_a_flat_background_are_separated_by_gaps() -> None:
    image = Image.new("RGB", (100, 100), (240, 240, 240))
    image.paste((200, 0, 0), (10, 10, 20, 20))
    image.paste((200, 0, 0), (12, 60, 30, 70))
    image.paste((0, 0, 200), (50, 5, 72, 27))
    things = picture_of(image).things()
    assert things == [Area(10, 10, 10, 10), Area(12, 60, 18, 10), Area(50, 5, 22, 22)]


def test_a_colour_is_found_only_where_there_is_enough_of_it() -> None:
    image = Image.new("RGB", (100, 30), (240, 240, 240))
    image.paste((21, 100, 192), (40, 5, 60, 25))
    assert picture_of(image).find((25, 105, 190)) == Area(40, 5, 20, 20)
    assert picture_of(image).find((25, 105, 190), at_least=401) is None
    assert picture_of(image).find((60, 105, 190)) is None


def test_a_menus_place_leaves_out_the_room_for_its_shadow(tmp_path: Path) -> None:
    screen = Screen(Look(), environ=os.environ, log=str(tmp_path / "Xvfb.log"))
    screen.start()
    display = Display(screen.display_name)
    try:
        menus = [
            display.screen().root.create_window(100, 50, 200, 300, 0, X.CopyFromParent, override_redirect=1)
            for _ in range(2)
        ]
        kind = display.intern_atom("_NET_WM_WINDOW_TYPE_POPUP_MENU")
        for menu in menus:
            menu.change_property(display.intern_atom("_NET_WM_WINDOW_TYPE"), Xatom.ATOM, 32, [kind])
        room = display.intern_atom("_GTK_FRAME_EXTENTS")
        menus[1].change_property(room, Xatom.CARDINAL, 32, [6, 5, 4, 7])  # left, right, top, bottom
        for menu in menus:
            menu.map()
        display.sync()
        found = [window.area for window in windows(screen.display_name) if window.is_menu]
    finally:
        display.close()
        screen.end()
    assert found == [Area(100, 50, 200, 300), Area(106, 54, 189, 289)]


def is_running(pid: int) -> bool:
    """Return whether a process is running; a zombie, left to the reaper of orphans, is not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_two_desktops_side_by_side_share_nothing(tray: RunningTray) -> None:
    tray.start()
    with Desktop() as other:
        one, two = tray.desktop.environ, other.environ
        for name in ("DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "HOME", "XDG_RUNTIME_DIR"):
            assert one[name] != two[name]
        assert os.stat(two["XDG_RUNTIME_DIR"]).st_mode & 0o777 == 0o700
        assert len(tray.desktop.items()) == 1
        assert other.items() == []
        tray.open_menu()
        assert other.menus() == []


def test_a_desktop_ends_all_its_processes_and_no_others(xfce: Desktop) -> None:
    before = set(members(xfce.mark))
    with Desktop() as desktop:
        folder, mark = desktop.folder, desktop.mark
        activated = desktop.bus.process_of("org.xfce.Xfconf")
        children = (
            Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text(encoding="ascii").split()
        )
        assert activated in members(mark)
        assert is_running(activated)
        assert str(activated) not in children  # so ending what we started would leave it
    assert members(mark) == []
    assert not is_running(activated)
    assert not os.path.exists(folder)
    assert set(members(xfce.mark)) == before


def test_the_same_desktop_twice_looks_the_same_to_the_pixel(tmp_path: Path, title: str) -> None:
    pictures = []
    for run in ("one", "two"):
        with Desktop() as desktop:
            tray = RunningTray(desktop, str(tmp_path / run), title)
            (tmp_path / run).mkdir()
            tray.make_home()
            tray.start()
            tray.open_menu()
            pictures.append(desktop.settled())
    assert pictures[0].differs_from(pictures[1], tolerance=0) == 0
    assert pictures[0].things()


def test_the_bus_stops_and_starts() -> None:
    with Desktop() as desktop:
        desktop.stop_bus()
        assert not desktop.bus.answers()
        assert not watcher_is_ready(desktop.bus)
        desktop.start_bus()
        desktop.start_panel()
        assert watcher_is_ready(desktop.bus)


def test_a_failing_part_is_named_with_the_end_of_its_log(tmp_path: Path) -> None:
    command = ["sh", "-c", "echo first; echo the reason >&2; exit 7"]
    program = Program("panel", command, environ={"PATH": os.defpath}, log=str(tmp_path / "log"))
    program.start().wait()
    with pytest.raises(RigError, match=r"(?s)panel ended .*exit code 7.*the reason"):
        program.until_ready("the panel", lambda: False)


def test_waiting_has_a_limit_and_names_what_was_awaited() -> None:
    with pytest.raises(RigError, match=r"waited 0\.1 s for a miracle\nthe log"):
        until("a miracle", lambda: None, 0.1, on_failure=lambda: "the log")


def test_the_sample_home_has_logs_on_both_sides_of_the_retention(tmp_path: Path) -> None:
    home = make_sample_home(str(tmp_path / "home"), NOW)
    ages = [NOW.timestamp() - entry.stat().st_mtime for entry in os.scandir(os.path.join(home, "logs"))]
    assert sum(age > 5 * 86400 for age in ages) == OLD_LOGS
    assert sum(age <= 5 * 86400 for age in ages) == OLD_LOGS
    text = Path(home, "config.json").read_text(encoding="utf-8")
    assert not any(word in text for word in ("authToken", "apiKey", "token", "secret"))


def test_only_a_screen_that_answers_counts(xfce: Desktop, tmp_path: Path) -> None:
    assert has_screen(xfce.environ)
    assert not has_screen({})
    assert not has_screen({**xfce.environ, "DISPLAY": ":64999"})
    assert not has_screen({**xfce.environ, "DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/none"})
    wayland = {name: value for name, value in xfce.environ.items() if name != "DISPLAY"}
    wayland |= {"WAYLAND_DISPLAY": "wayland-7"}
    assert not has_screen(wayland)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.join(wayland["XDG_RUNTIME_DIR"], "wayland-7"))
        server.listen()
        assert has_screen(wayland)


def packages(*arguments: str, path: str) -> subprocess.CompletedProcess[str]:
    """Run the list of system packages on a bare Python: no site-packages, no PATH but `path`."""
    return subprocess.run(
        [sys.executable, "-S", "-m", "tests.integration.desktop.rig.system_packages", *arguments],
        cwd=REPOSITORY,
        env={"PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def test_missing_packages_are_named_with_the_command_and_a_separate_exit_code(tmp_path: Path) -> None:
    for arguments in ((), ("--install",)):
        done = packages(*arguments, path=str(tmp_path))
        assert done.returncode == system_packages.MISSING_EXIT_CODE
        assert "sudo apt-get install -y --no-install-recommends xvfb dbus-daemon" in done.stdout
        assert done.stderr == ""
    assert packages("--parts", "x11", "xfce", path=os.environ["PATH"]).returncode == 0


def test_installing_runs_apt_get_for_missing_packages(tmp_path: Path) -> None:
    note = tmp_path / "note"
    for name, text in (("apt-get", f'echo "$@" >>{note}'), ("env", 'shift; exec "$@"')):
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    done = packages("--install", "--parts", "xfce", path=str(tmp_path))
    if os.geteuid() == 0:
        install = "install -y --no-install-recommends xfce4-panel xfconf"
        assert note.read_text(encoding="utf-8").splitlines() == [install]
    # It installed nothing, so the same packages are still missing and are reported.
    assert done.returncode == system_packages.MISSING_EXIT_CODE


@pytest.mark.parametrize(
    ("is_root", "has_terminal", "sudo", "asks", "expected"),
    [
        (True, False, None, True, []),
        (False, False, None, True, None),
        (False, True, None, True, None),
        (False, False, "/usr/bin/sudo", True, None),
        (False, True, "/usr/bin/sudo", True, ["/usr/bin/sudo"]),
        (False, False, "/usr/bin/sudo", False, ["/usr/bin/sudo"]),
    ],
)
def test_sudo_is_used_only_if_someone_can_answer_it(
    is_root: bool, has_terminal: bool, sudo: str | None, asks: bool, expected: list[str] | None
) -> None:
    got = system_packages.privilege(
        is_root=is_root, has_terminal=has_terminal, sudo=sudo, sudo_asks=lambda: asks
    )
    assert got == expected


def test_the_demo_switches_cleans_up_and_restores_by_mouse_and_keeps_pictures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert demo.main(["--artifacts", str(tmp_path), "--", *python("-m", "codemie_tray")]) == 0
    output = capsys.readouterr().out
    assert "config.json now says: activeProfile = personal" in output
    assert "notification: Switched to personal" in output
    names = sorted(os.listdir(tmp_path))
    assert names == [
        "1-icon.png",
        "2-menu.png",
        "3-switched.png",
        "4-old-logs.png",
        "5-cleaned.png",
        "6-lost.png",
        "7-restore.png",
        "8-restored.png",
    ]
    assert "Today: 36.4k tokens, 3 sessions" in output
    assert "one click restored 3 profiles" in output


def test_the_demo_fails_if_the_tray_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert demo.main(["--artifacts", str(tmp_path), "--", "sh", "-c", "echo no icon today; exit 4"]) == 1
    output = capsys.readouterr().out
    assert "It did not work" in output
    assert "no icon today" in output
    assert os.listdir(tmp_path) == ["failed.png"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_demo_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    folder = tmp_path / "t"
    folder.mkdir()
    command = python(
        "-m", "tests.integration.desktop.rig.demo", "--artifacts", str(tmp_path / "a"), "--", "sleep", "60"
    )
    environ = {**os.environ, "TMPDIR": str(folder)}

    def of_the_demo() -> list[int]:
        return [pid for pid in with_environment(f"HOME={folder}/") if pid != run.pid]

    with subprocess.Popen(command, cwd=REPOSITORY, env=environ, stdout=subprocess.DEVNULL) as run:
        until("the tray to be started", lambda: list(folder.glob("rig-*/tray.log")), 60)
        assert len(of_the_demo()) > 5
        run.send_signal(number)
        assert run.wait(60) == 128 + number
    assert of_the_demo() == []
    assert list(folder.iterdir()) == []


def with_environment(start: str) -> list[int]:
    """Return the running processes with a variable that starts with this text."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            environ = Path(f"/proc/{name}/environ").read_bytes().split(b"\0")
        except OSError:
            continue
        if any(variable.startswith(start.encode()) for variable in environ):
            found.append(int(name))
    return found


def test_a_dark_desktop_is_dark() -> None:
    with Desktop(look=Look(dark=True)) as desktop:
        assert max(desktop.panel_picture().background()) < 80
