"""A history that can't be written: what still works, what is refused, and what is reported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.core.config.history.history_home import config, home, in_the_way, loader_of, write
from tests.support.other_users import NOBODY, as_root, become, folder_for_anybody, preload

from codemie_core import Home, StoreDenied, StoreError, StoreFull

__all__ = ["home"]


def test_a_switch_works_without_the_history_and_says_so(home: Home) -> None:
    in_the_way(home)
    loader = loader_of(home)
    loader.switch_profile("personal")
    assert loader.load().active == "personal"
    assert isinstance(loader.trouble, StoreError)
    os.unlink(home.history)
    loader.switch_profile("work")
    assert loader.trouble is None


@pytest.mark.parametrize("change", ["delete", "save", "restore", "rewrite"])
def test_a_change_that_discards_something_is_refused_without_the_history(
    home: Home, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loader = loader_of(home)
    entry = loader.keep_seen()
    assert entry is not None
    write(home, config("work"))
    aside = home.history + ".aside"
    os.rename(home.history, aside)
    in_the_way(home)
    before = Path(home.join("config.json")).read_bytes()
    if change == "restore":  # the version can be read until the moment it is written
        data = Path(aside, entry.file_name).read_bytes()
        monkeypatch.setattr(loader.history, "read", lambda _entry: data)
    with pytest.raises(StoreError, match="history"):
        {
            "delete": lambda: loader.delete_profile("work"),
            "save": lambda: loader.save_profile("work", {"authToken": "sk-new"}),
            "restore": lambda: loader.restore(entry),
            "rewrite": lambda: loader.rewrite(lambda c: c.document.set_key(c.document.root, "x", "1")),
        }[change]()
    assert Path(home.join("config.json")).read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="a limit on what a process writes is POSIX's")
def test_a_full_disk_loses_no_saved_version(home: Home) -> None:
    loader = loader_of(home)
    loader.keep_seen()
    kept = {name: Path(home.history, name).read_bytes() for name in os.listdir(home.history)}
    big = config("work", "personal", filler="x" * 9000)
    write(home, big)
    program = (
        "import sys\n"
        "from codemie_core import ConfigLoader, Home, StoreFull\n"
        "from tests.support.disks.file_size import limit_file_sizes\n"
        "limit_file_sizes(4096)\n"
        "loader = ConfigLoader(Home(sys.argv[1]), settle_seconds=0)\n"
        "for change in (loader.keep_seen, lambda: loader.delete_profile('work')):\n"
        "    try: change()\n"
        "    except StoreFull: continue\n"
        "    sys.exit('it reported success')\n"
    )
    subprocess.run(
        [sys.executable, "-c", program, home.path],
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        timeout=60,
    )
    assert {name: Path(home.history, name).read_bytes() for name in os.listdir(home.history)} == kept
    assert Path(home.join("config.json")).read_bytes() == big


def test_a_full_history_device_does_not_stop_a_switch(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The history is on its own full device, so only its writes fail."""
    loader = loader_of(home)
    loader.keep_seen()
    really_open, really_write = os.open, os.write
    opened: dict[int, str] = {}

    def remember(path: str, *rest: int, **more: int) -> int:
        fd = really_open(path, *rest, **more)
        opened[fd] = path
        return fd

    def full(fd: int, data: bytes) -> int:
        if os.path.dirname(opened[fd]) == home.history:
            raise OSError(28, "No space left on device")
        return really_write(fd, data)

    monkeypatch.setattr(os, "open", remember)
    monkeypatch.setattr(os, "write", full)
    loader.switch_profile("personal")
    assert loader.load().active == "personal"
    assert isinstance(loader.trouble, StoreFull)
    write(home, config("work", "personal", active="personal", x=1))
    with pytest.raises(StoreFull):
        loader.delete_profile("work")
    assert not [name for name in os.listdir(home.history) if name.endswith(".tmp")]


@as_root
def test_a_read_only_history_is_reported_as_such() -> None:
    with folder_for_anybody() as folder:
        home = Home(str(folder))
        write(home, config("work", "personal"))
        loader = loader_of(home)
        loader.keep_seen()
        for path in (home.path, home.tray, home.lock, home.history, home.join("config.json")):
            os.chown(path, NOBODY, NOBODY)
        os.chmod(home.history, 0o500)
        write(home, config("work", "personal", x=1))
        preload()
        child = os.fork()
        if child == 0:
            try:
                become()
                loader.switch_profile("personal")
                os._exit(0 if isinstance(loader.trouble, StoreDenied) else 2)
            finally:
                os._exit(3)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        assert loader.load().active == "personal"
