"""A login, simulated by starting the XDG entry as a session does (with dex), and what the user sees."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.desktops.desktop import Desktop
from tests.integration.desktop.rig.display.look import Look
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.desktop.rig.tray.sample_home import OLD_LOGS
from tests.integration.desktop.rig.tray.tray_items import MENU
from tests.integration.desktop.running_tray import COMMAND, RunningTray

pytestmark = [
    *needs("x11", "xfce"),
    pytest.mark.skipif(shutil.which("dex") is None, reason="not installed: dex"),
]

SLOW_DISK = [
    "strace", "-D", "-f", "--seccomp-bpf", "--quiet=all", "--output=/dev/null",
    "--trace=unlinkat", "--inject=unlinkat:delay_enter=100us",
]  # fmt: skip
"""Runs a program that takes 0.1 ms longer per removal: a fast disk would be done before a click stops it."""


class Session(RunningTray):
    """A tray that the login starts, not the test."""

    def command(self, *arguments: str) -> str:
        """Run a command in this session and return its output."""
        environ = {**self.desktop.environ, **self.environ}
        done = subprocess.run(
            [*COMMAND, *arguments], env=environ, capture_output=True, text=True, check=True, timeout=90
        )
        return done.stdout

    def log_in(self) -> None:
        """Start what the session would, without PYTHONPATH, which a login does not set."""
        command = ["dex", "--autostart", "--environment", self.desktop.environ["XDG_CURRENT_DESKTOP"]]
        environ = {**self.environ, "PYTHONPATH": "", "XDG_CONFIG_DIRS": "/nowhere"}
        self.program = self.desktop.run("login", command, environ=environ)

    def click(self, label: str) -> None:
        """Choose a row with a message, as a panel sends it: faster than the mouse."""
        item = self.item()
        row = item.row(label)
        path = str(item.property("Menu"))
        item.bus.call(item.service, path, MENU, "Event", row.id, "clicked", ("s", ""), 0, signature="isvu")

    def starts_at_login(self, on: bool) -> bool:
        """Return whether the menu's mark is as wanted."""
        row = self.row_beginning("Start at login")
        return row is not None and row.checked is on

    def old_logs(self) -> list[str]:
        """Return the names of the remaining old logs."""
        limit = time.time() - 5 * 86400
        logs = os.path.join(self.home, "logs")
        return sorted(n for n in os.listdir(logs) if os.stat(os.path.join(logs, n)).st_mtime < limit)

    def log(self) -> str:
        """Return the text of our own log."""
        logs = Path(self.home, "logs")
        return "".join(path.read_text(encoding="utf-8") for path in sorted(logs.glob("tray-*.log")))


@pytest.fixture(params=[False, True], ids=["light", "dark"])
def session(request: pytest.FixtureRequest, tmp_path: Path, title: str) -> Iterator[Session]:
    """A desktop whose panel is not running yet, as is common when login programs start."""
    with Desktop(look=Look(dark=request.param), with_panel=False) as desktop:
        session = Session(desktop, str(tmp_path), title)
        session.make_home()
        yield session


def test_at_login_old_logs_are_removed_the_icon_follows_the_panel_and_nothing_else_is_visible(
    session: Session,
) -> None:
    desktop = session.desktop
    assert isinstance(desktop, Desktop)
    windows_before = desktop.windows()
    assert len(session.old_logs()) == OLD_LOGS
    assert "starts at login" in session.command("autostart", "on")
    entry = Path(desktop.environ["XDG_CONFIG_HOME"], "autostart", "codemie-tray.desktop")
    registered = entry.read_text(encoding="utf-8")
    session.log_in()
    until("the old logs to be gone", lambda: not session.old_logs(), on_failure=desktop.logs)
    until("the log to say so", lambda: "There is no tray host yet" in session.log())
    assert not desktop.items()
    desktop.start_panel()
    session.icon()
    session.photograph("logged-in")
    assert [w for w in desktop.windows() if w not in windows_before and w.kind != "DOCK"] == []
    assert desktop.notifications.seen() == []
    assert session.log().count("There is no tray host yet") == 1
    assert "3 old files removed" in session.log()
    session.open_menu()
    session.photograph("clean")
    clean = session.row_beginning("Logs are clean")
    assert clean is not None
    assert not clean.enabled
    login = session.row_beginning("Start at login")
    assert login is not None
    assert login.checked is True
    assert entry.read_text(encoding="utf-8") == registered
    session.close_menu()


