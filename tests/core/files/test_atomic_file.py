"""The write protocol alone: versions, the last check, and leftovers."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest

from codemie_core import StoreDenied, StoreError, StoreFull
from codemie_core.errors import store_error
from codemie_core.files.atomic_file import (
    FileVersion,
    TargetChanged,
    atomic_replace,
    read_whole,
    replace_whole,
    sweep_temporaries,
    version_of,
    whole_file,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    return folder


@pytest.fixture
def path(folder: Path) -> Path:
    path = folder / "file"
    path.write_bytes(b"old")
    return path


def test_a_new_file_is_created_and_an_old_one_replaced(folder: Path) -> None:
    path = str(folder / "file")
    version = replace_whole(path, b"one", mode=0o600, expected=None)
    now = version_of(path)
    assert now is not None
    assert now.mark == version.mark
    replace_whole(path, b"two", mode=0o600, expected=now, old=b"one")
    assert read_whole(path, limit_bytes=10)[0] == b"two"
    assert os.listdir(folder) == ["file"]


def test_a_target_written_by_another_program_is_not_replaced(path: Path) -> None:
    expected = version_of(str(path))
    with path.open("ab") as file:
        file.write(b"er")
    with pytest.raises(TargetChanged):
        replace_whole(str(path), b"new", mode=0o600, expected=expected)
    assert path.read_bytes() == b"older"
    assert os.listdir(path.parent) == ["file"]


def test_a_target_that_appeared_or_disappeared_is_not_replaced(path: Path) -> None:
    expected = version_of(str(path))
    with pytest.raises(TargetChanged):
        replace_whole(str(path), b"new", mode=0o600, expected=None)
    path.unlink()
    with pytest.raises(TargetChanged):
        replace_whole(str(path), b"new", mode=0o600, expected=expected)
    assert os.listdir(path.parent) == []


def test_a_write_within_one_clock_tick_is_detected_by_its_content(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = version_of(str(path))
    path.write_bytes(b"odd")
    monkeypatch.setattr(atomic_replace, "version_of", lambda _path: expected)  # a clock that has not advanced
    with pytest.raises(TargetChanged):
        replace_whole(str(path), b"new", mode=0o600, expected=expected, old=b"old")
    replace_whole(str(path), b"new", mode=0o600, expected=expected)  # without the content: not detected


@pytest.mark.skipif(os.name != "posix", reason="Windows lets nobody take an open file away")
def test_a_temporary_file_that_someone_removed_causes_another_attempt(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def take_away(fd: int) -> None:
        for orphan in path.parent.glob(".file.*"):
            orphan.unlink()

    monkeypatch.setattr(atomic_replace, "sync_file", take_away)
    with pytest.raises(TargetChanged):
        replace_whole(str(path), b"new", mode=0o600, expected=version_of(str(path)))


def test_a_missing_folder_is_reported(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="No such file or directory"):
        replace_whole(str(tmp_path / "none" / "file"), b"", mode=0o600, expected=None)


@pytest.mark.skipif(os.name != "posix", reason="Windows has no fsync of folders")
def test_an_error_after_the_replace_says_that_the_file_was_changed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, seen = os.fsync, []

    def fail_the_second(fd: int) -> None:
        seen.append(fd)
        if len(seen) == 2:
            raise OSError(errno.EIO, "I/O error")
        real(fd)

    monkeypatch.setattr(os, "fsync", fail_the_second)
    with pytest.raises(StoreError, match="was changed, but a power cut may undo the change"):
        replace_whole(str(path), b"new", mode=0o600, expected=version_of(str(path)))
    assert path.read_bytes() == b"new"


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP])
def test_a_file_system_that_cannot_sync_folders_is_not_an_error(
    path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(fd: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{fd}"):
            raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    replace_whole(str(path), b"new", mode=0o600, expected=version_of(str(path)))


def test_reading_stops_at_the_limit(path: Path) -> None:
    assert read_whole(str(path), limit_bytes=3)[0] == b"old"
    with pytest.raises(OSError, match="larger than 2 bytes"):
        read_whole(str(path), limit_bytes=2)


def test_two_states_of_a_file_are_two_versions(path: Path) -> None:
    first = version_of(str(path))
    assert first == FileVersion.of(path.stat())
    path.write_bytes(b"new")
    assert version_of(str(path)) != first
    assert version_of(str(path) + ".none") is None


def test_sweeping_removes_only_our_files(path: Path) -> None:
    for name in (".file.1-00000000.tmp", ".file.22-deadbeef.tmp", ".file2.1-00000000.tmp", ".file.x-0.tmp"):
        (path.parent / name).write_bytes(b"")
    assert sweep_temporaries(str(path)) == 2
    assert sorted(os.listdir(path.parent)) == [".file.x-0.tmp", ".file2.1-00000000.tmp", "file"]
    assert sweep_temporaries(str(path.parent / "none" / "file")) == 0


@pytest.mark.parametrize(
    ("number", "leaf"),
    [
        (errno.ENOSPC, StoreFull),
        (errno.EDQUOT, StoreFull),
        (errno.EFBIG, StoreFull),
        (errno.EACCES, StoreDenied),
        (errno.EPERM, StoreDenied),
        (errno.EROFS, StoreDenied),
        (errno.EIO, StoreError),
    ],
)
def test_each_system_error_becomes_an_error_that_the_caller_can_act_on(
    number: int, leaf: type[StoreError]
) -> None:
    error = store_error("/a/file", OSError(number, "x"))
    assert type(error) is leaf
    assert str(error).startswith("/a/file: can't be written")
    assert os.strerror(number) in str(error)


@pytest.mark.skipif(sys.platform != "win32", reason="elsewhere a file that is being replaced can be opened")
def test_a_file_that_is_being_replaced_is_retried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, really_open, refusals = tmp_path / "file", os.open, [1, 2, 3]
    path.write_bytes(b"new")

    def being_replaced(name: str, flags: int) -> int:
        if refusals:
            refusals.pop()
            raise PermissionError(errno.EACCES, "Permission denied", name)
        return really_open(name, flags)

    monkeypatch.setattr(os, "open", being_replaced)
    assert read_whole(str(path), limit_bytes=10)[0] == b"new"
    monkeypatch.setattr(whole_file, "READ_PATIENCE_SECONDS", 0.05)
    refusals += range(10_000)
    with pytest.raises(PermissionError):
        read_whole(str(path), limit_bytes=10)
