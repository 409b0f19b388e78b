"""The lock excludes processes and threads, ends with its holder, and reports failure to acquire it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from codemie_core import CodeMieError, StoreBusy, StoreDenied, StoreError
from codemie_core.files.lock import NOTE_LIMIT_BYTES, StoreLock
from codemie_core.files.private.folder import make_private_folder
from codemie_core.home import LOCK_ORDER

HOLD = """
import sys, time
from codemie_core.files.lock import StoreLock
with StoreLock(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


def hold(path: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, path],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_second_process_waits_and_then_reports_the_holder(tmp_path: Path) -> None:
    path = str(tmp_path / "tray" / "lock")
    process = hold(path)
    try:
        before = time.monotonic()
        with pytest.raises(StoreBusy, match=r"another process has been writing for 0\.2 seconds; try again"):
            StoreLock(path, timeout_seconds=0.2).acquire()
        # The sum of two floats is rounded, so the difference may lack a last bit.
        assert time.monotonic() - before >= 0.199
        with pytest.raises(StoreBusy):
            StoreLock(path, timeout_seconds=0).acquire()
    finally:
        process.kill()
        process.communicate()
    with StoreLock(path, timeout_seconds=60):
        pass


def test_a_killed_lock_holder_leaves_nothing_to_clean_up(tmp_path: Path) -> None:
    path = str(tmp_path / "lock")
    process = hold(path)
    process.kill()
    process.communicate()
    with StoreLock(path, timeout_seconds=0):
        pass


def test_threads_of_one_process_exclude_each_other(tmp_path: Path) -> None:
    path, inside, most = str(tmp_path / "lock"), 0, 0

    def work() -> None:
        nonlocal inside, most
        for _ in range(20):
            with StoreLock(path):
                inside += 1
                most = max(most, inside)
                time.sleep(0)
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_the_lock_is_released_if_the_work_fails(tmp_path: Path) -> None:
    lock = StoreLock(str(tmp_path / "lock"), timeout_seconds=0)
    with pytest.raises(ZeroDivisionError), lock:
        _ = 1 / 0
    with lock:
        pass
    lock.release()  # a second release does nothing


def test_a_lock_that_cannot_be_created_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="is in the way; a folder is needed here"):
        StoreLock(str(tmp_path / "file" / "lock")).acquire()
    (tmp_path / "lock").mkdir()
    with pytest.raises(StoreError, match="is a folder, not a file; remove it"):
        StoreLock(str(tmp_path / "lock")).acquire()


def test_folders_are_private_from_their_creation(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        make_private_folder(str(tmp_path / "a" / "b"))
    finally:
        os.umask(before)
    if os.name == "posix":
        assert (tmp_path / "a").stat().st_mode & 0o777 == 0o700
        assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
    make_private_folder(str(tmp_path / "a" / "b"))


@pytest.mark.skipif(sys.platform == "win32", reason="a path has 260 characters there")
def test_a_folder_below_a_thousand_others_is_created_and_an_impossible_name_refused(tmp_path: Path) -> None:
    deep = os.path.join(tmp_path, *["y"] * 1500)
    try:
        make_private_folder(deep)
        assert os.path.isdir(deep)
    finally:  # deeper than Python itself removes
        subprocess.run(["rm", "-rf", str(tmp_path / "y")], check=True)
    with pytest.raises(StoreError, match="File name too long"):
        make_private_folder(os.path.join(tmp_path, *["z"] * 3000))
    assert not (tmp_path / "z").exists()


def test_a_note_in_the_lock_is_read_by_the_next_holder(tmp_path: Path) -> None:
    path = str(tmp_path / "lock")
    with StoreLock(path) as lock:
        assert lock.note() == b""
        lock.leave_note(b"a long note for whoever comes next")
        lock.leave_note(b"short")
        assert lock.note() == b"short"
    with StoreLock(path) as lock:
        assert lock.note() == b"short"
    assert os.stat(path).st_size == NOTE_LIMIT_BYTES


def test_notes_need_the_lock(tmp_path: Path) -> None:
    lock = StoreLock(str(tmp_path / "lock"))
    with pytest.raises(ValueError, match="not held"):
        lock.note()


def test_every_failure_is_one_of_our_errors() -> None:
    assert issubclass(StoreDenied, StoreError)
    assert issubclass(StoreBusy, StoreError)
    assert issubclass(StoreError, CodeMieError)


def test_locks_taken_in_the_reverse_order_are_detected(
    tmp_path: Path, locks_in_reverse_order: list[str]
) -> None:
    """The control of `lock_order.py`, which watches every test."""
    first, second = (StoreLock(str(tmp_path / name)) for name in LOCK_ORDER)
    with first, second:
        pass
    with second:
        pass
    with StoreLock(str(tmp_path / "another")), first:
        pass
    assert locks_in_reverse_order == []
    with second, first:
        pass
    assert locks_in_reverse_order == ["credentials.lock taken while lock is held"]
    locks_in_reverse_order.clear()
