"""Killed at any moment: never torn, never older than what was acknowledged, no orphan left."""

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

from tests.faults.processes import kill, start
from tests.support.scale import rounds
from tests.support.seed import seeded

from codemie_core import ConfigLoader, Home

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]

LONGEST_LIFE_SECONDS = 0.02
FILLER = "x" * 40_000  # more than one buffer, so that a careless writer tears it


@pytest.fixture
def path(home: Home) -> Path:
    path = Path(home.join("config.json"))
    path.write_text(json.dumps({"activeProfile": "a", "profiles": {"a": {"n": 0}}, "filler": FILLER}))
    return path


def count_up(save: Callable[[int], object], first: int, acknowledge: int) -> None:
    number = first
    while True:
        save(number)
        os.write(acknowledge, number.to_bytes(4, "big"))
        number += 1


def kills(path: Path, save: Callable[[int], object], times: int) -> tuple[int, int, int]:
    """Kill a counting writer `times` times; return how often the file was torn, older, or had an orphan."""
    chance, last = seeded(7), 0
    torn = back = orphaned = 0
    whole = path.read_bytes()
    for _ in range(times):
        reading, writing = os.pipe()
        pid = start(partial(count_up, save, last + 1, writing))
        os.close(writing)
        time.sleep(chance.random() * LONGEST_LIFE_SECONDS)
        kill(pid)
        said = b""
        while chunk := os.read(reading, 65536):
            said += chunk
        os.close(reading)
        acknowledged = int.from_bytes(said[-4:], "big") if said else last
        orphaned += any(name.endswith(".tmp") for name in os.listdir(path.parent))
        try:
            now = json.loads(path.read_bytes())["profiles"]["a"]["n"]
        except ValueError:
            torn += 1
            path.write_bytes(whole)
            last = 0
            continue
        back += not acknowledged <= now <= acknowledged + 1
        last = now
    return torn, back, orphaned


def test_a_killed_writer_neither_tears_the_file_nor_reverts_a_change(home: Home, path: Path) -> None:
    loader = ConfigLoader(home, settle_seconds=0)
    torn, back, orphaned = kills(path, lambda n: loader.save_profile("a", {"n": n}), rounds(300, 2500))
    assert (torn, back) == (0, 0)
    assert orphaned, "no kill hit a write, so this run proves nothing"
    loader.sweep()
    assert sorted(os.listdir(home.path)) == ["config.json", "tray"]
    assert loader.load().profile("a").fields["n"]


def test_a_writer_in_place_is_caught_by_the_same_kills(path: Path) -> None:
    def save(number: int) -> None:
        config = json.loads(path.read_bytes())
        config["profiles"]["a"]["n"] = number
        with path.open("w") as file:
            json.dump(config, file)

    torn, _, _ = kills(path, save, 150)
    assert torn


def test_the_next_write_sweeps_as_well(home: Home, path: Path) -> None:
    Path(home.join(".config.json.77-00112233.tmp")).write_text("half")
    ConfigLoader(home, settle_seconds=0).save_profile("a", {"n": 1})
    assert sorted(os.listdir(home.path)) == ["config.json", "tray"]