def test_the_menu_counts_and_cleans_logs_and_toggles_the_login_entry(session: Session) -> None:
    desktop = session.desktop
    desktop.start_panel()
    session.start()
    until("the start to have cleaned", lambda: session.row_beginning("Logs are clean"))
    for number in range(3):
        path = os.path.join(session.home, "logs", f"debug-2026-01-0{number + 1}.log")
        with open(path, "wb") as file:
            file.write(b"x" * 4_000_000)
        os.utime(path, (1_770_000_000, 1_770_000_000))
    until("the numbers", lambda: session.row_beginning("Clean up logs now (3 files, 12 MB)"))
    session.open_menu()
    session.photograph("old-logs")
    session.choose("Clean up logs now")
    until("the row to grey", lambda: session.row_beginning("Logs are clean"), on_failure=desktop.logs)
    until("the notification", desktop.notifications.displayed)
    session.photograph("cleaned")
    assert [(n.title, n.text) for n in desktop.notifications.seen()] == [
        ("Logs are clean", "3 old files removed (12 MB).")
    ]
    entry = os.path.join(desktop.environ["XDG_CONFIG_HOME"], "autostart", "codemie-tray.desktop")
    for on in (True, False):
        session.open_menu()
        session.choose("Start at login")
        until("the mark", functools.partial(session.starts_at_login, on))
        assert os.path.exists(entry) is on
    session.command("autostart", "on")  # by another program: the menu follows
    until("the mark", functools.partial(session.starts_at_login, True))


@pytest.mark.skipif(shutil.which("strace") is None, reason="not installed: strace")
def test_cleaning_a_large_folder_shows_progress_can_be_stopped_and_does_not_delay_a_switch(
    session: Session,
) -> None:
    if session.desktop.look.dark:
        pytest.skip("once is enough: 100,000 files take a while to make")
    desktop = session.desktop
    desktop.start_panel()
    session.start(under=SLOW_DISK)
    until("the start to have cleaned", lambda: session.row_beginning("Logs are clean"))
    logs = os.path.join(session.home, "logs")
    made = os.path.join(session.home, "made")
    os.mkdir(made)
    for number in range(100_000):
        day = date(1700, 1, 1) + timedelta(days=number)  # only a name with a date is that of a log
        path = os.path.join(made, f"debug-{day}.log")
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY))
        os.utime(path, (1_770_000_000, 1_770_000_000))
    os.rename(logs, logs + "-before")
    os.rename(made, logs)
    until("the numbers", lambda: session.row_beginning("Clean up logs now (100,000 files"), 90)
    session.open_menu()
    session.choose("Clean up logs now")
    until("progress", lambda: session.row_beginning("Cleaning up: "), on_failure=desktop.logs)
    session.open_menu()
    session.photograph("cleaning")
    session.choose("Cleaning up: ")
    until("the end", lambda: session.row_beginning("Clean up logs now"), on_failure=desktop.logs)
    left = len(os.listdir(logs))
    assert 0 < left < 100_000
    assert "stopped before the end" in session.log()
    session.click("Clean up logs now")
    until("it to go on", lambda: len(os.listdir(logs)) < left)
    session.click("personal")
    until("the switch", lambda: session.active() == "personal")
    assert len(os.listdir(logs)) > 1, "the switch waited for the cleaning"
    until("the end", lambda: session.row_beginning("Logs are clean"), 90, on_failure=desktop.logs)
