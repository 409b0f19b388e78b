"""Private files are opened only if they are ours: no link, pipe, device, hard link or other owner."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest
from tests.support.plants import HERE, PLANTS, SOMEBODY_ELSE, Victim

from codemie_core import StoreError
from codemie_core.errors import StoreUnsafe
from codemie_core.files.lock import StoreLock
from codemie_core.files.private.file import (
    check_private,
    names_in_own_folder,
    open_private,
    read_private,
    replace_private,
)

posix = pytest.mark.skipif(sys.platform == "win32", reason="Wine has no links, Windows no pipes in folders")
CONTENT = b"not to be touched\n" * 20


@pytest.fixture
def victim(tmp_path: Path) -> Victim:
    return Victim(tmp_path / "elsewhere", CONTENT)


@pytest.fixture
def tray(tmp_path: Path) -> Path:
    folder = tmp_path / "home" / "tray"
    folder.mkdir(parents=True)
    return folder


def test_our_file_is_created_private_written_and_read(tray: Path) -> None:
    path = str(tray / "file")
    before = os.umask(0)
    try:
        fd = open_private(path, os.O_RDWR | os.O_CREAT)
    finally:
        os.umask(before)
    os.write(fd, b"text\r\n")
    assert not os.get_inheritable(fd)
    os.close(fd)
    fd = open_private(path, os.O_WRONLY | os.O_APPEND)
    os.write(fd, b"more\n")
    os.close(fd)
    data, status = read_private(path, limit_bytes=100)
    assert data == b"text\r\nmore\n"
    if os.name == "posix":
        assert stat.S_IMODE(status.st_mode) == 0o600
    with pytest.raises(OSError, match="larger than 10 bytes"):
        read_private(path, limit_bytes=10)
    with pytest.raises(FileExistsError):
        open_private(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
    with pytest.raises(FileNotFoundError):
        open_private(str(tray / "none"), os.O_RDONLY)
    with pytest.raises(FileNotFoundError):
        read_private(str(tray / "none" / "none"), limit_bytes=10)
    with pytest.raises(ValueError, match="emptied"):
        open_private(path, os.O_WRONLY | os.O_TRUNC)


def raw_write(path: Path) -> None:
    """The control: how the lock file was opened and written before."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NONBLOCK, 0o600)
    os.write(fd, b"overwritten")
    os.close(fd)


@posix
@pytest.mark.parametrize("plant", HERE)
def test_a_foreign_file_is_refused_with_advice_and_left_alone(plant: str, tray: Path, victim: Victim) -> None:
    path = tray / "lock"
    PLANTS[plant](path, victim)
    for attempt in (
        lambda: open_private(str(path), os.O_RDWR | os.O_CREAT),
        lambda: open_private(str(path), os.O_WRONLY | os.O_APPEND | os.O_CREAT),
        lambda: check_private(str(path)),
        StoreLock(str(path), timeout_seconds=0).acquire,
    ):
        with pytest.raises(StoreUnsafe, match=r"lock: (is|belongs) .*; remove it") as caught:
            attempt()
        assert caught.value.path == str(path)
    if plant != "a hard link":
        with pytest.raises(StoreUnsafe):
            read_private(str(path), limit_bytes=1000)
    assert not victim.harm()
    assert not (victim.folder / "not-there").exists()


@posix
@pytest.mark.parametrize("plant", ["a link", "a dangling link", "a hard link"])
def test_the_control_writes_into_the_victim(plant: str, tray: Path, victim: Victim) -> None:
    PLANTS[plant](tray / "lock", victim)
    raw_write(tray / "lock")
    assert victim.harm(), "a careless open does no harm, so these tests prove nothing"


@posix
@pytest.mark.parametrize("plant", [name for name in HERE if name != "a folder"])
def test_replacing_removes_a_planted_file_and_never_writes_through_it(
    plant: str, tray: Path, victim: Victim
) -> None:
    path = tray / "cleanup.json"
    PLANTS[plant](path, victim)
    replace_private(str(path), b"{}")
    assert path.read_bytes() == b"{}"
    assert not path.is_symlink()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not victim.harm()


def test_a_folder_in_place_of_a_file_to_replace_is_reported(tray: Path, victim: Victim) -> None:
    PLANTS["a folder"](tray / "cleanup.json", victim)
    with pytest.raises(StoreError, match=r"cleanup\.json: can't be written"):
        replace_private(str(tray / "cleanup.json"), b"{}")
    assert os.listdir(tray / "cleanup.json") == ["inside"]


@posix
def test_the_folder_must_be_ours_and_the_home_may_be_a_link(tmp_path: Path, victim: Victim) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "tray").symlink_to(victim.folder)
    linked = str(home / "tray" / "inside")
    for attempt in (
        lambda: open_private(linked, os.O_RDONLY),
        lambda: read_private(linked, limit_bytes=1000),
        lambda: replace_private(linked, b""),
        lambda: check_private(linked),
        lambda: names_in_own_folder(str(home / "tray")),
        StoreLock(linked).acquire,
    ):
        with pytest.raises(StoreUnsafe, match=r"tray: is a link, and was not followed; remove it"):
            attempt()
    assert not victim.harm()
    open_and_close(linked, levels=0)  # the control: what does not mind the folder follows it
    os.unlink(home / "tray")
    (tmp_path / "linked-home").symlink_to(home)
    replace_private(str(tmp_path / "linked-home" / "tray" / "file"), b"x")
    assert (home / "tray" / "file").read_bytes() == b"x"


def open_and_close(path: str, *, levels: int) -> None:
    os.close(open_private(path, os.O_RDONLY, levels=levels))


@posix
def test_our_parent_folders_are_checked_too(tmp_path: Path, victim: Victim) -> None:
    home = tmp_path / "home"
    (home / "real" / "history").mkdir(parents=True)
    (home / "tray").symlink_to(home / "real")
    version = str(home / "tray" / "history" / "version.json")
    with pytest.raises(StoreUnsafe, match="tray: is a link"):
        replace_private(version, b"{}", levels=2)
    with pytest.raises(StoreUnsafe, match="tray: is a link"):
        read_private(version, limit_bytes=10, levels=2)
    os.unlink(home / "tray")
    (home / "tray").mkdir()
    (home / "tray" / "history").symlink_to(victim.folder)
    with pytest.raises(StoreUnsafe, match="history: is a link"):
        replace_private(version, b"{}", levels=2)
    assert not victim.harm()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_user_is_refused(tray: Path) -> None:
    os.chown(tray, SOMEBODY_ELSE, SOMEBODY_ELSE)
    with pytest.raises(StoreUnsafe, match=rf"tray: belongs to another user \(uid {SOMEBODY_ELSE}, .* as 0\)"):
        open_private(str(tray / "file"), os.O_RDWR | os.O_CREAT)
    assert os.listdir(tray) == []


@posix
def test_a_link_planted_between_check_and_open_is_not_followed(
    tray: Path, victim: Victim, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = os.open

    def swapped(name: str, flags: int, *rest: int, dir_fd: int | None = None) -> int:
        if os.path.basename(name) == "lock" and not (tray / "lock").is_symlink():
            (tray / "lock").symlink_to(victim.file)
        return really(name, flags, *rest, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", swapped)
    with pytest.raises(StoreUnsafe, match="lock: is a link"):
        open_private(str(tray / "lock"), os.O_RDWR | os.O_CREAT)
    assert not victim.harm()
