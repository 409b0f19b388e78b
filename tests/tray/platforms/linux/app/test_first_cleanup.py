"""The first time the tray removes old logs, it says so, also at login: real processes on a private bus."""

from __future__ import annotations

import json
import subprocess

import pytest
from tests.tray.platforms.linux.private_bus import PrivateBus
from tests.tray.platforms.linux.started import CONFIG, Started, started, until
from tests.tray.platforms.linux.stub_host import StubHost

from codemie_core import Home
from codemie_core.config.settings import SettingsStore
from codemie_tray.app.services.window_support import windows_here
from codemie_tray.view.state import Windows

__all__ = ["started"]

TITLE = "Old logs were removed"


def notices(host: StubHost) -> list[str]:
    """Return the texts of the notifications of removed logs."""
    return [shown[4] for shown in host.notifications if shown[3] == TITLE]


READY_LATE = """
import os, time
from codemie_tray.app.app import App
serve = App._serve
def late(app):
    while os.path.exists({old!r}):
        time.sleep(0.01)
    time.sleep(0.5)
    serve(app)
App._serve = late
"""
"""The tray is ready only after the old log was removed."""


def run_until_cleaned(
    started: Started, bus: PrivateBus, host: StubHost, prelude: str = ""
) -> subprocess.Popen[str]:
    """Start at login with one old log, and return once it was removed and the menu says so."""
    started.young_log()
    old = started.old_log()
    before = len(host.registered)
    process = started.start("--background", bus=bus.address, prelude=prelude.format(old=str(old)))
    until(lambda: len(host.registered) > before, started)
    host.properties()
    until(lambda: not old.exists(), started)
    until(lambda: any(row.label == "Logs are clean" for row in host.menu().all()), started)
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    assert process.wait(60) == 0


def test_the_first_removal_is_reported_at_login_and_no_later_one(
    started: Started, bus: PrivateBus, host: StubHost
) -> None:
    process = run_until_cleaned(started, bus, host)
    until(lambda: notices(host), started)
    [text] = notices(host)
    assert text.startswith("1 file unchanged for 5 days (3 bytes). CodeMie Tray does this every day")
    end(process)
    process = run_until_cleaned(started, bus, host)
    (started.home / "config.json").write_text(CONFIG.replace('"work"', '"renamed"'))
    until(lambda: any(row.label.startswith("renamed") for row in host.menu().all()), started)
    end(process)
    assert len(notices(host)) == 1
    mark = started.home / "tray" / "first-cleanup.json"
    assert json.loads(mark.read_text()) == {"shown": True}
    assert oct(mark.stat().st_mode & 0o777) == "0o600"


@pytest.mark.parametrize("prelude", ["", READY_LATE], ids=["ready first", "cleaned first"])
def test_the_notification_says_where_to_change_what_happened(
    started: Started, bus: PrivateBus, host: StubHost, prelude: str
) -> None:
    SettingsStore(Home(str(started.home))).change(log_retention_days=30)
    autostart = started.folder / ".config" / "autostart"
    autostart.mkdir(parents=True)
    (autostart / "codemie-tray.desktop").write_text(
        "[Desktop Entry]\nType=Application\nName=CodeMie Tray\nExec=codemie-tray --background\n"
    )
    process = run_until_cleaned(started, bus, host, prelude)
    until(lambda: notices(host), started)
    end(process)
    [text] = notices(host)
    assert "unchanged for 30 days" in text
    assert "every day, and starts at login. To " in text
    where = "“Settings...” in the menu" if windows_here() is Windows.READY else "set logRetentionDays in "
    assert where in text


def test_where_nothing_was_removed_nothing_is_reported(
    started: Started, bus: PrivateBus, host: StubHost
) -> None:
    started.young_log()
    process = started.start("--background", bus=bus.address)
    host.properties()
    until(lambda: any(row.label == "Logs are clean" for row in host.menu().all()), started)
    assert host.notifications == []
    end(process)
    assert not (started.home / "tray" / "first-cleanup.json").exists()


def test_what_was_removed_before_there_was_a_bus_is_reported_once_there_is_one(
    started: Started, host: StubHost, bus: PrivateBus
) -> None:
    link = started.folder / "bus"
    prelude = (
        "import codemie_tray.app.lifecycle.tray_retry as late\n"
        "late.FIRST_PAUSE_SECONDS = late.LONGEST_PAUSE_SECONDS = 0.2"
    )
    started.young_log()
    old = started.old_log()
    process = started.start("--background", bus=f"unix:path={link}", prelude=prelude)
    until(lambda: not old.exists(), started)
    until(lambda: "1 old file removed" in started.log(), started)
    link.symlink_to(bus.address.split("path=")[1].split(",")[0])
    host.properties()
    until(lambda: notices(host), started)
    end(process)
