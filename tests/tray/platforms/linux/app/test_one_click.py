"""The cost of one click, counted in a real tray on a real bus whose watcher reports its own write."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.daily_logs import long_ago
from tests.tray.platforms.linux.private_bus import PrivateBus
from tests.tray.platforms.linux.started import Started, started, until
from tests.tray.platforms.linux.stub_host import Row, StubHost

from codemie_core import Home
from codemie_core.files.lock import StoreLock

__all__ = ["started"]

TWO = '{"activeProfile": "%s", "profiles": {"home": {"provider": "sso"}, "work": {"provider": "sso"}}}'

COUNT = """
import os, sys
seen = os.open(%r, os.O_CREAT | os.O_WRONLY | os.O_APPEND)
def note(kind, path):
    os.write(seen, f"{kind} {path}\\n".encode("utf-8", "replace"))
def hook(event, arguments):
    if event in ("open", "os.listdir"):
        path = arguments[0]
        if isinstance(path, int):
            path = os.readlink(f"/proc/self/fd/{path}")
        note(event, path)
sys.addaudithook(hook)
from codemie_core.config import reader
from codemie_core.config.model import config as model
from codemie_core.config.history import reader as history_reader
parse = model.parse_config
def counted(data, **named):
    note("parse", named["path"])
    return parse(data, **named)
