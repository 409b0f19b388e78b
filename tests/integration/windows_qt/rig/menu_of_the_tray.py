"""The tray on the windows' desktop: its menu as a panel reads it, and the windows that it started."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.windows_qt.rig.open_window import OpenWindow
from tests.tray.platforms.linux.stub_host import WATCHER, Row, StubHost


class MenuOfTheTray:
    """A running tray, whose menu is clicked over the bus.

    Args:
        window: provides the home and the desktop.
        host: the panel.
    """

    def __init__(self, window: OpenWindow, host: StubHost) -> None:
        self._window, self._host = window, host
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> int:
        """The running tray's process."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start the tray, and wait for its icon."""
        self._process = subprocess.Popen(
            self._window.command(),
            env=dict(self._window.environ()),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until("the icon", lambda: self._host.registered)

    def end(self) -> None:
        """End the tray."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait()
            self._process = None

    def row(self, label: str) -> Row:
        """Wait for a row of the menu that begins with this text."""

        def find() -> Row | None:
            return next((row for row in self._host.menu().all() if row.label.startswith(label)), None)

        return until(f"the row {label!r}", find)

    def click(self, label: str) -> None:
        """Click a row."""
        self._host.click(self.row(label).number)

    def is_active(self, profile: str) -> bool:
        """Return whether a profile's row is marked."""
        return self.row(profile).properties.get("toggle-state") == 1

    def windows(self) -> list[int]:
        """Return the processes of the home's windows."""
        return windows_of(self._window.home)


def windows_of(home: Path, kind: str = "") -> list[int]:
    """Return the processes of a home's windows, or of those of one kind."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0") if entry.name.isdigit() else []
        except OSError:
            continue  # ended meanwhile
        wanted = [b"window", *([kind.encode()] if kind else [])]
        if os.fsencode(home) in words and b" ".join(wanted) in b" ".join(words):
            found.append(int(entry.name))
    return found


@contextmanager
def tray_with_a_menu(window: OpenWindow) -> Iterator[MenuOfTheTray]:
    """Run the tray; at the end, close it and its windows."""
    host = StubHost(window.desktop.environ["DBUS_SESSION_BUS_ADDRESS"])
    menu = MenuOfTheTray(window, host)
    try:
        host.take(WATCHER)
        menu.start()
        yield menu
    finally:
        menu.end()
        for process in menu.windows():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        host.close()
