"""The AppImage's runtime, mounted and unpacked: what the program gets, and that nothing is left behind."""

from __future__ import annotations

import os
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


def test_two_starts_at_once_do_not_disturb_each_other(small: SmallImage) -> None:
    started = [small.start("read", way=NO_FUSE) for _ in range(6)]
    for process in started:
        said, _ = process.communicate(timeout=60)
        assert (process.returncode, len(said)) == (0, 280_000)
