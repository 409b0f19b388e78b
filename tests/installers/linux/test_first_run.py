"""From the package to a switched profile as a newcomer does it: by mouse, on an Xfce panel."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from installers.linux.libraries import recommended
from tests.installers.linux.bare_system import BareSystem
from tests.installers.linux.installed_tray import InstalledTray
from tests.installers.linux.installed_window import InstalledWindow
from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.desktops.desktop import Desktop
from tests.integration.desktop.rig.display.look import Look
from tests.integration.desktop.rig.display.pointer import LEFT, MIDDLE
from tests.integration.desktop.rig.processes.bus import BusError
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.windows_qt.rig.accessible import FOCUSABLE, FOCUSED, Node
from tests.integration.windows_qt.rig.menu_of_the_tray import windows_of
from tests.support.waiting import at_its_quickest

from installers.linux import tree

pytestmark = [
    *needs("x11", "xfce", "windows", "systems"),
    pytest.mark.installers,
    pytest.mark.timeout(600),
    pytest.mark.skipif(os.geteuid() != 0, reason="a bare system needs root (chroot, mount)"),
]

TOKEN = "sk-ant-api03-" + "q7Wb9xKc2LmZ" * 3
FIRST_RUN_SECONDS = 60.0
"""From the package in a bare system to the profile that was chosen in the menu."""


class FirstTray(InstalledTray):
    """The installed tray, with the home and the environment of the window that it will open."""

    def __init__(self, window: InstalledWindow, title: str) -> None:
        super().__init__(window.system, window.desktop, "", title, program=tree.COMMAND)
        self.home = str(window.home)
        self._window = window

    @property
    def environ(self) -> dict[str, str]:
        """What both see."""
        return dict(self._window.environ())

    def click_notification(self) -> None:
        """Do what the notification on the screen offers: dunst's middle click, in the rig's lower corner."""
        until("the notification", self.desktop.notifications.displayed, on_failure=self.desktop.logs)
        area = self.desktop.settled().area
        self.desktop.pointer.click(area.width - 170, area.height - 70, MIDDLE)


@pytest.fixture(scope="module")
def desktop() -> Iterator[Desktop]:
    """An Xfce panel on a screen of an ordinary size."""
    with Desktop(look=Look(width=1280, height=800)) as started:
        yield started


def test_from_the_package_to_a_switched_profile_takes_less_than_a_minute(
    desktop: Desktop, package: Callable[[str], str], tmp_path: Path
) -> None:
    attempts = count(1)

    def attempt() -> None:
        title = f"first-run-{next(attempts)}"
        folder = tmp_path / title
        folder.mkdir()
        with BareSystem("bookworm", str(folder), desktop.folder, recommended.DEBIAN) as system:
            seconds = first_run(InstalledWindow(system, desktop, title), package(".deb"))
            print(", ".join(f"{step} {after:.1f} s" for step, after in seconds.items()))

    at_its_quickest(attempt, within_seconds=FIRST_RUN_SECONDS, tries=3)


def first_run(window: InstalledWindow, deb: str) -> dict[str, float]:
    """Install, start, add two profiles and switch; return the seconds until each step, pictures included."""
    began, steps = time.monotonic(), dict[str, float]()
    window.home.rmdir()  # neither the CLI nor the tray was ever started
    tray = FirstTray(window, window.title)

    def done(step: str) -> None:
        steps[step] = time.monotonic() - began
        tray.photograph(step)

    try:
        window.system.run("dpkg", "-i", window.system.put(deb))
        steps["installed"] = time.monotonic() - began
        tray.start()
        done("icon")
        tray.click_notification()
        window.attach(until("its window", lambda: windows_of(window.home), on_failure=window.failure)[0])
        window.until_says("Which provider?")
        done("add")
        window.click_named("Anthropic")
        click_field(window, "API key", "Add and switch")
        window.type(TOKEN)
        done("typed")
        window.press_button("Add and switch")
        window.until_says("Switched to anthropic. New sessions use it; running ones keep theirs.")
        until("the profile's row", lambda: tray.marked().startswith("anthropic"))
        done("first-profile")
        add_a_second_profile(window)
        done("second-profile")
        tray.open_menu(LEFT)
        done("menu")
        tray.choose("litellm")
        until("the switch", lambda: window.config["activeProfile"] == "litellm", on_failure=window.failure)
        until("the profile's mark in the menu", lambda: tray.marked().startswith("litellm"))
        until("the notification", tray.desktop.notifications.displayed)
        done("switched")
        check_what_was_written(window)
    finally:
        for process in windows_of(window.home):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        window.end()
        tray.end()
    return steps


def click_field(window: InstalledWindow, field: str, button: str) -> None:
    """Turn the wheel until a field is above the sheet's lowest line, that of a button, and click it."""

    def look() -> Node | None:
        found = []
        for node in window.screen.nodes():
            with suppress(BusError):  # it disappeared in the meantime
                if node.role != "label" and node.spoken_name == field:
                    found.append(node)
        return found[-1] if found else None  # the last one: the sheet comes after the window below it

    def in_view() -> Node | None:
        node = until(f"the field {field!r}", look, on_failure=window.failure)
        line = window.screen.find("push button", button).place
        if node.place.y + node.place.height < line.y:
            return node
        search = window.screen.find("text", "Find a provider").place
        # Beside the fields: some of them take the wheel for themselves.
        window.desktop.pointer.scroll(search.x - 8, line.y - 60, down=True)
        window.desktop.settled()
        return None

    window.desktop.settled()
    node = until(f"{field!r} to be scrolled into view", in_view, on_failure=window.failure)
    window.click(node)
    if node.has(FOCUSABLE):
        until("the focus", lambda: node.has(FOCUSED), on_failure=window.failure)


def add_a_second_profile(window: InstalledWindow) -> None:
    """Add a profile for a gateway on this computer, without switching to it."""
    window.press_button("+ Add profile")
    window.click_named("LiteLLM gateway")
    click_field(window, "Address", "Add and switch")
    window.keys("ctrl+a")
    window.type("http://localhost:4000")
    click_field(window, "Model", "Add and switch")
    window.type("qwen3-coder")
    click_field(window, "Switch to it now", "Add and switch")
    window.press_button("Add")
    until("the profile", lambda: "litellm" in window.config["profiles"], on_failure=window.failure)
    assert window.config["activeProfile"] == "anthropic"


def check_what_was_written(window: InstalledWindow) -> None:
    """Compare the files with what was typed."""
    first, second = (window.config["profiles"][name] for name in ("anthropic", "litellm"))
    assert (first["provider"], first["baseUrl"]) == ("anthropic", "https://api.anthropic.com")
    assert (second["provider"], second["baseUrl"]) == ("litellm", "http://localhost:4000")
    assert second["model"] == "qwen3-coder"
    name = first["authToken"].removeprefix("credential:")
    assert window.run("credentials", "get", name).stdout == TOKEN
    for path in window.home.rglob("*"):
        assert path.is_dir() or TOKEN.encode() not in path.read_bytes(), path
