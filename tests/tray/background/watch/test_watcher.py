"""Changes of real files wake the tray, whoever makes them and however."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.processes.wake_ups import wake_ups_at_rest
from tests.support.waiting import BUSY_MACHINE_SECONDS, at_its_quickest

from codemie_core import ConfigLoader, Home
from codemie_tray.background.watch import polling
from codemie_tray.background.watch.changes import Change, FilesChanged, SessionsChanged, Watched
from codemie_tray.background.watch.polling import Poller, look_at, look_into
from codemie_tray.background.watch.watcher import Watcher

CONFIG = '{"activeProfile": "a", "profiles": {"a": {"provider": "x"}, "b": {"provider": "y"}}}'


UNDER_WINE = sys.platform == "win32" and hasattr(ctypes.WinDLL("ntdll"), "wine_get_version")


@pytest.fixture(autouse=True)
def _no_poller_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "INTERVAL_SECONDS", 600.0)


class Bell:
    def __init__(self, home: Path) -> None:
        self._rang = threading.Event()
        files = {str(home / "tray" / "show-request"): FilesChanged(Watched.SHOW_REQUEST)}
        self.watcher = Watcher(Home(str(home)), self._hear, files)

    def _hear(self, change: Change) -> None:
        if isinstance(change, FilesChanged):
            self._rang.set()

    def rings(self, within_seconds: float = BUSY_MACHINE_SECONDS) -> bool:
        rang = self._rang.wait(within_seconds)
        time.sleep(0.05)
        self._rang.clear()
        return rang


@pytest.fixture
def bell(tmp_path: Path) -> Iterator[Bell]:
    home = tmp_path / "home"
    home.mkdir()
    (home / "config.json").write_text(CONFIG)
    bell = Bell(home)
    bell.watcher.start()
    yield bell
    bell.watcher.stop()


def test_a_write_in_place_is_reported(bell: Bell, tmp_path: Path) -> None:
    (tmp_path / "home" / "config.json").write_text(CONFIG + "\n")
    assert bell.rings()


def test_a_change_is_reported_within_a_second(bell: Bell, tmp_path: Path) -> None:
    def write() -> None:
        (tmp_path / "home" / "config.json").write_text(CONFIG + "\n")
        assert bell.rings()

    at_its_quickest(write, within_seconds=1)


def test_a_replaced_file_is_reported(bell: Bell, tmp_path: Path) -> None:
    ConfigLoader(Home(str(tmp_path / "home"))).switch_profile("b")
    assert bell.rings()


def test_a_deleted_file_is_reported(bell: Bell, tmp_path: Path) -> None:
    (tmp_path / "home" / "config.json").unlink()
    assert bell.rings()


def test_the_other_layouts_file_is_reported_when_it_appears(bell: Bell, tmp_path: Path) -> None:
    (tmp_path / "home" / "codemie-cli.config.json").write_text(CONFIG)
    assert bell.rings()


def test_reading_and_other_files_are_not_reported(bell: Bell, tmp_path: Path) -> None:
    (tmp_path / "home" / "config.json").read_text()
    (tmp_path / "home" / "notes.txt").write_text("x")
    (tmp_path / "home" / "sessions").mkdir()
    assert not bell.rings(0.5)


def test_a_request_to_show_itself_is_reported_even_if_the_folder_is_created_later(
    bell: Bell, tmp_path: Path
) -> None:
    (tmp_path / "home" / "tray").mkdir()
    assert bell.rings()
    bell.watcher.rearm()
    (tmp_path / "home" / "tray" / "show-request").touch()
    assert bell.rings()


def test_watching_a_new_folder_tells_what_may_have_changed_in_it(bell: Bell, tmp_path: Path) -> None:
    (tmp_path / "home" / "tray").mkdir()  # as the first count of usage does
    assert bell.watcher.rearm() == {FilesChanged(Watched.SHOW_REQUEST)}
    assert bell.watcher.rearm() == set()
    (tmp_path / "home" / ".session-claude").mkdir()
    assert bell.watcher.rearm() == {SessionsChanged()}


def test_a_linked_file_is_reported_when_its_target_changes(tmp_path: Path) -> None:
    home, dotfiles = tmp_path / "home", tmp_path / "dotfiles"
    home.mkdir()
    dotfiles.mkdir()
    (dotfiles / "codemie.json").write_text(CONFIG)
    (home / "config.json").symlink_to(dotfiles / "codemie.json")
    bell = Bell(home)
    bell.watcher.start()
    try:
        (dotfiles / "codemie.json").write_text(CONFIG + " ")
        assert bell.rings()
    finally:
        bell.watcher.stop()


@pytest.mark.parametrize("depth", [1, 3])
def test_a_home_that_appears_later_is_reported(tmp_path: Path, depth: int) -> None:
    home = tmp_path.joinpath(*(f"level{number}" for number in range(depth)))
    bell = Bell(home)
    bell.watcher.start()
    try:
        for number in range(1, depth + 1):
            tmp_path.joinpath(*(f"level{n}" for n in range(number))).mkdir()
            assert bell.rings()
            bell.watcher.rearm()
        (home / "config.json").write_text(CONFIG)
        assert bell.rings()
    finally:
        bell.watcher.stop()


@pytest.mark.parametrize("how", ["removed", "renamed"])
def test_a_home_that_vanishes_and_comes_back_is_watched_again(bell: Bell, tmp_path: Path, how: str) -> None:
    if how == "removed" and UNDER_WINE:
        pytest.skip("Wine keeps a removed folder for as long as it is watched")
    home = tmp_path / "home"
    for _ in range(3):
        if how == "removed":
            shutil.rmtree(home)
        else:
            home.rename(tmp_path / "away")
        assert bell.rings()
        bell.watcher.rearm()
        if how == "removed":
            home.mkdir()
            (home / "config.json").write_text(CONFIG)
        else:
            (tmp_path / "away").rename(home)
        assert bell.rings()
        bell.watcher.rearm()
        (home / "config.json").write_text(CONFIG + " ")
        assert bell.rings()


@pytest.mark.skipif(sys.platform != "linux", reason="only inotify reports changed permissions")
def test_a_changed_permission_is_reported_while_requested(bell: Bell, tmp_path: Path) -> None:
    bell.watcher.rearm(attributes=True)
    os.chmod(tmp_path / "home" / "config.json", 0o600)
    assert bell.rings()


@pytest.mark.skipif(sys.platform != "linux", reason="counts context switches by /proc")
def test_an_idle_watcher_never_wakes_up(bell: Bell) -> None:
    # This test itself sleeps and wakes.
    assert wake_ups_at_rest(os.getpid(), without_thread=os.getpid()) == 0


def test_a_poller_reports_a_changed_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    rang = threading.Event()
    poller = Poller([(lambda: look_at(str(path)), rang.set)], interval_seconds=0.05)
    poller.start()
    try:
        assert not rang.wait(0.3)
        path.write_text(CONFIG)
        assert rang.wait(60)
    finally:
        poller.stop()
        poller.join()


def test_a_folder_scan_sees_only_relevant_files(tmp_path: Path) -> None:
    def look(*, contents: bool) -> object:
        return look_into(str(tmp_path), lambda name: name.startswith("debug-"), contents=contents)

    before = look(contents=False), look(contents=True)
    (tmp_path / "other").touch()
    assert (look(contents=False), look(contents=True)) == before
    (tmp_path / "debug-1.log").touch()
    appeared = look(contents=False), look(contents=True)
    assert appeared[0] != before[0]
    assert appeared[1] != before[1]
    (tmp_path / "debug-1.log").write_text("a line")
    assert look(contents=False) == appeared[0]
    assert look(contents=True) != appeared[1]


class Slow:
    """A slow scan that counts its calls."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self) -> object:
        self.looks += 1
        time.sleep(0.02)
        return None


def test_slow_scans_are_made_rarely(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow()
    poller = Poller([(slow, lambda: None)], interval_seconds=0.001)
    poller.start()
    time.sleep(0.5)
    poller.stop()
    poller.join()
    assert slow.looks <= 4
