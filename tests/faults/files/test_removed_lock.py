"""The locks are removed repeatedly while processes write: every acknowledged write survives."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.scale import rounds
from tests.support.waiting import until

from codemie_core import ConfigLoader, Home, StoreError
from codemie_core.credentials import Secret
from codemie_core.files import lock
from codemie_core.files.atomic_file import atomic_replace

if sys.platform == "win32":
    pytest.skip("there a file that is open is not removed", allow_module_level=True)

from tests.core.credentials.stores import store_in
from tests.faults.files.removal_race import Raced, Write, race
from tests.faults.processes import running

WRITERS = 8
EACH = rounds(15, 200)


def lost(folder: Path) -> tuple[Raced, set[str]]:
    """Let processes set secrets; return the result and the acknowledged ones that are missing."""
    folder.mkdir()
    store_in(str(folder))[0].set("first", Secret("x"))
    (folder / "counts").mkdir()

    def connect() -> Write:
        store, _ = store_in(str(folder))
        return lambda name: store.set(name, Secret(name))

    home = Home(str(folder / "home"))
    raced = race(home, connect, writers=WRITERS, each=EACH, scratch=folder / "counts")
    there = {entry.name for entry in store_in(str(folder))[0].list()}
    return raced, set(raced.acknowledged - there)


@pytest.fixture
def slow_replace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Widen the window between the last check and the replacement, as a busy machine does."""
    really = atomic_replace._replace

    def later(source: str, target: str) -> None:
        time.sleep(0.003)
        really(source, target)

    monkeypatch.setattr(atomic_replace, "_replace", later)


@pytest.mark.timeout(900)
@pytest.mark.usefixtures("slow_replace")
def test_no_acknowledged_secret_is_lost(tmp_path: Path) -> None:
    raced, missing = lost(tmp_path / "store")
    print(f"{len(raced.acknowledged)} acknowledged, {raced.removals} removals, {len(missing)} lost")
    assert not missing
    assert len(raced.acknowledged) >= WRITERS * EACH
    assert raced.removals >= EACH


@pytest.mark.timeout(900)
@pytest.mark.usefixtures("slow_replace")
def test_the_control_that_trusts_its_lock_file_loses_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextlib.contextmanager
    def not_alone(folder: int) -> Iterator[None]:
        yield

    monkeypatch.setattr(atomic_replace, "alone_in", not_alone)
    monkeypatch.setattr(lock, "has_name", lambda *_: True)
    for attempt in range(10):
        raced, missing = lost(tmp_path / str(attempt))
        print(f"{len(raced.acknowledged)} acknowledged, {raced.removals} removals, {len(missing)} lost")
        if missing:
            return
    pytest.fail("trusting the lock file loses nothing: then the test above shows nothing")


@pytest.mark.timeout(900)
def test_no_saved_profile_is_lost(tmp_path: Path) -> None:
    home = Home(str(tmp_path / "home"))
    os.makedirs(home.path)
    (tmp_path / "home" / "config.json").write_text('{"activeProfile": "a", "profiles": {"a": {}}}')

    def connect() -> Write:
        loader = ConfigLoader(home, settle_seconds=0)
        return lambda name: loader.save_profile(name, {"provider": "x"})

    (tmp_path / "counts").mkdir()
    raced = race(home, connect, writers=4, each=EACH, scratch=tmp_path / "counts")
    assert raced.acknowledged <= {profile.name for profile in ConfigLoader(home).load().profiles}
    assert len(raced.acknowledged) >= 4 * EACH
    assert raced.removals >= EACH


def test_a_process_that_waited_for_a_removed_lock_takes_the_new_one(tmp_path: Path) -> None:
    path = str(tmp_path / "tray" / "lock")
    first = lock.StoreLock(path)
    first.acquire()
    waiting = lock.StoreLock(path, timeout_seconds=60)

    def wait_and_hold() -> None:
        (tmp_path / "waits").touch()
        waiting.acquire()
        (tmp_path / "holds").touch()
        time.sleep(600)

    with running(wait_and_hold):
        until((tmp_path / "waits").exists)
        time.sleep(0.2)  # it waits for the file that is now removed
        shutil.rmtree(tmp_path / "tray")
        first.release()
        until((tmp_path / "holds").exists)
        assert os.path.exists(path)
        with pytest.raises(StoreError, match="another process has been writing"):
            lock.StoreLock(path, timeout_seconds=0).acquire()
