"""A small AppImage: the real runtime, and a script instead of the program."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.integration.desktop.rig.processes.waiting import until

from installers.linux.appimage import compiler, image

PREFIX = ".mount_CodeMi"
_NOTHING_MORE: Mapping[str, str] = {}


def has_fuse() -> bool:
    """Return whether this machine can mount through FUSE; the device may exist without its driver."""
    try:
        os.close(os.open("/dev/fuse", os.O_RDWR))
    except OSError:
        return False
    return shutil.which("fusermount3") is not None


NEEDS_FUSE = pytest.mark.skipif(not has_fuse(), reason="no FUSE on this machine")

NO_FUSE = {"PATH": "/nonexistent"}
EACH_WAY = pytest.mark.parametrize(
    "way", [pytest.param({}, id="mounted", marks=NEEDS_FUSE), pytest.param(NO_FUSE, id="unpacked")]
)


class SmallImage:
    """An AppImage with its own folder for mounts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "Small.AppImage"
        self.base = folder / "run"
        self.base.mkdir(mode=0o700)

    @staticmethod
    def pack(folder: Path, script: str) -> None:
        """Make `Small.AppImage` in a folder; `script` is what its AppRun does."""
        content = folder / "AppDir"
        content.mkdir()
        (content / "AppRun").write_text(f"#!/bin/sh\n{script}")
        (content / "AppRun").chmod(0o755)
        shutil.copy("/bin/sleep", content / "sleeper")
        (content / "folder").mkdir()
        (content / "folder" / "text").write_text("a text\n" * 40_000)
        (content / "folder" / "link").symlink_to("text")
        runtime, packed = folder / "runtime", folder / "image"
        compiler.compile_runtime(str(runtime), name=image.NAME)
        command = [
            "mksquashfs",
            str(content),
            str(packed),
            "-comp",
            "zstd",
            "-all-root",
            "-quiet",
            "-no-progress",
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        image.join(str(runtime), str(packed), str(folder / "Small.AppImage"))

    def environ(self, **more: str) -> dict[str, str]:
        """Return the environment of a start; by default, only PATH and the folder."""
        return {"PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": str(self.base), **more}

    def run(
        self, *arguments: str, ok: bool = True, way: Mapping[str, str] = _NOTHING_MORE
    ) -> subprocess.CompletedProcess[str]:
        """Run it until it exits, with `way` added to its environment."""
        ran = subprocess.run(
            [self.path, *arguments],
            env=self.environ(**way),
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert (ran.returncode == 0) == ok, ran
        return ran

    def start(self, *arguments: str, way: Mapping[str, str] = _NOTHING_MORE) -> subprocess.Popen[str]:
        """Start it, with `way` added to its environment; the caller reads its output."""
        return subprocess.Popen(
            [self.path, *arguments],
            env=self.environ(**way),
            cwd=self.folder,
            stdout=subprocess.PIPE,
            text=True,
        )

    def left(self) -> list[str]:
        """Return the folders that exist for mounts or unpacked files."""
        return [name for name in os.listdir(self.base) if name.startswith(PREFIX)]

    def until_nothing_is_left(self) -> None:
        """Wait for the keeper, which works after the program has ended."""
        until("the folder to be removed", lambda: not self.left())
        assert str(self.base) not in Path("/proc/self/mountinfo").read_text(encoding="utf-8")

    def keepers(self) -> list[int]:
        """Return the processes that run this file's runtime."""
        found = []
        for name in os.listdir("/proc"):
            try:
                if name.isdigit() and os.readlink(f"/proc/{name}/exe") == str(self.path):
                    found.append(int(name))
            except OSError:
                continue  # it has ended, or belongs to another user
        return found


def waiting(small: SmallImage, way: dict[str, str]) -> tuple[subprocess.Popen[str], Path]:
    """Start a program that waits; return it, and its folder."""
    process = small.start("wait", way=way)
    assert process.stdout is not None
    folder = Path(process.stdout.readline().strip())
    until(
        "the program to be the one inside",
        lambda: os.readlink(f"/proc/{process.pid}/exe").endswith("/sleeper"),
    )
    return process, folder


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()
