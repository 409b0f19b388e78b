"""Against a program that takes no lock and rewrites the file in place every few milliseconds."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

if sys.platform == "win32":
    pytest.skip("forks", allow_module_level=True)

from tests.faults.processes import running, start
from tests.support.scale import rounds
from tests.support.waiting import until

from codemie_core import ConfigConflict, ConfigCorrupt, ConfigLoader, Home
from codemie_core.config.commit import replacement
from codemie_core.config.commit.commit import CONFLICT_PATIENCE_SECONDS, CONTESTED_FACTOR, SETTLE_SECONDS
from codemie_core.files.atomic_file import HeldFile, atomic_replace

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]

PAUSE_SECONDS = 0.005
WATCHED_SECONDS = SETTLE_SECONDS * CONTESTED_FACTOR
"""How long a change is watched beside such a program. One that is held up for longer between reading and
writing, as on a busy machine, can undo it unseen (docs/config.md), so only then may a change be lost."""
NODE_WRITER = Path(__file__).with_name("blind_writer.mjs")
PROFILES = {"a": {"model": "m", "filler": "x" * 8000}, "b": {"model": "m"}}


@pytest.fixture
def home(memory: Path) -> Home:
    """In memory: a disk that syncs more slowly than they pause would starve us."""
    return Home(str(memory))


@pytest.fixture
def path(home: Home) -> Path:
    path = Path(home.join("codemie-cli.config.json"))
    path.write_text(json.dumps({"version": 2, "activeProfile": "a", "profiles": PROFILES}, indent=2))
    return path


@dataclass
class Outcome:
    """The final content of the file."""

    theirs_lost: int
    """Updates that the other program lost."""
    ours: int
    """Our acknowledged changes."""
    lost: list[str]
    """Our acknowledged changes that were lost."""
    held_up: int
    """How often the other program took longer from its reading to its writing than we watch a change."""
    conflicts: int
    reads: int

    def __str__(self) -> str:
        return (
            f"theirs lost {self.theirs_lost}, held up {self.held_up} times, "
            f"ours {self.ours} (lost {len(self.lost)}), {self.conflicts} conflicts, {self.reads} reads"
        )


def python_writer(path: Path, count: int) -> Callable[[], object]:
    def write() -> None:
        lost = held_up = 0
        for number in range(count):
            began = time.monotonic()
            try:
                config = json.loads(path.read_bytes())
            except (OSError, ValueError):
                config = {}  # what the CLI handles with care
            lost += number > 0 and config.get("counter") != number - 1
            config["counter"] = number
            with path.open("w", encoding="utf-8") as file:
                file.write(json.dumps(config, indent=2, ensure_ascii=False))
            held_up += time.monotonic() - began > WATCHED_SECONDS
            time.sleep(PAUSE_SECONDS)
        Path(f"{path}.lost").write_text(f"{lost} {held_up}")

    return write


def node_writer(path: Path, count: int) -> Callable[[], object]:
    times = (str(seconds * 1000) for seconds in (PAUSE_SECONDS, WATCHED_SECONDS))
    command = ["node", str(NODE_WRITER), str(path), str(count), *times]
    return lambda: subprocess.run(command, check=True, timeout=800)


def against(writer: Callable[[], object], path: Path, loader: ConfigLoader) -> Outcome:
    """Change the configuration until the other program has finished, reading it throughout."""
    pid = start(writer)
    acknowledged, conflicts, reads, number = [], 0, 0, 0
    while os.waitpid(pid, os.WNOHANG) == (0, 0):
        key = f"ours-{number}"
        try:
            loader.save_profile("b", {key: number})
            acknowledged.append(key)
        except ConfigConflict:
            conflicts += 1
        number += 1
        for _ in range(10):
            config = loader.load()
            assert [profile.name for profile in config.profiles] == ["a", "b"], "a state nobody wrote"
            assert config.profile("a").fields == PROFILES["a"]
            reads += 1
            time.sleep(0.001)
    final = json.loads(path.read_bytes())
    there = final["profiles"]["b"]
    theirs_lost, held_up = map(int, Path(f"{path}.lost").read_text().split())
    return Outcome(
        theirs_lost=theirs_lost,
        held_up=held_up,
        ours=len(acknowledged),
        lost=[key for key in acknowledged if key not in there],
        conflicts=conflicts,
        reads=reads,
    )


def check(outcome: Outcome, count: int) -> None:
    print(outcome)
    assert outcome.theirs_lost <= 0.01 * count, outcome
    assert not outcome.lost or outcome.held_up, outcome
    assert outcome.ours >= count / 100, outcome  # their number depends on how busy the machine is
    assert outcome.reads >= count / 10, outcome


def test_neither_program_loses_an_update(home: Home, path: Path) -> None:
    count = rounds(800, 10_000)
    check(against(python_writer(path, count), path, ConfigLoader(home)), count)


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_neither_program_loses_an_update_when_the_other_is_written_in_javascript(
    home: Home, path: Path
) -> None:
    count = rounds(800, 10_000)
    check(against(node_writer(path, count), path, ConfigLoader(home)), count)


@pytest.mark.parametrize("mine", [3, 8])
def test_several_of_our_processes_lose_no_update_either(home: Home, path: Path, mine: int) -> None:
    count = rounds(400, 4000)
    loader = ConfigLoader(home)

    def work(process: int) -> None:
        acknowledged, number = [], 0
        while not os.path.exists(home.join("stop")):
            key = f"ours-{process}-{number}"
            # A busy machine may hold the other program up between emptying the file and writing it. Whoever
            # is refused then was promised nothing.
            with contextlib.suppress(ConfigConflict, ConfigCorrupt):
                loader.save_profile("b", {key: number})
                acknowledged.append(key)
            number += 1
            time.sleep(0.02)
        Path(home.join(f"acknowledged-{process}")).write_text("\n".join(acknowledged))

    pids = [start(partial(work, process)) for process in range(mine)]
    python_writer(path, count)()
    Path(home.join("stop")).touch()
    for pid in pids:
        assert os.waitpid(pid, 0)[1] == 0
    final = json.loads(path.read_bytes())
    acknowledged = [
        key
        for process in range(mine)
        for key in Path(home.join(f"acknowledged-{process}")).read_text().split()
    ]
    lost = [key for key in acknowledged if key not in final["profiles"]["b"]]
    theirs_lost, held_up = map(int, Path(f"{path}.lost").read_text().split())
    print(f"theirs lost {theirs_lost} of {count}, ours {len(acknowledged)}, lost {len(lost)} ({held_up=})")
    assert not lost or held_up
    assert len(acknowledged) >= count / 100
    assert theirs_lost <= 0.01 * count


def test_a_program_writing_every_60_milliseconds_causes_no_conflict(home: Home, path: Path) -> None:
    """A program that reads, works most of that time, and writes what it read, as a starting one does."""

    def write() -> None:
        held_up = 0
        while not os.path.exists(home.join("stop")):
            began = time.monotonic()
            with contextlib.suppress(OSError, ValueError):
                config = json.loads(path.read_bytes())
                time.sleep(0.045)
                path.write_text(json.dumps(config, indent=2, ensure_ascii=False), encoding="utf-8")
            held_up += time.monotonic() - began > WATCHED_SECONDS
            time.sleep(0.015)
        Path(f"{path}.held-up").write_text(str(held_up))

    loader, total, slowest = ConfigLoader(home), rounds(60, 400), 0.0
    with running(write):
        for number in range(total):
            began = time.monotonic()
            loader.save_profile("b", {f"ours-{number}": number})  # a conflict fails the test
            slowest = max(slowest, time.monotonic() - began)
        Path(home.join("stop")).touch()
        held_up = until_written(Path(f"{path}.held-up"))
    there = json.loads(path.read_bytes())["profiles"]["b"]
    print(f"{total} changes, the slowest in {slowest:.2f} s, held up {held_up} times")
    assert [number for number in range(total) if f"ours-{number}" not in there] == [] or held_up
    assert slowest < CONFLICT_PATIENCE_SECONDS


def until_written(path: Path) -> int:
    until(lambda: path.is_file() and path.read_text() != "")
    return int(path.read_text())


def written_into_while_it_is_replaced(
    home: Home, path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """Let another program write between our last check and our replace; return what the file ends up with."""
    theirs = json.loads(path.read_bytes()) | {"counter": 1}
    replace, once = atomic_replace._replace, iter([True])

    def theirs_comes_first(source: str, target: str) -> None:
        if target == str(path) and next(once, False):
            path.write_text(json.dumps(theirs))
        replace(source, target)

    monkeypatch.setattr(atomic_replace, "_replace", theirs_comes_first)
    ConfigLoader(home, settle_seconds=0).save_profile("b", {"ours": 1})
    stored: dict[str, Any] = json.loads(path.read_bytes())
    assert stored["profiles"]["b"]["ours"] == 1
    assert sorted(os.listdir(home.path)) == ["codemie-cli.config.json", "tray"]
    return stored


def test_an_update_written_while_the_file_is_replaced_is_put_back(
    home: Home, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert written_into_while_it_is_replaced(home, path, monkeypatch)["counter"] == 1


def test_without_a_second_name_that_update_is_lost(
    home: Home, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(atomic_replace, "_second_name", lambda _path: None)
    assert "counter" not in written_into_while_it_is_replaced(home, path, monkeypatch)


def test_without_checking_again_both_lose(home: Home, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(HeldFile, "has_content_at", lambda _file, _path, _old: True)
    monkeypatch.setattr(atomic_replace, "version_of", lambda _path: Anything())
    monkeypatch.setattr(replacement, "version_of", lambda _path: Anything())
    monkeypatch.setattr(atomic_replace, "_second_name", lambda _path: None)
    careless, whole, count = ConfigLoader(home, settle_seconds=0), path.read_bytes(), 300
    theirs_lost, lost = 0, 0
    until = time.monotonic() + 300  # on a busy machine the two rarely meet
    while time.monotonic() < until:
        outcome = against(python_writer(path, count), path, careless)
        print(outcome)
        theirs_lost, lost = max(theirs_lost, outcome.theirs_lost), lost + len(outcome.lost)
        if theirs_lost > 0.01 * count and lost:
            break
        path.write_bytes(whole)
    assert theirs_lost > 0.01 * count
    assert lost


class Anything:
    """A version that equals every other."""

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0
