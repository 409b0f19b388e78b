"""The windows of the installed Debian package, in a bare system that has what the package recommends."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from installers.frozen.qt import kept, linux
from installers.linux.libraries import glibc, recommended
from tests.installers.linux.bare_system import BareSystem, run
from tests.installers.linux.installed_window import InstalledWindow, libraries_of, recommended_by
from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.desktops.desktop import Desktop
from tests.integration.desktop.rig.desktops.wayland import WaylandDesktop, can_run_sway
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.windows_qt.conftest import CONFIG
from tests.integration.windows_qt.rig.menu_of_the_tray import tray_with_a_menu
from tests.integration.windows_qt.rig.usage_home import add_use

from codemie_tray.app.services.window_support import LEAST_GLIBC
from codemie_tray.text.exit_codes import ExitCode
from codemie_tray.windows.toolkit import BY_COMMANDS
from installers.linux import tree

pytestmark = [
    *needs("x11", "windows", "systems"),
    pytest.mark.installers,
    pytest.mark.timeout(600),
    pytest.mark.skipif(os.geteuid() != 0, reason="a bare system needs root (chroot, mount)"),
]

Find = Callable[[str], str]
OLDER_C_LIBRARY = """\
#include <string.h>
#include <unistd.h>

size_t confstr(int name, char *buffer, size_t length)
{
    static const char version[] = "glibc 2.31";
    if (name != _CS_GNU_LIBC_VERSION)
        return 0;
    if (buffer && length >= sizeof version)
        memcpy(buffer, version, sizeof version);
    return sizeof version;
}
"""
"""Debian 11's, as far as the program asks: built on Debian 12, the bundle itself does not start there."""
QT = f"{tree.PROGRAM_FOLDER}/_internal/PySide6/Qt"


@pytest.fixture(params=["x11", "wayland"])
def window(request: pytest.FixtureRequest, package: Find, tmp_path: Path) -> Iterator[InstalledWindow]:
    """The window of a home with three profiles; the package is installed."""
    if request.param == "wayland":
        for mark in needs("wayland"):
            if mark.name == "skipif" and mark.args[0]:
                pytest.skip(mark.kwargs["reason"])
        if not can_run_sway():
            pytest.skip("sway refuses root, and user namespaces are off")
    made = WaylandDesktop(with_panel=False) if request.param == "wayland" else Desktop(with_panel=False)
    with made as desktop, BareSystem("bookworm", str(tmp_path), desktop.folder, recommended.DEBIAN) as system:
        assert set(recommended.DEBIAN) <= set(recommended_by(package(".deb")))
        system.run("dpkg", "-i", system.put(package(".deb")))
        window = InstalledWindow(system, desktop, f"installed-on-{request.param}")
        config = window.home / "config.json"
        config.write_text(CONFIG, encoding="utf-8")
        config.chmod(0o600)
        yield window
        window.end()


def test_a_profile_is_switched_in_the_installed_window_and_the_tray_loads_nothing_of_qt(
    window: InstalledWindow,
) -> None:
    with tray_with_a_menu(window) as menu:
        menu.click("Manage profiles...")
        process = until("its window", menu.windows)[0]
        window.attach(process)
        window.until_says("This is the active profile")
        window.choose("personal")
        window.press_button("Switch to this profile")
        until("the switch", lambda: window.config["activeProfile"] == "personal", on_failure=window.failure)
        window.until_says("Switched to personal. New sessions use it; running ones keep theirs.")
        window.picture("switched")
        until("the profile's mark in the menu", lambda: menu.is_active("personal"))
        loaded = libraries_of(process)
        platform = "libqwayland.so" if isinstance(window.desktop, WaylandDesktop) else "libqxcb.so"
        assert f"{QT}/plugins/platforms/{platform}" in loaded
        assert {path for path in loaded if "libQt6" in path or "libicu" in path} == {
            path for path in loaded if path.startswith(f"{QT}/lib/")
        }
        tray = libraries_of(menu.process)
        assert any("libpython" in path for path in tray)
        assert not [path for path in tray if "Qt" in path or "PySide6" in path or "libicu" in path]


