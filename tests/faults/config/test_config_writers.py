"""Many processes change one configuration at once, and every change is in it."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("forks", allow_module_level=True)

from tests.faults.processes import join, running, start
from tests.support.scale import rounds

from codemie_core import ConfigLoader, Home
from codemie_core.config import reader as config_reader
from codemie_core.config.commit import commit
from codemie_core.files.lock import StoreLock

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]

PROCESSES = 8
CHANGES = 100
NAMES = ("a", "b")


@pytest.fixture
def path(home: Home) -> Path:
    path = Path(home.join("config.json"))
    path.write_text('{\n  "activeProfile": "a",\n  "profiles": {\n    "a": {},\n    "b": {}\n  }\n}\n')
    return path


def changes_kept(path: Path, change: Callable[[str, int], object]) -> int:
    """Let all processes make their changes at once; return how many are in the file."""

    def work(process: int) -> None:
        for number in range(CHANGES):
            change(f"change-{process}-{number}", number)

    join(*[start(partial(work, process)) for process in range(PROCESSES)])
    return len(json.loads(path.read_bytes())["profiles"]["a"])


def test_eight_processes_make_a_hundred_changes_each_and_all_survive(home: Home, path: Path) -> None:
    loader = ConfigLoader(home, lock_timeout_seconds=60)

    def change(key: str, number: int) -> None:
        loader.switch_profile(NAMES[number % 2])
        loader.save_profile("a", {key: number})

    assert changes_kept(path, change) == PROCESSES * CHANGES
    assert loader.load().active in NAMES
    assert sorted(os.listdir(home.path)) == ["config.json", "tray"]


def test_a_long_wait_for_the_lock_is_not_reported_as_a_conflict(
    home: Home, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit, "CONFLICT_PATIENCE_SECONDS", 1.0)
    loader, waits = ConfigLoader(home, lock_timeout_seconds=60), StoreLock(home.lock)
    with waits:
        pid = start(lambda: loader.save_profile("a", {"n": 1}))
        time.sleep(1.5)
        path.write_text(path.read_text().replace('"activeProfile": "a"', '"activeProfile": "b"'))
    join(pid)
    assert loader.load().active == "b"
    assert loader.load().profile("a").fields["n"] == 1


def test_without_a_lock_changes_are_lost(path: Path) -> None:
    def change(key: str, number: int) -> None:
        config = json.loads(path.read_bytes())
        config["profiles"]["a"][key] = number
        temporary = f"{path}.{os.getpid()}"
        with open(temporary, "w") as file:
            json.dump(config, file)
        os.replace(temporary, path)

    assert changes_kept(path, change) < PROCESSES * CHANGES


def test_two_processes_switch_concurrently_for_thousands_of_rounds(
    home: Home, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    total = rounds(1000, 10_000)
    loader = ConfigLoader(home, settle_seconds=0, lock_timeout_seconds=60)

    def switch(process: int) -> None:
        for number in range(total):
            name = NAMES[(number + process) % 2]
            assert loader.switch_profile(name).active == name
            if number % 10 == 0:
                loader.save_profile(NAMES[process], {"round": number})

    def read() -> None:
        monkeypatch.setattr(config_reader, "TORN_PATIENCE_SECONDS", 0)
        while True:
            config = loader.load()
            assert config.active in NAMES
            assert tuple(profile.name for profile in config.profiles) == NAMES

    with running(read):
        join(start(lambda: switch(0)), start(lambda: switch(1)))
    last = (total - 1) // 10 * 10
    assert json.loads(path.read_bytes())["profiles"] == {"a": {"round": last}, "b": {"round": last}}
