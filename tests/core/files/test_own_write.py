"""A change is reported as soon as it is durable, and recognised as our own while it lasts."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from codemie_core import Config, ConfigLoader, Home
from codemie_core.config.store.live_config import _is_coarse
from codemie_core.files.atomic_file import HeldFile
from codemie_core.files.write_mark import WriteMark

TWO = '{"activeProfile": "%s", "profiles": {"home": {"provider": "sso"}, "work": {"provider": "sso"}}}'


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "config.json").write_text(TWO % "work")
    return Home(str(tmp_path))


def active_in(home: Home) -> object:
    return json.loads(Path(home.join("config.json")).read_text())["activeProfile"]


def test_a_change_is_reported_once_it_is_durable_and_before_it_has_settled(home: Home) -> None:
    reported: list[tuple[float, str | None, object]] = []

    def on_durable(config: Config) -> None:
        reported.append((time.monotonic(), config.active, active_in(home)))

    loader = ConfigLoader(home, settle_seconds=0.3, on_durable=on_durable)
    written = loader.switch_profile("home")
    ((at, active, on_disk),) = reported
    assert (active, on_disk, written.active) == ("home", "home", "home")
    assert time.monotonic() - at >= 0.25
    loader.switch_profile("home")
    assert len(reported) == 1, "nothing was written"


def test_a_repeated_change_is_reported_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    reported: list[str | None] = []
    loader = ConfigLoader(home, on_durable=lambda config: reported.append(config.active))
    undone = iter([True])
    intact = loader._intact

    def undo_once(config: Config, written: HeldFile) -> bool:
        if next(undone, False):
            Path(config.path).write_text(TWO % "work")
        return intact(config, written)

    monkeypatch.setattr(loader, "_intact", undo_once)
    loader.switch_profile("home")
    assert reported == ["home", "home"]
    assert active_in(home) == "home"
    assert loader.is_as_written()


def test_our_write_is_recognised_until_someone_else_writes(home: Home) -> None:
    loader = ConfigLoader(home)
    assert not loader.is_as_written(), "nothing was written yet"
    loader.switch_profile("home")
    assert loader.is_as_written()
    path = Path(home.join("config.json"))
    size, inode = path.stat().st_size, path.stat().st_ino
    path.write_text(TWO % "work")
    assert (path.stat().st_size, path.stat().st_ino) == (size, inode), "only the time stamp differs"
    assert not loader.is_as_written()


@pytest.mark.parametrize("how", ["loaded", "removed", "replaced", "other layout", "taken over"])
def test_our_write_is_not_assumed_once_the_file_may_have_changed(home: Home, how: str) -> None:
    loader = ConfigLoader(home)
    loader.switch_profile("home")
    path = home.join("config.json")
    if how == "loaded":
        loader.load()  # from now on, what is shown may be what was loaded
    elif how == "removed":
        os.unlink(path)
    elif how == "replaced":
        ConfigLoader(home).switch_profile("work")
    elif how == "taken over":  # as the CLI does; the file itself is the same
        os.rename(path, home.join("codemie-cli.config.json"))
    else:
        Path(home.join("codemie-cli.config.json")).write_text(TWO % "work")
    assert not loader.is_as_written()


def test_a_change_that_was_not_watched_is_not_recognised(home: Home) -> None:
    """Someone may have written within the same clock tick; the content was not compared since."""
    loader = ConfigLoader(home, settle_seconds=0)
    loader.switch_profile("home")
    assert not loader.is_as_written()


def test_a_time_stamp_with_a_resolution_of_seconds_proves_nothing() -> None:
    assert _is_coarse(WriteMark("42.1795762390000000000", "x"))
    assert not _is_coarse(WriteMark("42.1795762390850208123", "x"))
