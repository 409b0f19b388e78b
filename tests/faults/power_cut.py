"""The disk after a power failure: a file system in a file, copied without a sync and mounted again.

The copy holds what the file system had handed to its disk by then, and none of what it still kept in memory.
Needs root, loop devices and the file system's own tools.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator

FILE_SYSTEMS = {"ext4": 64 << 20, "xfs": 320 << 20, "btrfs": 128 << 20}
"""Name -> size of the image in bytes: about the minimum of each."""


def missing(file_system: str) -> str:
    """Return why this file system can't be tested; empty if it can."""
    if os.geteuid() != 0:
        return "mounting needs root"
    if not os.path.exists("/dev/loop-control"):
        return "there are no loop devices"
    tool = f"mkfs.{file_system}"
    return "" if shutil.which(tool, path="/usr/sbin:/sbin:/usr/bin:/bin") else f"{tool} is not installed"


def cut_after(
    folder: str, file_system: str, operation: Callable[[str], object], check: Callable[[str], object]
) -> None:
    """Run `operation(mounted folder)`, cut the power when it returns, and run `check(mounted folder)`.

    Args:
        folder: an empty folder to work in.
        file_system: one of `FILE_SYSTEMS`.
        operation: what is done before the cut.
        check: looks at what is there after.
    """
    image, copy, mount = (os.path.join(folder, name) for name in ("image", "copy", "mount"))
    os.mkdir(mount)
    with open(image, "wb") as file:
        file.truncate(FILE_SYSTEMS[file_system])
    _run(f"mkfs.{file_system}", "-q", image)
    with _mounted(image, mount):
        operation(mount)
        _run("cp", "--sparse=always", image, copy)
    with _mounted(copy, mount):
        check(mount)


@contextlib.contextmanager
def _mounted(image: str, mount: str) -> Iterator[None]:
    _run("mount", "-o", "loop", image, mount)
    try:
        yield
    finally:
        _run("umount", mount)


def _run(*command: str) -> None:
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    done = subprocess.run(command, capture_output=True, check=False, env={**os.environ, "PATH": path})
    if done.returncode:
        raise OSError(f"{' '.join(command)}: {done.stderr.decode(errors='replace').strip()}")
