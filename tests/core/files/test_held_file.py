"""A file that stays open is compared without opening it again, unless its path names another file."""

from __future__ import annotations

import errno
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from codemie_core.files.atomic_file import (
    HeldFile,
    TargetChanged,
    atomic_replace,
    replace_whole,
    version_of,
)

CONTENT = b"some content"
posix = pytest.mark.skipif(sys.platform == "win32", reason="nothing is held open on Windows")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def held(path: Path) -> Iterator[HeldFile]:
    with HeldFile.opened(str(path)) as held:
        yield held


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count what is opened, by name."""
    really_open, opened = os.open, Counter[str]()

    def count(path: str, flags: int, mode: int = 0o777) -> int:
        opened[os.path.basename(path)] += 1
        return really_open(path, flags, mode)

    monkeypatch.setattr(os, "open", count)
    return opened


@posix
def test_a_held_file_is_compared_without_opening_it_again(
    path: Path, held: HeldFile, opened: Counter[str]
) -> None:
    assert held.has_content_at(str(path), CONTENT)
    assert not held.has_content_at(str(path), b"another")
    assert not opened
    assert HeldFile().has_content_at(str(path), CONTENT), "the control: nothing is held"
    assert opened == {"file": 1}


@pytest.mark.parametrize("written", [b"SOME content", b"some conten", b"some content and more", b""])
def test_what_was_written_into_the_file_in_place_is_seen(path: Path, held: HeldFile, written: bytes) -> None:
    status = path.stat()
    with path.open("r+b") as file:
        file.truncate(0)
        file.write(written)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))  # even if it hides
    assert not held.has_content_at(str(path), CONTENT)
    assert held.has_content_at(str(path), written)


@posix
def test_a_file_that_was_renamed_to_the_path_is_opened(
    path: Path, held: HeldFile, opened: Counter[str]
) -> None:
    other = path.with_name("other")
    other.write_bytes(b"another")
    other.replace(path)
    opened.clear()
    assert held.has_content_at(str(path), b"another")
    assert not held.has_content_at(str(path), CONTENT)
    assert opened == {"file": 2}


def test_what_is_missing_or_no_regular_file_has_no_content(tmp_path: Path, held: HeldFile) -> None:
    assert not held.has_content_at(str(tmp_path / "none"), b"")
    for path in (tmp_path, tmp_path / "none"):
        with HeldFile.opened(str(path)) as nothing:
            assert not nothing.has_content_at(str(path), b"")


@posix
def test_a_pipe_is_neither_waited_for_nor_compared(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with HeldFile.opened(str(tmp_path / "pipe")) as held:
        assert not held.has_content_at(str(tmp_path / "pipe"), b"")


def test_a_read_error_is_not_taken_for_the_content(
    path: Path, held: HeldFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bytes:
        raise OSError(errno.EIO, "I/O error")

    monkeypatch.setattr(os, "pread", fail, raising=False)
    monkeypatch.setattr(os, "read", fail)
    assert not held.has_content_at(str(path), CONTENT)


@posix
def test_a_content_read_in_pieces_is_compared_whole(
    path: Path, held: HeldFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_read = os.pread
    monkeypatch.setattr(os, "pread", lambda fd, _size, at: really_read(fd, 3, at))
    assert held.has_content_at(str(path), CONTENT)
    assert not held.has_content_at(str(path), CONTENT[:-1] + b"!")


@posix
def test_a_file_that_cannot_be_held_is_opened_by_its_name(
    path: Path, monkeypatch: pytest.MonkeyPatch, opened: Counter[str]
) -> None:
    def refuse(_fd: int) -> int:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(os, "dup", refuse)
    with HeldFile() as held, path.open("rb") as file:
        held.hold(file.fileno())
        assert held.has_content_at(str(path), CONTENT)
    assert opened == {"file": 1}


@posix
def test_no_descriptor_is_left_open(path: Path) -> None:
    before = len(os.listdir("/proc/self/fd")) if sys.platform == "linux" else 0
    with HeldFile() as held:
        for number in range(50):
            data = b"%d" % number
            replace_whole(str(path), data, mode=0o600, expected=version_of(str(path)), held=held)
            assert held.has_content_at(str(path), data)
    with HeldFile() as held, pytest.raises(TargetChanged):
        replace_whole(str(path), b"", mode=0o600, expected=None, held=held)
    if sys.platform == "linux":
        assert len(os.listdir("/proc/self/fd")) == before


# ---- another program writes between our comparison and our replace --------------------------------------


def in_place(path: Path) -> None:
    path.write_bytes(b"SOME CONTENT")


def by_renaming(path: Path) -> None:
    other = path.with_name("theirs")
    other.write_bytes(b"SOME CONTENT")
    other.replace(path)


@posix
@pytest.mark.parametrize(
    ("moment", "write"),
    [("_second_name", in_place), ("_second_name", by_renaming), ("_replace", in_place)],
)
def test_what_another_program_writes_between_the_comparison_and_the_replace_is_not_lost(
    path: Path, monkeypatch: pytest.MonkeyPatch, moment: str, write: Callable[[Path], None]
) -> None:
    really, once = getattr(atomic_replace, moment), iter([True])

    def after_theirs(*arguments: str) -> object:
        if next(once, False):
            write(path)
        return really(*arguments)

    monkeypatch.setattr(atomic_replace, moment, after_theirs)
    with pytest.raises(TargetChanged):
        replace_whole(str(path), b"new", mode=0o600, expected=version_of(str(path)), old=CONTENT)
    assert path.read_bytes() == b"SOME CONTENT"
    assert os.listdir(path.parent) == ["file"]


@posix
def test_a_file_is_opened_once_to_be_compared_before_and_after_it_is_replaced(
    path: Path, opened: Counter[str]
) -> None:
    replace_whole(str(path), b"new", mode=0o600, expected=version_of(str(path)), old=CONTENT)
    names = Counter("new" if name.endswith(".tmp") else name for name in opened)
    assert (opened["file"], names["new"]) == (1, 1), opened
