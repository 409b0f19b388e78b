"""A full disk, a read-only one, a folder swapped during a change: one clear error, and nothing is lost."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

if sys.platform == "win32":
    pytest.skip("POSIX file systems", allow_module_level=True)

from tests.faults.processes import join, start
from tests.support.disks.file_size import limit_file_sizes
from tests.support.disks.small_disk import fill, small_disk

from codemie_core import CodeMieError, ConfigLoader, Home, StoreDenied, StoreFull

pytestmark = pytest.mark.faults

OLD = (
    '{\n  "activeProfile": "a",\n  "profiles": {\n    "a": {"filler": "'
    + "x" * 20_000
    + '"},\n    "b": {}\n  }\n}\n'
)


def make_home(folder: Path) -> ConfigLoader:
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(OLD)
    loader = ConfigLoader(Home(str(folder)), settle_seconds=0)
    loader.sweep()  # makes the lock, as any start does
    return loader


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk") as folder:
        yield folder


def entries(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def test_a_full_disk_keeps_the_old_file_and_leaves_no_partial_one(disk: Path) -> None:
    loader = make_home(disk / "home")
    fill(disk)
    changes: tuple[Callable[[], object], ...] = (
        lambda: loader.switch_profile("b"),
        lambda: loader.save_profile("b", {"authToken": "sk-1"}),
        lambda: loader.delete_profile("a"),
    )
    for change in changes:
        with pytest.raises(StoreFull) as caught:
            change()
        path = disk / "home" / "config.json"
        # The path is that of the configuration or of the version that must be saved first.
        assert str(caught.value).startswith(str(disk / "home"))
        assert str(caught.value).endswith("can't be written, nothing was changed: No space left on device")
        assert path.read_text() == OLD
        assert entries(disk / "home") == ["config.json", "tray"]
    (disk / "filler").unlink()
    assert loader.switch_profile("b").active == "b"


def test_a_full_disk_ruins_the_file_of_a_writer_in_place(disk: Path) -> None:
    make_home(disk / "home")
    fill(disk)
    path = disk / "home" / "config.json"
    with pytest.raises(OSError, match="No space left"):
        path.write_text(OLD.replace("x" * 20_000, "y" * 30_000))
    assert path.read_text() != OLD


def test_a_file_size_limit_is_reported_like_a_full_disk(tmp_path: Path) -> None:
    loader = make_home(tmp_path / "limited")

    def limited() -> None:
        limit_file_sizes(8192)
        with pytest.raises(StoreFull, match="nothing was changed: File too large"):
            loader.switch_profile("b")

    join(start(limited))
    assert (tmp_path / "limited" / "config.json").read_text() == OLD
    assert entries(tmp_path / "limited") == ["config.json", "tray"]


def test_a_read_only_disk_is_reported(disk: Path) -> None:
    loader = make_home(disk / "home")
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    with pytest.raises(StoreDenied, match="nothing was changed: Read-only file system"):
        loader.switch_profile("b")
    assert loader.load().active == "a"
    assert entries(disk / "home") == ["config.json", "tray"]


# ---- a folder that is swapped in the middle ------------------------------------------------------------

CALLS = ("open", "stat", "lstat", "fstat", "read", "write", "fsync", "close", "replace", "scandir", "lseek")


def swap_at(number: int, swap: Callable[[], None], work: Callable[[], object]) -> bool:
    """Run `work` and call `swap` before the system call with this number; return whether it was reached."""
    made = 0

    def instead_of(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal made
            made += 1
            if made == number + 1:
                swap()
            return real(*args, **kwargs)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, instead_of(getattr(os, name)))
        work()
    return made > number


def make_victim(folder: Path) -> Path:
    victim = folder / "victim"
    victim.mkdir()
    (victim / "config.json").write_text('{"not": "ours"}')
    (victim / "precious").write_text("precious")
    return victim


def swapper(home: Path) -> Callable[[], None]:
    """Someone moves the home away and puts a link to another folder in its place."""

    def swap() -> None:
        home.rename(home.parent / "moved")
        home.symlink_to(home.parent / "victim")

    return swap


def test_a_folder_swapped_at_any_call_harms_nothing_outside(tmp_path: Path) -> None:
    swapped, number = True, 0
    while swapped:
        folder = tmp_path / str(number)
        folder.mkdir()
        home, victim = folder / "home", make_victim(folder)
        loader = make_home(home)
        reported: list[str] = []

        def work(loader: ConfigLoader = loader, reported: list[str] = reported) -> None:
            try:
                loader.switch_profile("b")
            except CodeMieError as error:
                reported.append(str(error))

        swapped = swap_at(number, swapper(home), work)
        assert (victim / "precious").read_text() == "precious"
        assert (victim / "config.json").read_text() == '{"not": "ours"}'
        assert set(entries(victim)) <= {"config.json", "precious", "tray"}
        real = folder / "moved" if swapped else home
        active = ConfigLoader(Home(str(real)), settle_seconds=0).load().active
        assert active in ("a", "b")
        assert reported or active == "b", "success was reported falsely"
        shutil.rmtree(folder)
        number += 1
    assert number >= 20


def test_a_writer_that_does_not_check_again_writes_into_the_other_folder(tmp_path: Path) -> None:
    hit = False
    for number in range(12):
        folder = tmp_path / str(number)
        folder.mkdir()
        home, victim = folder / "home", make_victim(folder)
        make_home(home)

        def work(home: Path = home) -> None:
            path = os.path.join(home, "config.json")
            fd = os.open(path, os.O_RDONLY)
            data = os.read(fd, 100_000)
            os.close(fd)
            fd = os.open(f"{path}.tmp", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            os.write(fd, data)
            os.close(fd)
            os.replace(f"{path}.tmp", path)

        with contextlib.suppress(FileNotFoundError):
            swap_at(number, swapper(home), work)
        hit = hit or (victim / "config.json").read_text() != '{"not": "ours"}'
    assert hit
