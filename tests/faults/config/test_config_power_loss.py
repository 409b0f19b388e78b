"""The power fails right after a change was acknowledged: the new file is on disk, not the old one or zeros.

A file system in a file, mounted; the backing file is copied without any sync right after the call returned:
the copy holds what had reached the disk. Mounting it replays the journal, as the next boot does.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("loop mounts are Linux's", allow_module_level=True)

from tests.support.scale import rounds

from codemie_core import ConfigLoader, Home

pytestmark = pytest.mark.faults

OLD = '{"activeProfile": "a", "profiles": {"a": {}, "b": {}}}'
FILE_SYSTEMS = {
    "ext4": (96, ["mkfs.ext4", "-q", "-F"]),
    "xfs": (320, ["mkfs.xfs", "-q", "-f"]),
    "btrfs": (192, ["mkfs.btrfs", "-q", "-f"]),
}


def run(*command: str) -> None:
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        pytest.skip(f"{command[0]} does not work here: {(result.stderr or result.stdout).strip()[:200]}")


class Disk:
    """One file system in a file."""

    def __init__(self, kind: str, folder: Path) -> None:
        megabytes, make = FILE_SYSTEMS[kind]
        self._kind = kind
        self._image, self.root = folder / "image", folder / "mounted"
        self._copy, self._after = folder / "copy", folder / "after"
        with self._image.open("wb") as file:
            file.truncate(megabytes << 20)
        self.root.mkdir()
        self._after.mkdir()
        run(*make, str(self._image))
        run("mount", "-o", "loop", str(self._image), str(self.root))

    def after_power_loss(self, look: Callable[[Path], bytes | None]) -> bytes | None:
        """Return what `look` sees on the disk as the next boot would find it."""
        run("cp", "--sparse=always", str(self._image), str(self._copy))
        option = "loop,nouuid" if self._kind == "xfs" else "loop"
        if self._kind == "btrfs":
            self.unmount()  # two file systems with one UUID can't be mounted at once
        run("mount", "-o", option, str(self._copy), str(self._after))
        try:
            return look(self._after)
        finally:
            subprocess.run(["umount", str(self._after)], check=True)
            self._copy.unlink()

    def unmount(self) -> None:
        if os.path.ismount(self.root):
            subprocess.run(["umount", str(self.root)], check=True)


@pytest.fixture(params=FILE_SYSTEMS)
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    kind = request.param
    if os.geteuid() != 0:
        pytest.skip("needs root to mount file systems")
    if shutil.which(FILE_SYSTEMS[kind][1][0]) is None:
        pytest.skip(f"{FILE_SYSTEMS[kind][1][0]} is not installed")
    disk = Disk(kind, tmp_path)
    yield disk
    disk.unmount()


def config_in(root: Path) -> bytes | None:
    try:
        return (root / "new" / "home" / "config.json").read_bytes()
    except FileNotFoundError:
        return None


def old_home(disk: Disk) -> ConfigLoader:
    home = disk.root / "new" / "home"
    home.mkdir(parents=True)
    (home / "config.json").write_text(OLD)
    os.sync()
    return ConfigLoader(Home(str(home)), settle_seconds=0)


def test_an_acknowledged_change_survives_a_power_loss(disk: Disk) -> None:
    loader = old_home(disk)
    for number in range(rounds(3, 12)):
        loader.save_profile("b", {"n": number})
    loader.switch_profile("b")
    data = disk.after_power_loss(config_in)
    assert data
    assert json.loads(data) == {"activeProfile": "b", "profiles": {"a": {}, "b": {"n": rounds(3, 12) - 1}}}


def test_the_first_profile_in_new_folders_survives_a_power_loss(disk: Disk) -> None:
    os.sync()
    ConfigLoader(Home(str(disk.root / "new" / "home")), settle_seconds=0).save_profile("a", {"model": "m"})
    data = disk.after_power_loss(config_in)
    assert data
    assert json.loads(data)["profiles"] == {"a": {"model": "m"}}


def test_without_fsync_the_change_is_lost(disk: Disk) -> None:
    loader = old_home(disk)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _fd: None)
        loader.switch_profile("b")
    data = disk.after_power_loss(config_in)
    assert not data or json.loads(data)["activeProfile"] == "a"