reader.parse_config = history_reader.parse_config = counted
"""


class Counted:
    """A running tray whose opened files are counted."""

    def __init__(self, started: Started, host: StubHost) -> None:
        self.started = started
        self.host = host
        self.config = started.home / "config.json"
        self.notes = started.folder / "seen"

    def write(self, active: str) -> None:
        """Write the configuration in place, as the CLI does."""
        self.config.write_text(TWO % active)

    def start(self, bus: PrivateBus, prelude: str = "") -> None:
        self.tray = self.started.start(
            "--verbose", bus=bus.address, prelude=COUNT % str(self.notes) + prelude
        )
        self.host.properties()  # like a panel that shows the icon
        until(lambda: "Today: no usage" in self.labels(), self.started)
        until(lambda: "the keyring is unknown" in self.started.log(), self.started)
        self.quiet()

    def labels(self) -> list[str]:
        return [row.label for row in self.host.menu().all()]

    def row(self, name: str) -> Row:
        return next(row for row in self.host.menu().all() if row.label.startswith(name))

    def is_active(self, name: str) -> bool:
        return self.row(name).properties.get("toggle-state") == 1

    def click(self, name: str) -> None:
        self.host.click(self.row(name).number)

    def clicked(self, name: str, number: int) -> Counter[str]:
        """Switch by the `number`th click; return what the tray opened and parsed until it was quiet."""
        before = self.position()
        self.click(name)
        until(lambda: len(self.host.notifications) == number, self.started)
        self.quiet()
        assert self.is_active(name)
        return self.since(before)

    def said(self, title: str) -> int:
        return sum(shown[3] == title for shown in self.host.notifications)

    def quiet(self) -> None:
        """Wait until the tray has opened nothing for a while during which it was not delayed."""
        size, looks = -1, 0
        while looks < 7:
            time.sleep(0.1)
            looks = looks + 1 if (size, True) == (size := self.notes.stat().st_size, self._sleeps()) else 0

    def _sleeps(self) -> bool:
        """Whether each thread of the tray is blocked, and none is waiting for the processor."""
        tasks = Path(f"/proc/{self.tray.pid}/task")
        return all(
            (task / "stat").read_text().rpartition(") ")[2].startswith("S") for task in tasks.iterdir()
        )

    def since(self, position: int) -> Counter[str]:
        lines = self.notes.read_text().splitlines()[position:]
        return Counter(line.replace(str(self.started.home), "~") for line in lines)

    def position(self) -> int:
        return len(self.notes.read_text().splitlines())


@pytest.fixture
def counted(started: Started, host: StubHost) -> Iterator[Counted]:
    counted = Counted(started, host)
    counted.write("work")
    long_ago = time.time() - 3600
    os.utime(counted.config, (long_ago, long_ago))
    yield counted
    started.end()


def test_a_click_and_its_echo_open_the_configuration_twice_and_parse_it_once(
    counted: Counted, bus: PrivateBus
) -> None:
    """Opened to be read, and to be compared before it is replaced. No other file of the menu is read."""
    counted.start(bus)
    for number, name in enumerate(("home", "work", "home"), start=1):
        seen = counted.clicked(name, number)
        assert (seen["parse ~/config.json"], seen["open ~/config.json"]) == (1, 2), seen
        # Its temporary names: that of the new content, created; that of the old content, not opened again.
        assert sum(count for what, count in seen.items() if what.startswith("open ~/.config.json.")) == 1
        assert seen["os.listdir ~/tray/history"] <= 4
        for path in ("~/.credentials", "settings.json", "credentials.pin"):
            assert not seen[f"open {path}"], seen
        assert not [what for what in seen if "autostart" in what]
    before = counted.position()
    counted.write("work")  # the control: what another program writes is read and shown
    until(lambda: counted.is_active("work"), counted.started)
    counted.quiet()
    assert counted.since(before)["parse ~/config.json"] >= 1


def test_where_no_written_file_can_be_held_open_a_click_opens_the_configuration_once_more(
    counted: Counted, bus: PrivateBus
) -> None:
    """The control of the test above, and what happens on Windows."""
    counted.start(
        bus,
        "from codemie_core.files.atomic_file import HeldFile\nHeldFile.hold = lambda held, fd: None\n",
    )
    seen = counted.clicked("home", 1)
    assert (seen["parse ~/config.json"], seen["open ~/config.json"]) == (1, 3), seen


def test_a_click_is_drawn_while_the_change_is_still_being_watched(counted: Counted, bus: PrivateBus) -> None:
    counted.start(bus)
    gaps = []
    for _ in range(10):  # a delayed host sees both together
        counted.write("work")  # someone writes: changes in the next two seconds are watched for 150 ms
        until(lambda: counted.is_active("work"), counted.started)
        before, said = len(counted.host.arrivals), counted.said("Switched to home")
        counted.click("home")
        until(lambda said=said: counted.said("Switched to home") > said, counted.started)  # type: ignore[misc]
        moments = dict(reversed(counted.host.arrivals[before:]))  # the first one of each
        drawn = min(moment for name, moment in moments.items() if name != "Notify")
        gaps.append(moments["Notify"] - drawn)
        if gaps[-1] > 0.05:
            return
    pytest.fail(f"never drawn before it had settled: {gaps}")


def test_another_programs_write_right_after_a_click_is_not_mistaken_for_its_echo(
    counted: Counted, bus: PrivateBus
) -> None:
    """Of the same length, in the same file: only the time stamp differs."""
    counted.start(bus)
    for number in range(1, 11):
        counted.click("home")
        until(lambda number=number: counted.said("Switched to home") == number, counted.started)  # type: ignore[misc]
        size, inode = counted.config.stat().st_size, counted.config.stat().st_ino
        counted.write("work")
        assert (counted.config.stat().st_size, counted.config.stat().st_ino) == (size, inode)
        until(lambda: counted.is_active("work"), counted.started)
        time.sleep(0.05)


def test_cleanup_progress_is_shown_without_reading_files_again(counted: Counted, bus: PrivateBus) -> None:
    counted.start(
        bus,
        "import codemie_tray.background.log_cleaner as cleaner\n"
        "cleaner.QUICK_SECONDS = cleaner.PROGRESS_PAUSE_SECONDS = 0.0\n",
    )
    counted.started.young_log()
    for number in range(2000):
        counted.started.old_log(long_ago(number))
    until(
        lambda: any(label.startswith("Clean up logs now (2,000") for label in counted.labels()),
        counted.started,
    )
    counted.quiet()
    before, signals = counted.position(), len(counted.host.signals)
    counted.click("Clean up logs now")
    until(lambda: counted.said("Logs are clean"), counted.started)
    seen = counted.since(before)
    shown = [body for _, body in counted.host.signals[signals:] if "Cleaning up" in repr(body)]
    assert len(shown) >= 2, "the control: progress was shown"
    assert not [what for what in seen if "config.json" in what or ".credentials" in what], seen


def test_a_panel_is_answered_while_a_click_waits_for_another_program(
    counted: Counted, bus: PrivateBus
) -> None:
    counted.start(bus)
    with StoreLock(Home(str(counted.started.home)).lock):
        counted.click("home")
        began = time.monotonic()
        assert counted.is_active("work")
        assert time.monotonic() - began < 4, "the answer waited for the lock"
        time.sleep(0.3)
        assert counted.is_active("work")
    until(lambda: counted.is_active("home"), counted.started)
    assert json.loads(counted.config.read_text())["activeProfile"] == "home"
