"""Reading and changing a configuration that a real program is writing in place, half of it at a time."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.core.config.two_profiles import TWO, loader, path, stored

from codemie_core import ConfigCorrupt, ConfigLoader
from codemie_core.config import reader as config_reader

__all__ = ["loader", "path"]

THEIRS = TWO.replace("m2", "m3").encode("ascii")
WRITER = """
import sys
path, theirs = sys.argv[1:]
with open(theirs, "rb") as file:
    data = file.read()
with open(path, "r+b") as file:
    file.truncate(0)
    file.write(data[: len(data) // 2])
    file.flush()
    print("half", flush=True)
    sys.stdin.readline()
    file.write(data[len(data) // 2 :])
print("whole", flush=True)
"""


class SlowWriter:
    """A process that has written half of the file, and writes the rest when it is told to."""

    def __init__(self, path: Path) -> None:
        theirs = path.with_name("theirs")
        theirs.write_bytes(THEIRS)
        self.process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(path), str(theirs)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._said("half")

    def finish(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        self._said("whole")

    def _said(self, word: str) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline().strip() == word


@pytest.fixture
def writer(path: Path) -> Iterator[SlowWriter]:
    slow = SlowWriter(path)
    with slow.process:
        yield slow
        slow.process.kill()


def passing(monkeypatch: pytest.MonkeyPatch, *, after: float, then: Callable[[], None]) -> list[float]:
    """Let a second pass whenever the reader pauses ten times; call `then` after `after` seconds."""
    clock = [0.0]

    def pause(_seconds: float) -> None:
        before, clock[0] = clock[0], clock[0] + 0.1
        if before < after <= clock[0]:
            then()

    fake = SimpleNamespace(monotonic=lambda: clock[0], sleep=pause, time=time.time)
    monkeypatch.setattr(config_reader, "time", fake)
    return clock


CHANGES: dict[str, Callable[[ConfigLoader], object]] = {
    "switch": lambda loader: loader.switch_profile("b"),
    "edit": lambda loader: loader.save_profile("a", {"model": "mine"}),
    "add": lambda loader: loader.add_profile("c", {"model": "mine"}),
    "read to change": lambda loader: loader.load_and_keep(to_change=True),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_waits_for_a_program_that_pauses_in_the_middle_of_writing(
    loader: ConfigLoader,
    path: Path,
    writer: SlowWriter,
    monkeypatch: pytest.MonkeyPatch,
    change: Callable[[ConfigLoader], object],
) -> None:
    passing(monkeypatch, after=2, then=writer.finish)
    change(loader)
    profiles = stored(path)["profiles"]
    assert isinstance(profiles, dict)
    assert profiles["b"] == {"model": "m3"}, "what the other program wrote is lost"
    assert loader.load().profile("b").model == "m3"
    now = (stored(path)["activeProfile"], profiles["a"]["model"], "c" in profiles)
    assert now in [("b", "m1", False), ("a", "mine", False), ("a", "m1", True), ("a", "m1", False)]
    assert (now == ("a", "m1", False)) is (change is CHANGES["read to change"])


@pytest.mark.parametrize(
    ("read", "patience"),
    [
        (lambda loader: loader.load(), config_reader.TORN_PATIENCE_SECONDS),
        *((change, config_reader.CHANGE_PATIENCE_SECONDS) for change in CHANGES.values()),
    ],
    ids=["read", *CHANGES],
)
def test_a_file_that_stays_half_written_is_reported_with_both_ways_out_and_not_changed(
    loader: ConfigLoader,
    path: Path,
    writer: SlowWriter,
    monkeypatch: pytest.MonkeyPatch,
    read: Callable[[ConfigLoader], object],
    patience: float,
) -> None:
    del writer
    clock = passing(monkeypatch, after=1000, then=lambda: None)
    with pytest.raises(ConfigCorrupt) as caught:
        read(loader)
    assert patience <= clock[0] < patience + 0.2
    assert "If another program is still writing it, try again" in caught.value.advice
    assert "history list" in caught.value.advice
    assert path.read_bytes() == THEIRS[: len(THEIRS) // 2]
