"""Changes beside a program that takes no lock and overwrites them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.core.config.two_profiles import TWO, loader, path

from codemie_core import (
    Config,
    ConfigConflict,
    ConfigLoader,
    Home,
)
from codemie_core.config.commit import commit
from codemie_core.config.commit.commit import CONTESTED_FACTOR
from codemie_core.files.atomic_file import HeldFile

__all__ = ["loader", "path"]


def in_place(path: Path, text: str) -> None:
    path.write_text(text)


def by_renaming(path: Path, text: str) -> None:
    theirs = path.with_name("theirs")
    theirs.write_text(text)
    theirs.replace(path)


@pytest.mark.parametrize("write", [in_place, by_renaming])
def test_a_change_that_is_overwritten_is_repeated(
    home: Home, path: Path, write: Callable[[Path, str], None]
) -> None:
    loader = ConfigLoader(home, settle_seconds=0.03)
    undo = iter([TWO, TWO.replace("m2", "m3")])

    class Undoing(ConfigLoader):
        def _intact(self, config: Config, held: HeldFile) -> bool:
            text = next(undo, None)
            if text is not None:
                write(path, text)
            return super()._intact(config, held)

    assert Undoing(home, settle_seconds=0.001).switch_profile("b").active == "b"
    assert loader.load().active == "b"
    assert loader.load().profile("b").model == "m3"


def test_a_file_renamed_over_ours_with_the_same_content_undoes_nothing(home: Home, path: Path) -> None:
    written: list[bytes] = []

    class Saved(ConfigLoader):
        def _intact(self, config: Config, held: HeldFile) -> bool:
            written.append(path.read_bytes())
            by_renaming(path, path.read_text())
            return super()._intact(config, held)

    assert Saved(home, settle_seconds=0.001).switch_profile("b").active == "b"
    assert written == [path.read_bytes()], "checked once, and left alone"


def test_a_change_that_is_overwritten_every_time_is_reported_as_a_conflict(
    home: Home, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit, "CONFLICT_PATIENCE_SECONDS", 0.3)

    class Undoing(ConfigLoader):
        def _intact(self, config: Config, held: HeldFile) -> bool:
            path.write_text(TWO)
            return super()._intact(config, held)

    with pytest.raises(ConfigConflict, match=r"another program has kept undoing the change for 0\.3 seconds"):
        Undoing(home, settle_seconds=0.0001).switch_profile("b")


def test_the_second_check_is_delayed_if_another_program_has_just_written(
    home: Home, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        really_sleep(seconds)

    really_sleep = time.sleep
    monkeypatch.setattr("codemie_core.config.commit.commit.time.sleep", sleep)
    loader = ConfigLoader(home, settle_seconds=0.01)
    loader.switch_profile("b")  # the fixture wrote the file a moment ago
    contested, pauses[:] = list(pauses), []
    loader.switch_profile("a")  # over our own state
    path.write_text(TWO)
    os.utime(path, (1, 1))
    loader.switch_profile("b")  # over a foreign state, long ago
    # How long a pause is depends on how long the disk took meanwhile; the number of checks does not.
    assert len(contested) == round(CONTESTED_FACTOR * 0.01 / commit._LOOK_SECONDS)
    assert max(contested) < 0.01, "it checks repeatedly"
    assert len(pauses) == 2
    assert max(pauses) <= 0.01 + 1e-9  # a difference of clock times: the last digits are rounded


def test_a_later_change_of_ours_is_not_undone(home: Home, path: Path) -> None:
    other = ConfigLoader(home, settle_seconds=0)

    class Overtaken(ConfigLoader):
        def _intact(self, config: Config, held: HeldFile) -> bool:
            other.switch_profile("a")
            return super()._intact(config, held)

    Overtaken(home, settle_seconds=0.001).switch_profile("b")
    assert other.load().active == "a"


def test_our_change_on_top_of_another_programs_does_not_hide_that_ours_was_lost(
    home: Home, path: Path
) -> None:
    other = ConfigLoader(home, settle_seconds=0)

    once = iter([True])

    class ClobberedOnce(ConfigLoader):
        def _intact(self, config: Config, held: HeldFile) -> bool:
            if next(once, False):
                path.write_text(TWO)  # a program writes back what it read before our change
                other.save_profile("b", {"model": "later"})  # and another of ours builds on that
            return super()._intact(config, held)

    ClobberedOnce(home, settle_seconds=0.0001).save_profile("new", {"model": "x"})
    config = other.load()
    assert config.profile("new").model == "x"
    assert config.profile("b").model == "later"


def test_only_what_a_killed_writer_left_is_swept(loader: ConfigLoader, home: Home, path: Path) -> None:
    names = [".config.json.123-0123abcd.tmp", ".config.json.99999-ffffffff.tmp"]
    others = [
        ".config.json.tmp",
        "config.json.tmp",
        ".config.json.1-0123abcd.tmp.bak",
        ".other.1-0123abcd.tmp",
    ]
    for name in (*names, *others):
        Path(home.join(name)).write_text("x")
    assert loader.sweep() == 2
    assert sorted(os.listdir(home.path)) == sorted([*others, "config.json", "tray"])
    Path(home.join(names[0])).write_text("x")
    loader.switch_profile("b")
    assert not os.path.exists(home.join(names[0]))
