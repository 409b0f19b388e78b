"""The AppImage's runtime on full disks, with damaged files, and after its own process was killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from tests.installers.linux.appimage.small_image import (
    EACH_WAY,
    NEEDS_FUSE,
    NO_FUSE,
    SmallImage,
    end,
    waiting,
)
from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.processes.waiting import until

pytestmark = [*needs("appimage"), pytest.mark.timeout(120)]

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")
DAMAGED = "CodeMie-Tray: this file is damaged or not complete; download it again\n"


@EACH_WAY
def test_what_a_killed_keeper_left_is_removed_by_the_next_start(
    small: SmallImage, way: dict[str, str]
) -> None:
    process, _ = waiting(small, way)
    (keeper,) = small.keepers()
    os.kill(keeper, signal.SIGKILL)
    end(process)
    until("the keeper to have ended", lambda: not small.keepers())
    (left,) = small.left()
    small.run("code", "0", way=way)
    assert left not in small.left()


@NEEDS_FUSE
def test_a_current_folder_in_the_mount_does_not_keep_it_forever(small: SmallImage) -> None:
    process, folder = waiting(small, {})
    visitor = subprocess.Popen(["sleep", "600"], cwd=folder / "folder")
    try:
        end(process)
        small.until_nothing_is_left()
    finally:
        visitor.kill()
        visitor.wait()


@NEEDS_FUSE
def test_a_keeper_that_cannot_unmount_gives_up_and_the_next_start_cleans(small: SmallImage) -> None:
    folder = small.folder / "bin"
    folder.mkdir()
    (folder / "fusermount3").write_text(
        f'#!/bin/sh\ncase $1 in -u*) exit 1 ;; esac\nexec {shutil.which("fusermount3")} "$@"\n'
    )
    (folder / "fusermount3").chmod(0o755)
    process, _ = waiting(small, {"PATH": str(folder)})
    end(process)
    until("the keeper to have ended", lambda: not small.keepers())
    (left,) = small.left()
    assert str(small.base / left) in Path("/proc/self/mountinfo").read_text(encoding="utf-8")
    small.run("code", "0")
    assert left not in small.left()


def test_what_others_put_beside_it_is_left_alone(small: SmallImage) -> None:
    other = small.base / ".mount_Another"
    other.mkdir()
    (small.base / ".mount_CodeMiFile").write_text("a file")
    (small.base / ".mount_CodeMiLink").symlink_to(small.folder)
    small.run("code", "0", way=NO_FUSE)
    assert other.is_dir()
    assert small.path.exists()
    (small.base / ".mount_CodeMiFile").unlink()
    (small.base / ".mount_CodeMiLink").unlink()


def test_a_fusermount_that_fails_is_no_obstacle(small: SmallImage) -> None:
    folder = small.folder / "bin"
    folder.mkdir()
    (folder / "fusermount3").write_text("#!/bin/sh\necho no device >&2\nexit 1\n")
    (folder / "fusermount3").chmod(0o755)
    ran = small.run("arguments", "x", way={"PATH": str(folder)})
    assert (ran.stdout, ran.stderr) == ("<x>", "")


@EACH_WAY
def test_a_file_that_was_not_downloaded_whole_says_so(small: SmallImage, way: dict[str, str]) -> None:
    data = small.path.read_bytes()
    small.path.write_bytes(data[:-5000])
    ran = small.run("code", "0", ok=False, way=way)
    assert (ran.returncode, ran.stderr) == (127, DAMAGED)


def test_a_damaged_file_says_so_and_what_was_unpacked_is_removed(small: SmallImage) -> None:
    begin = int(small.run("--appimage-offset").stdout)
    data = bytearray(small.path.read_bytes())
    # The compressed files come first, after a header of 96 bytes.
    data[begin + 96 : begin + 296] = b"x" * 200
    small.path.write_bytes(data)
    assert small.run("code", "0", ok=False, way=NO_FUSE).stderr == DAMAGED
    assert small.run("--appimage-extract", ok=False).stderr == DAMAGED
    assert not (small.folder / "squashfs-root").exists()


def on_small_disks(small: SmallImage, options: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run it where all places for temporary files are disks with these options."""
    script = (
        'set -e; mkdir "$1/mnt"; mount --bind "$1" /mnt; shift; options=$1; shift;'
        ' for place in /tmp /var/tmp /mnt/run; do mount -t tmpfs -o "$options" tmpfs $place; done;'
        ' code=0; cd /mnt; XDG_RUNTIME_DIR=/mnt/run PATH=/nonexistent "$@" || code=$?;'
        " /bin/ls -A /tmp /var/tmp /mnt/run; exit $code"
    )
    command = [
        "unshare",
        "--mount",
        "sh",
        "-c",
        script,
        "sh",
        str(small.folder),
        options,
        "/mnt/Small.AppImage",
    ]
    return subprocess.run([*command, *words], capture_output=True, text=True, check=False, timeout=60)


@AS_ROOT
def test_full_disks_are_named_and_nothing_is_left_on_them(small: SmallImage) -> None:
    ran = on_small_disks(small, "mode=0700,size=64k", "code", "0")
    assert ran.returncode == 127
    for place in ("/mnt/run", "/tmp", "/var/tmp"):
        assert f"{place}: 1 MB needed, 0 MB free" in ran.stderr
    assert "Install fuse3 (fusermount3), or set TMPDIR" in ran.stderr
    assert ran.stdout.split() == ["/mnt/run:", "/tmp:", "/var/tmp:"]


@AS_ROOT
def test_a_disk_without_inodes_fails_midway_and_nothing_is_left(small: SmallImage) -> None:
    ran = on_small_disks(small, "mode=0700,size=4m,nr_inodes=4", "code", "0")
    assert ran.returncode == 127
    assert "/tmp: No space left on device" in ran.stderr
    assert ran.stdout.split() == ["/mnt/run:", "/tmp:", "/var/tmp:"]


@AS_ROOT
def test_disks_that_run_no_programs_are_named(small: SmallImage) -> None:
    ran = on_small_disks(small, "mode=0700,noexec", "code", "0")
    assert ran.returncode == 127
    assert "/tmp: programs may not run there (it is mounted with noexec)" in ran.stderr


def test_the_folder_of_another_user_is_not_used(small: SmallImage) -> None:
    open_to_all = small.folder / "open"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    environ = {"XDG_RUNTIME_DIR": str(open_to_all), "TMPDIR": str(small.base), **NO_FUSE}
    said = small.run("variables", way=environ).stdout
    assert said.split("|")[1].startswith(str(small.base))
