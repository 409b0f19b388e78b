"""The rows that open a window, clicked in a real tray on a real bus: what the tray loads and reports."""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Callable

import pytest
from tests.tray.platforms.linux.private_bus import PrivateBus
from tests.tray.platforms.linux.started import Started, started, until
from tests.tray.platforms.linux.stub_host import Row, StubHost

from codemie_tray import __version__
from codemie_tray.app.services.window_support import TOOLKIT

__all__ = ["started"]

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec(TOOLKIT) is None, reason="PySide6-Essentials is not installed"
)

IMPORTS = """
import os, sys
seen = os.open(%r, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
def hook(event, arguments):
    if event == "import":
        os.write(seen, (str(arguments[0]) + "\\n").encode())
sys.addaudithook(hook)
"""
"""Records every module that the tray starts to import."""
NO_SCREEN = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "QT_QPA_PLATFORM": ""}


def row(host: StubHost, label: str) -> Callable[[], Row | None]:
    """Return a function that finds a row of the menu."""
    return lambda: next((row for row in host.menu().all() if row.label == label), None)


def test_a_window_that_cannot_be_shown_says_why_and_the_tray_never_loads_the_toolkit(
    started: Started, bus: PrivateBus, host: StubHost
) -> None:
    seen = started.folder / "imports"
    started.start("--verbose", bus=bus.address, prelude=IMPORTS % str(seen), more=NO_SCREEN)
    host.properties()
    manage = row(host, "Manage profiles...")
    until(manage, started)
    found = manage()
    assert found is not None
    host.click(found.number)
    until(lambda: host.notifications, started)
    assert host.notifications[0][3] == "The window could not be opened"
    assert "there is no screen to show a window on" in host.notifications[0][4]
    loaded = seen.read_text().split()
    assert "codemie_tray.app.services.window_launcher" in loaded
    assert [name for name in loaded if name.startswith(("PySide", "shiboken", "codemie_tray.windows"))] == []


def test_without_windows_about_is_a_notification(started: Started, bus: PrivateBus, host: StubHost) -> None:
    prelude = (
        "import importlib.util\n"
        "find = importlib.util.find_spec\n"
        f"importlib.util.find_spec = lambda name, *more: None if name == {TOOLKIT!r} else find(name, *more)\n"
    )
    started.start(bus=bus.address, prelude=prelude)
    host.properties()
    about = row(host, "About / Help")
    until(about, started)
    found = about()
    assert found is not None
    assert row(host, "Settings...")() is None
    host.click(found.number)
    until(lambda: host.notifications, started)
    title, text = host.notifications[0][3:5]
    assert title == f"CodeMie Tray {__version__}"
    assert text.endswith("For all commands, run: codemie-tray --help")


def test_without_a_profile_the_start_notification_has_a_button_to_add_one(
    started: Started, bus: PrivateBus, host: StubHost
) -> None:
    os.unlink(started.home / "config.json")
    host.capabilities = ["body", "actions"]
    process = started.start("--verbose", bus=bus.address, more=NO_SCREEN)
    host.properties()
    until(row(host, "Add your first profile..."), started)
    until(lambda: host.notifications, started)
    assert host.notifications[0][3:5] == ("No profile yet", "Add your first one, here or in the menu.")
    assert "Add a profile" in host.notifications[0][5]
    process.terminate()
    assert process.wait(30) == 0


def test_that_notification_disappears_once_there_is_a_profile(
    started: Started, bus: PrivateBus, host: StubHost
) -> None:
    os.unlink(started.home / "config.json")
    process = started.start("--verbose", bus=bus.address, more=NO_SCREEN)
    host.properties()
    until(lambda: host.notifications, started)
    until(row(host, "Add your first profile..."), started)
    assert host.closed == []
    (started.home / "config.json").write_text(
        json.dumps({"activeProfile": "a", "profiles": {"a": {"provider": "sso"}}})
    )
    until(lambda: host.closed == [41], started)
    process.terminate()
    assert process.wait(30) == 0


def test_a_login_start_shows_no_such_notification(started: Started, bus: PrivateBus, host: StubHost) -> None:
    os.unlink(started.home / "config.json")
    started.start("--verbose", "--background", bus=bus.address, more=NO_SCREEN)
    host.properties()
    until(row(host, "Add your first profile..."), started)
    (started.home / "config.json").write_text(
        json.dumps({"activeProfile": "a", "profiles": {"a": {"provider": "sso"}}})
    )
    until(row(host, "Manage profiles..."), started)
    assert host.notifications == []
