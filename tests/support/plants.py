"""Real things planted in place of a file or folder: links, pipes, devices, files of another user."""

from __future__ import annotations

import hashlib
import os
import shutil
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SOMEBODY_ELSE = 4242
"""A user id without a name; only root can give files away."""

if sys.platform == "win32":
    NEEDS_ROOT: tuple[str, ...] = ()
else:
    NEEDS_ROOT = () if os.geteuid() == 0 else ("a device", "of another owner")


class Victim:
    """A file and a folder elsewhere that must not be touched."""

    def __init__(self, folder: Path, content: bytes) -> None:
        self.file = folder / "victim"
        self.folder = folder / "victims"
        self.folder.mkdir(parents=True)
        for path in (self.file, self.folder / "inside"):
            path.write_bytes(content)
            os.utime(path, (1_700_000_000, 1_700_000_000))
        self.note()

    def note(self) -> None:
        """Record the current state as untouched."""
        self._before = self._state()

    def harm(self) -> str:
        """Return the changes; empty if there are none."""
        now = self._state()
        changed = {
            path: (before, now.get(path)) for path, before in self._before.items() if now.get(path) != before
        }
        new = now.keys() - self._before.keys()
        return ", ".join([*(f"{path}: {was} -> {is_}" for path, (was, is_) in changed.items()), *sorted(new)])

    def _state(self) -> dict[str, tuple[str, int, int, int]]:
        found = {}
        for path in (self.file, self.folder, *sorted(self.folder.rglob("*"))):
            status = path.lstat()
            digest = hashlib.sha256(path.read_bytes()).hexdigest() if stat.S_ISREG(status.st_mode) else ""
            # Without the link count: a plant may add a name.
            found[str(path)] = digest, status.st_mode, status.st_uid, status.st_mtime_ns
        return found


def remove(path: Path) -> None:
    """Remove whatever is there."""
    if path.is_symlink() or not path.is_dir():
        path.unlink(missing_ok=True)
    else:
        shutil.rmtree(path)


def _link(path: Path, victim: Victim) -> None:
    path.symlink_to(victim.file)


def _link_to_a_folder(path: Path, victim: Victim) -> None:
    path.symlink_to(victim.folder)


def _dangling(path: Path, victim: Victim) -> None:
    path.symlink_to(victim.folder / "not-there")


def _loop(path: Path, victim: Victim) -> None:
    path.symlink_to(path.name)


def _second_name(path: Path, victim: Victim) -> None:
    os.link(victim.file, path)


def _pipe(path: Path, victim: Victim) -> None:
    if sys.platform != "win32":
        os.mkfifo(path)


def _socket(path: Path, victim: Victim) -> None:
    if sys.platform != "win32":
        folder, before = os.open(path.parent, os.O_RDONLY), os.getcwd()
        os.fchdir(folder)  # an address has about 100 bytes
        try:
            with socket.socket(socket.AF_UNIX) as listening:
                listening.bind(path.name)
        finally:
            os.chdir(before)
            os.close(folder)


def _device(path: Path, victim: Victim) -> None:
    subprocess.run(["mknod", str(path), "c", "1", "5"], check=True)  # /dev/zero: it never ends
    if os.stat("/dev/zero").st_rdev != path.stat().st_rdev:
        pytest.fail("this is not the device that never ends")


def _folder(path: Path, victim: Victim) -> None:
    path.mkdir()
    (path / "inside").write_text("mine")


def _foreign(path: Path, victim: Victim) -> None:
    path.write_bytes(victim.file.read_bytes())
    if sys.platform != "win32":
        os.chown(path, SOMEBODY_ELSE, SOMEBODY_ELSE)


PLANTS: dict[str, Callable[[Path, Victim], None]] = {
    "a link": _link,
    "a link to a folder": _link_to_a_folder,
    "a dangling link": _dangling,
    "a link to itself": _loop,
    "a hard link": _second_name,
    "a pipe": _pipe,
    "a socket": _socket,
    "a device": _device,
    "a folder": _folder,
    "of another owner": _foreign,
}
"""How to create each at a free path."""

HERE = [name for name in PLANTS if name not in NEEDS_ROOT]
"""Those that the current user can create."""
