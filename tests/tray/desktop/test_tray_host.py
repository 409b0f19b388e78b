"""The advice if nothing shows tray icons, and what `status` says about the program that does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("the tray's host is a question of Linux only", allow_module_level=True)

from tests.tray.platforms.linux.private_bus import PrivateBus
from tests.tray.platforms.linux.stub_host import WATCHER, StubHost

from codemie_tray.desktop.tray_host import System, advice, this_system


@pytest.mark.parametrize(
    ("desktops", "distributions", "expected"),
    [
        (("gnome",), ("debian",), "Run `sudo apt install gnome-shell-extension-appindicator`, log out"),
        (("ubuntu", "gnome"), ("ubuntu", "debian"), "Run `sudo apt install gnome-shell-extension-app"),
        (("gnome",), ("fedora",), "Run `sudo dnf install gnome-shell-extension-appindicator`, log out"),
        (("gnome",), ("opensuse-leap", "suse"), "Install it (https://extensions.gnome.org/extension/615)"),
        (("sway",), ("arch",), "sway has no tray of its own. Run `sudo pacman -S waybar`"),
        (("hyprland",), ("nixos",), "Install Waybar (https://waybar.org), and start it"),
        (("i3",), ("debian",), "i3bar shows only XEmbed icons"),
        (("kde",), ("fedora",), "Add the System Tray widget to a panel of Plasma."),
        (("budgie", "gnome"), ("ubuntu",), "Budgie shows it from 10.8 on"),
        ((), (), "A panel that shows StatusNotifierItem icons is needed"),
    ],
)
def test_the_advice_fits_the_desktop_and_the_distribution(
    desktops: tuple[str, ...], distributions: tuple[str, ...], expected: str
) -> None:
    assert expected in advice(System(desktops, distributions))


def test_under_wsl_the_advice_is_to_use_the_windows_tray() -> None:
    assert "install CodeMie Tray on Windows" in advice(System(("gnome",), ("ubuntu",), wsl=True))


def test_sway_and_i3_are_recognised_by_their_sockets_too() -> None:
    assert "sway" in this_system({"SWAYSOCK": "/run/sway.sock"}).desktops
    assert this_system({"XDG_CURRENT_DESKTOP": "GNOME-Classic:GNOME"}).desktops == ("gnome-classic", "gnome")


def run(*arguments: str, home: Path, address: str, display: str = ":99") -> subprocess.CompletedProcess[str]:
    environ = {
        **os.environ,
        "CODEMIE_HOME": str(home),
        "DBUS_SESSION_BUS_ADDRESS": address,
        "DISPLAY": display,
        "WAYLAND_DISPLAY": "",
        "XDG_CURRENT_DESKTOP": "sway",
    }
    command = [sys.executable, "-m", "codemie_tray", *arguments]
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=90)


@pytest.fixture
def home_with_a_profile(tmp_path: Path) -> Path:
    home = tmp_path / "codemie"
    home.mkdir()
    (home / "config.json").write_text('{"version": 2, "activeProfile": "a", "profiles": {"a": {}}}')
    return home


def test_status_and_doctor_name_the_host_or_say_what_to_install(home_with_a_profile: Path) -> None:
    bus = PrivateBus()
    bus.start()
    try:
        for command in ("status", "doctor"):
            output = run(command, home=home_with_a_profile, address=bus.address).stdout
            assert "No program here shows tray icons. sway has no tray of its own." in output
        host = StubHost(bus.address)
        try:
            host.take(WATCHER)
            output = run("status", home=home_with_a_profile, address=bus.address).stdout
            assert "Tray icons are shown by " in output
            value = json.loads(run("status", "--json", home=home_with_a_profile, address=bus.address).stdout)
            assert value["trayHost"]["name"]
            assert value["trayHost"]["advice"] is None
            host.has_host = False
            value = json.loads(run("doctor", "--json", home=home_with_a_profile, address=bus.address).stdout)
            assert value["trayHost"]["name"] is None
            assert value["trayHost"]["advice"].startswith("sway has no tray")
        finally:
            host.close()
    finally:
        bus.remove()


def test_outside_a_desktop_session_status_does_not_mention_the_tray(
    home_with_a_profile: Path, tmp_path: Path
) -> None:
    nowhere = f"unix:path={tmp_path}/no-bus"
    done = run("status", home=home_with_a_profile, address=nowhere)
    assert done.returncode == 0
    assert "tray icons" not in done.stdout
    assert done.stderr == ""
    value = json.loads(run("status", "--json", home=home_with_a_profile, address="", display="").stdout)
    assert value["trayHost"] is None
