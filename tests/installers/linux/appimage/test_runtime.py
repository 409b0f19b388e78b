"""The AppImage's runtime, mounted and unpacked: what the program gets, and that nothing is left behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.installers.linux.appimage.small_image import NEEDS_FUSE, SmallImage
from tests.integration.desktop.needs import needs
from tests.integration.desktop.rig.processes.waiting import until

NO_FUSE = {"PATH": "/nonexistent"}
WAYS = [
    pytest.param({}, id="mounted", marks=NEEDS_FUSE),
    pytest.param(NO_FUSE, id="unpacked"),
]
EACH_WAY = pytest.mark.parametrize("way", WAYS)
AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk needs root")

pytestmark = [*needs("appimage"), pytest.mark.timeout(120)]

DAMAGED = "CodeMie-Tray: this file is damaged or not complete; download it again\n"
SCRIPT = """\
case $1 in
  variables) echo "$APPIMAGE|$APPDIR|$OWD|$ARGV0|$0" ;;
  arguments) shift; printf '<%s>' "$@" ;;
  code) exit "$2" ;;
  read) while read -r line; do echo "$line"; done < "$APPDIR/folder/link" ;;
  wait) echo "$APPDIR"; exec "$APPDIR/sleeper" 600 ;;
  window) "$APPDIR/sleeper" 600 < /dev/null > /dev/null 2>&1 & echo "$!|$APPDIR" ;;
esac
"""


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("packed")
    SmallImage.pack(folder, SCRIPT)
    return folder / "Small.AppImage"


@pytest.fixture
def small(packed: Path, tmp_path: Path) -> Iterator[SmallImage]:
    made = SmallImage(tmp_path)
    shutil.copy(packed, made.path)
    yield made
    made.until_nothing_is_left()


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


@EACH_WAY
def test_the_program_gets_its_arguments_and_its_exit_code_is_passed_on(
    small: SmallImage, way: dict[str, str]
) -> None:
    words = ["two words", "", "--appimage-help", "a\nline", "*", "ü"]
    said = small.run("arguments", *words, way=way).stdout
    assert said == "".join(f"<{word}>" for word in words)
    assert small.run("code", "3", ok=False, way=way).returncode == 3


@EACH_WAY
def test_the_variables_name_the_file_itself_and_where_it_was_started(
    small: SmallImage, way: dict[str, str]
) -> None:
    (small.folder / "link").symlink_to(small.path)
    ran = subprocess.run(
        ["./link", "variables"],
        env=small.environ(**way),
        cwd=small.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    image, folder, started_in, name, program = ran.stdout.strip().split("|")
    assert (image, started_in, name) == (str(small.path), str(small.folder), "./link")
    assert folder.startswith(str(small.base))
    assert program == f"{folder}/AppRun"


@EACH_WAY
def test_the_files_are_the_packed_ones(small: SmallImage, way: dict[str, str]) -> None:
    assert small.run("read", way=way).stdout == "a text\n" * 40_000


@NEEDS_FUSE
def test_the_mount_is_read_only_and_for_nobody_else(small: SmallImage) -> None:
    process, folder = waiting(small, {})
    try:
        assert folder.parent.stat().st_mode & 0o777 == 0o700
        (line,) = [
            line
            for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
            if str(folder) in line
        ]
        assert " ro,nosuid,nodev" in line
        assert "allow_other" not in line
        with pytest.raises(OSError, match="Read-only"):
            (folder / "new").write_text("")
    finally:
        end(process)


@EACH_WAY
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_however_the_program_ends_nothing_is_left(
    small: SmallImage, way: dict[str, str], number: signal.Signals
) -> None:
    process, folder = waiting(small, way)
    assert (folder / "AppRun").exists()
    process.send_signal(number)
    process.communicate()
    small.until_nothing_is_left()
    until("the keeper to have ended", lambda: not small.keepers())


@EACH_WAY
def test_the_signals_of_a_closing_session_do_not_take_the_files_away(
    small: SmallImage, way: dict[str, str]
) -> None:
    process, folder = waiting(small, way)
    try:
        (keeper,) = small.keepers()
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
            os.kill(keeper, number)
        assert "text" in os.listdir(folder / "folder")
        assert small.keepers() == [keeper]
        # It holds nothing of the terminal or the pipes of whoever started the program.
        held = {os.readlink(f"/proc/{keeper}/fd/{name}") for name in os.listdir(f"/proc/{keeper}/fd")}
        assert {name for name in held if name.startswith("pipe:")} == set()
        assert os.readlink(f"/proc/{keeper}/cwd") == "/"
    finally:
        end(process)


@EACH_WAY
def test_a_window_that_outlives_the_program_keeps_its_files(small: SmallImage, way: dict[str, str]) -> None:
    process = small.start("window", way=way)
    said, _ = process.communicate(timeout=60)  # ends although the keeper still runs
    pid, _, folder = said.strip().partition("|")
    try:
        assert process.returncode == 0
        for _ in range(3):
            small.run("code", "0", way=way)  # another start does not take it for one that was left behind
            assert Path(folder, "folder", "text").read_text().startswith("a text\n")
    finally:
        os.kill(int(pid), signal.SIGKILL)


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
def test_a_keeper_that_can_not_unmount_gives_up_and_the_next_start_cleans(small: SmallImage) -> None:
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


def test_unpacking_can_be_asked_for(small: SmallImage) -> None:
    said = small.run("--appimage-extract-and-run", "variables").stdout.split("|")
    assert said[0] == str(small.path)
    small.until_nothing_is_left()
    process, folder = waiting(small, {"APPIMAGE_EXTRACT_AND_RUN": "1"})
    try:
        assert str(folder) not in Path("/proc/self/mountinfo").read_text(encoding="utf-8")
    finally:
        end(process)


def test_the_image_can_be_unpacked_for_good(small: SmallImage) -> None:
    assert small.run("--appimage-extract").stdout == "squashfs-root\n"
    root = small.folder / "squashfs-root"
    assert os.readlink(root / "folder" / "link") == "text"
    assert (root / "folder" / "text").read_text() == "a text\n" * 40_000
    assert os.access(root / "AppRun", os.X_OK)
    assert "squashfs-root exists already; remove it first" in small.run("--appimage-extract", ok=False).stderr


@NEEDS_FUSE
def test_the_image_can_be_mounted_until_ctrl_c(small: SmallImage) -> None:
    process = small.start("--appimage-mount")
    assert process.stdout is not None
    folder = Path(process.stdout.readline().strip())
    assert (folder / "folder" / "text").read_text().startswith("a text\n")
    process.send_signal(signal.SIGINT)
    process.communicate()
    small.until_nothing_is_left()


def test_the_file_says_where_its_image_begins_and_which_version_it_is(small: SmallImage) -> None:
    offset = int(small.run("--appimage-offset").stdout)
    data = small.path.read_bytes()
    assert data[:4] == b"\x7fELF"
    assert data[8:11] == b"AI\x02"
    assert data[offset : offset + 4] == b"hsqs"
    assert small.run("--appimage-version").stdout.startswith("CodeMie-Tray ")
    assert "--appimage-extract-and-run" in small.run("--appimage-help").stdout
    refused = small.run("--appimage-unknown", ok=False)
    assert refused.returncode == 2
    assert "unknown option --appimage-unknown; see --appimage-help" in refused.stderr


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


def test_two_starts_at_once_do_not_disturb_each_other(small: SmallImage) -> None:
    started = [small.start("read", way=NO_FUSE) for _ in range(6)]
    for process in started:
        said, _ = process.communicate(timeout=60)
        assert (process.returncode, len(said)) == (0, 280_000)