def test_settings_and_usage_open_from_the_menu_of_the_installed_tray(window: InstalledWindow) -> None:
    add_use(window.home, "gemini", days_ago=0, tokens=12_345)
    with tray_with_a_menu(window) as menu:
        menu.click("Settings...")
        process = until("the Settings window", menu.windows)[0]
        window.attach(process)
        window.click_named("Logs and sessions")
        window.click_named("Remove old sessions, too")
        settings = window.home / "tray" / "settings.json"
        until("the setting", lambda: '"sessionRetentionDays": 90' in settings.read_text(encoding="utf-8"))
        window.picture("settings")
        os.kill(process, signal.SIGKILL)  # so that the next one fills the screen of sway
        until("its end", lambda: not menu.windows())
        menu.click("Usage...")
        window.attach(until("the Usage window", menu.windows)[0])
        window.until_says("1 session")
        window.picture("usage")


def test_the_package_holds_exactly_the_listed_files_of_qt(package: Find) -> None:
    listed = [line.split()[5] for line in run(["dpkg-deb", "--contents", package(".deb")]).splitlines()]
    inside = [name.removeprefix(f".{tree.PROGRAM_FOLDER}/_internal/") for name in listed]
    found = {name for name in inside if kept.is_qt(name) and not name.endswith("/")}
    assert found == {*linux.FILES, *kept.translations("linux")}
    assert set(linux.HELPERS) <= set(inside)
    assert not set(linux.FROM_THE_SYSTEM) & {os.path.basename(name) for name in inside}


def test_the_package_stays_within_its_size(package: Find) -> None:
    kilobytes = run(["dpkg-deb", "--field", package(".deb"), "Installed-Size"])
    assert os.path.getsize(package(".deb")) <= 34e6
    assert int(kilobytes) * 1024 <= 110e6


@pytest.mark.parametrize("window", ["x11"], indirect=True)
def test_the_windows_need_no_newer_c_library_than_the_menu_says(window: InstalledWindow) -> None:
    needed = glibc.needed_by_windows(window.system.root + tree.PROGRAM_FOLDER)
    assert tuple(map(int, needed.split("."))) <= LEAST_GLIBC


@pytest.mark.parametrize("window", ["x11"], indirect=True)
def test_where_a_library_of_the_desktop_is_missing_it_is_named_and_the_commands_work(
    window: InstalledWindow,
) -> None:
    window.system.run("sh", "-c", "rm /usr/lib/*/libEGL.so.1*")
    ended = window.run("window", "profiles")
    assert ended.returncode == ExitCode.NO_WINDOW
    assert "Qt can't be loaded: libEGL.so.1" in ended.stderr
    assert BY_COMMANDS in ended.stderr
    with tray_with_a_menu(window) as menu:
        menu.click("Manage profiles...")
        until("the notification", lambda: "libEGL.so.1" in str(window.desktop.notifications.seen()))
        assert window.run("switch", "personal").returncode == 0
        until("the profile's mark in the menu", lambda: menu.is_active("personal"))


@pytest.mark.parametrize("window", ["x11"], indirect=True)
def test_with_an_older_c_library_the_row_is_greyed_and_says_what_it_needs(
    window: InstalledWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, library = tmp_path / "older.c", tmp_path / "older.so"
    source.write_text(OLDER_C_LIBRARY, encoding="ascii")
    run(["gcc", "-shared", "-fPIC", "-o", str(library), str(source)])
    environ = {**window.environ(), "LD_PRELOAD": window.system.put(str(library))}
    monkeypatch.setattr(window, "environ", lambda: environ)
    with tray_with_a_menu(window) as menu:
        row = menu.row("Manage profiles: needs Debian 12, Ubuntu 22.04 or newer")
        assert row.properties.get("enabled") is False
        assert window.run("switch", "personal").returncode == 0
        until("the profile's mark in the menu", lambda: menu.is_active("personal"))
