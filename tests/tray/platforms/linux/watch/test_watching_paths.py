"""The target of a path changes while the file does not: redirected links, moved folders, mounts."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.support.waiting import BUSY_MACHINE_SECONDS
from tests.tray.platforms.linux.namespaces import MOUNTS, options_for, run_apart

from codemie_core import Home

if sys.platform == "linux":
    from codemie_tray.background.watch import polling
    from codemie_tray.background.watch.changes import Change, FilesChanged
    from codemie_tray.background.watch.path_resolution import resolve
    from codemie_tray.background.watch.watcher import Watcher
else:
    pytest.skip("links and mounts as Linux has them", allow_module_level=True)

CONFIG = '{"activeProfile": "a", "profiles": {"a": {"provider": "x"}}}'


@pytest.fixture(autouse=True)
def _no_poller_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "INTERVAL_SECONDS", 600.0)


class Bell:
    """A watcher of a home; after each message it reads again, like the tray."""

    def __init__(self, home: Path) -> None:
        self.rang = threading.Event()
        self.watcher = Watcher(Home(str(home)), self._hear, {})
        self.watcher.start()

    def _hear(self, change: Change) -> None:
        if isinstance(change, FilesChanged):
            self.rang.set()

    def rings(self, seconds: float = BUSY_MACHINE_SECONDS) -> bool:
        rang = self.rang.wait(seconds)
        while self.rang.wait(0.1):
            self.rang.clear()
            self.watcher.rearm()
        return rang


@pytest.fixture
def ring() -> Iterator[Callable[[Path], Bell]]:
    bells: list[Bell] = []

    def make(home: Path) -> Bell:
        bells.append(Bell(home))
        return bells[-1]

    yield make
    for bell in bells:
        bell.watcher.stop()


def home_at(path: Path) -> Path:
    path.mkdir(parents=True)
    (path / "config.json").write_text(CONFIG)
    return path


def turn(link: Path, target: Path) -> None:
    """Redirect a link like `ln -sfn` and configuration managers do."""
    aside = link.with_name(link.name + ".new")
    aside.symlink_to(target)
    aside.rename(link)


@pytest.mark.parametrize("how", ["renamed over", "removed and made"])
def test_a_redirected_home_link_is_reported_and_its_new_target_watched(
    tmp_path: Path, ring: Callable[[Path], Bell], how: str
) -> None:
    one, two = home_at(tmp_path / "one" / "home"), home_at(tmp_path / "two" / "home")
    link = tmp_path / "place" / "codemie"
    link.parent.mkdir()
    link.symlink_to(one)
    bell = ring(link)
    for target in (two, one, two):
        if how == "renamed over":
            turn(link, target)
        else:
            link.unlink()
            link.symlink_to(target)
        assert bell.rings()
        (target / "config.json").write_text(CONFIG + " ")
        assert bell.rings(), f"{target} is not watched"
    (one / "config.json").write_text(CONFIG + "  ")
    assert not bell.rings(0.3), "the old target is still watched"


def test_each_link_of_a_chain_is_watched_wherever_it_is(tmp_path: Path, ring: Callable[[Path], Bell]) -> None:
    for number in (1, 2):
        home_at(tmp_path / f"store{number}" / "homes" / "ada")
    current = tmp_path / "current"  # a link to a store ...
    current.symlink_to(tmp_path / "store1")
    middle = tmp_path / "far" / "middle"  # ... led to by a relative one that climbs, in another folder ...
    middle.parent.mkdir()
    middle.symlink_to("../current/homes")
    home = tmp_path / "ada" / ".codemie"  # ... led to by the home itself
    home.parent.mkdir()
    home.symlink_to(middle / "ada")
    bell = ring(home)
    turn(current, tmp_path / "store2")
    assert bell.rings()
    (tmp_path / "store2" / "homes" / "ada" / "config.json").write_text(CONFIG + " ")
    assert bell.rings()
    turn(middle, tmp_path / "store1" / "homes")
    assert bell.rings()
    (tmp_path / "store1" / "homes" / "ada" / "config.json").write_text(CONFIG + " ")
    assert bell.rings()


def test_a_linked_config_is_reported_when_a_folder_above_its_target_is_replaced(
    tmp_path: Path, ring: Callable[[Path], Bell]
) -> None:
    home = home_at(tmp_path / "home")
    files = tmp_path / "dotfiles" / "deep" / "er"
    files.mkdir(parents=True)
    (files / "config.json").write_text(CONFIG)
    (home / "config.json").unlink()
    (home / "config.json").symlink_to(files / "config.json")
    bell = ring(home)
    (tmp_path / "dotfiles" / "deep").rename(tmp_path / "dotfiles" / "before")
    assert bell.rings()
    files.mkdir(parents=True)
    assert bell.rings()
    (files / "config.json").write_text(CONFIG)
    assert bell.rings()


def test_a_replaced_folder_far_above_the_home_is_reported(
    tmp_path: Path, ring: Callable[[Path], Bell]
) -> None:
    home = home_at(tmp_path / "a" / "b" / "c" / "home")
    home_at(tmp_path / "other" / "b" / "c" / "home")
    bell = ring(home)
    (tmp_path / "a").rename(tmp_path / "away")
    (tmp_path / "other").rename(tmp_path / "a")
    assert bell.rings()
    (home / "config.json").write_text(CONFIG + " ")
    assert bell.rings()


def test_changes_beside_the_path_wake_nothing(tmp_path: Path, ring: Callable[[Path], Bell]) -> None:
    home = home_at(tmp_path / "a" / "b" / "home")
    bell = ring(home)
    bell.rings(0.2)
    (tmp_path / "a" / "other").write_text("x")
    (tmp_path / "a" / "b" / "other").write_text("x")
    (tmp_path / "other").mkdir()
    assert not bell.rings(0.5)


def test_circular_links_and_blocking_files_are_watched_until_they_are_fixed(
    tmp_path: Path, ring: Callable[[Path], Bell]
) -> None:
    circle = tmp_path / "circle"
    circle.symlink_to(circle)
    bell = ring(circle)
    turn(circle, home_at(tmp_path / "home"))
    assert bell.rings()
    in_the_way = tmp_path / "file"
    in_the_way.write_text("no folder")
    other = ring(in_the_way / "home")
    in_the_way.unlink()
    assert other.rings()
    home_at(in_the_way / "home")
    assert other.rings()


def test_paths_are_resolved_like_the_system_does(tmp_path: Path) -> None:
    (tmp_path / "real" / "sub").mkdir(parents=True)
    (tmp_path / "real" / "sub" / "file").touch()
    (tmp_path / "one").symlink_to("real/./sub/../sub")
    (tmp_path / "two").symlink_to(tmp_path / "one")
    found = resolve(str(tmp_path / "two" / "file"))
    assert found.links == (str(tmp_path / "two"), str(tmp_path / "one"))
    assert found.end == os.path.realpath(tmp_path / "two" / "file")
    assert not found.missing
    gone = resolve(str(tmp_path / "two" / "not" / "there"))
    assert (gone.folder, gone.name, gone.missing) == (str(tmp_path / "real" / "sub"), "not", True)
    assert resolve("/").end == "/"


_MOUNTED_OVER = """
import os, subprocess, sys, threading
from codemie_core import Home
from codemie_tray.background.watch import polling
from codemie_tray.background.watch.changes import FilesChanged
from codemie_tray.background.watch.watcher import Watcher
polling.INTERVAL_SECONDS = 600.0
home = sys.argv[1]
rang = threading.Event()
watcher = Watcher(Home(home), lambda change: isinstance(change, FilesChanged) and rang.set(), {})
watcher.start()
def rings(what):
    assert rang.wait(60), what
    while rang.wait(0.1):
        rang.clear()
        watcher.rearm()
def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)
config = os.path.join(home, "config.json")
def write(text):
    with open(config, "w") as file:
        file.write(text)
for place in (home, os.path.dirname(home)):
    mount("-t", "tmpfs", "vault", place)
    rings("mounted over " + place)
    os.makedirs(home, exist_ok=True)
    write("{}")
    rings("written in what was mounted over " + place)
    write("{ }")
    rings("written again in what was mounted over " + place)
    subprocess.run(["umount", place], check=True)
    rings("taken away from " + place)
    write("{  }")
    rings("written in what lies below")
mount("-t", "tmpfs", "elsewhere", "/mnt")
assert not rang.wait(0.4), "a mount that is none of our business woke us"
watcher.stop()
print("all rang")
"""


def test_a_home_that_is_mounted_over_after_the_start_is_followed(tmp_path: Path) -> None:
    home = home_at(tmp_path / "ada" / "home")
    assert run_apart(_MOUNTED_OVER, str(home), options=options_for(MOUNTS)) == "all rang\n"
