"""The locks are removed again and again while processes write: what was acknowledged is there."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.scale import rounds

from codemie_core import ConfigLoader, Home, StoreError
from codemie_core.credentials import CredentialStore, Secret
from codemie_core.files import atomic_file, lock

if sys.platform == "win32":
    pytest.skip("there a file that is open is not removed", allow_module_level=True)

from tests.credential.stores import store_in
from tests.faults.processes import join, running, start

WRITERS = 8
EACH = rounds(30, 400)


def remove_again_and_again(home: Home) -> None:
    while True:
        shutil.rmtree(home.tray, ignore_errors=True)
        time.sleep(0.002)


def write(home: Home, number: int, acknowledged: str) -> None:
    store, _ = store_in(os.path.dirname(home.path))
    with open(acknowledged, "a", encoding="ascii") as told:
        for turn in range(EACH):
            name = f"w{number}-{turn}"
            # Refused (the folder went away at the wrong moment) is no promise.
            with contextlib.suppress(StoreError):
                store.set(name, Secret(name))
                told.write(name + "\n")
                told.flush()


def lost(folder: Path) -> tuple[int, int]:
    """Return how many secrets were acknowledged, and how many of those are not there."""
    home = Home(str(folder / "home"))
    store_in(os.path.dirname(home.path))[0].set("first", Secret("x"))
    with running(lambda: remove_again_and_again(home)):
        join(
            *(
                start(lambda number=number: write(home, number, str(folder / f"{number}.txt")))  # type: ignore[misc]
                for number in range(WRITERS)
            )
        )
    told = {name for number in range(WRITERS) for name in (folder / f"{number}.txt").read_text().split()}
    store: CredentialStore = store_in(os.path.dirname(home.path))[0]
    return len(told), len(told - {entry.name for entry in store.list()})


@pytest.fixture
def slow_replace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Widen the moment between the last look and the replace, as a busy machine does."""
    really = atomic_file._replace

    def later(source: str, target: str) -> None:
        time.sleep(0.003)
        really(source, target)

    monkeypatch.setattr(atomic_file, "_replace", later)


@pytest.mark.timeout(900)
@pytest.mark.usefixtures("slow_replace")
def test_no_acknowledged_secret_is_lost(tmp_path: Path) -> None:
    told, missing = lost(tmp_path)
    print(f"{told} acknowledged, {missing} lost")
    assert missing == 0
    # A busy machine refuses most: the folder is gone again before they are through.
    assert told > WRITERS * EACH // 16, "hardly anything was written: this shows nothing"


@pytest.mark.timeout(900)
@pytest.mark.usefixtures("slow_replace")
def test_the_control_that_trusts_its_lock_file_loses_some(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextlib.contextmanager
    def not_alone(folder: int) -> Iterator[None]:
        yield

    monkeypatch.setattr(atomic_file, "_alone_in", not_alone)
    monkeypatch.setattr(lock, "has_name", lambda *_: True)
    told, missing = lost(tmp_path)
    print(f"{told} acknowledged, {missing} lost")
    assert missing > 0, "trusting the lock file loses nothing: then this test shows nothing"


@pytest.mark.timeout(900)
def test_profiles_that_were_saved_are_there(tmp_path: Path) -> None:
    home = Home(str(tmp_path / "home"))
    os.makedirs(home.path)
    (tmp_path / "home" / "config.json").write_text('{"activeProfile": "a", "profiles": {"a": {}}}')

    def save(number: int) -> None:
        loader = ConfigLoader(home, settle_seconds=0)
        with open(tmp_path / f"{number}.txt", "a", encoding="ascii") as told:
            for turn in range(EACH // 3):
                with contextlib.suppress(StoreError):
                    loader.save_profile(f"w{number}-{turn}", {"provider": "x"})
                    told.write(f"w{number}-{turn}\n")
                    told.flush()

    with running(lambda: remove_again_and_again(home)):
        join(*(start(lambda number=number: save(number)) for number in range(4)))  # type: ignore[misc]
    told = {name for number in range(4) for name in (tmp_path / f"{number}.txt").read_text().split()}
    assert told <= {profile.name for profile in ConfigLoader(home).load().profiles}
    assert told, "nothing was written: this shows nothing"


def test_who_waited_for_a_lock_that_was_removed_takes_the_new_one(tmp_path: Path) -> None:
    path = str(tmp_path / "tray" / "lock")
    first = lock.StoreLock(path)
    first.acquire()
    waiting = lock.StoreLock(path, timeout_seconds=5)

    def wait_and_hold() -> None:
        waiting.acquire()
        time.sleep(0.5)

    pid = start(wait_and_hold)
    time.sleep(0.2)  # it waits for the file that is removed now
    shutil.rmtree(tmp_path / "tray")
    first.release()
    deadline = time.monotonic() + 5
    while not os.path.exists(path):
        assert time.monotonic() < deadline
        time.sleep(0.001)
    time.sleep(0.1)
    with pytest.raises(StoreError, match="another process has been writing"):
        lock.StoreLock(path, timeout_seconds=0).acquire()
    join(pid)
