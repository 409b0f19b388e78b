"""A full or closed standard stream is reported as an error; nothing is written to another file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from codemie_core import Home

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX shells close descriptors")

COMMANDS = [
    "--help",
    "--version",
    "status",
    "status --json",
    "profiles",
    "profiles --names",
    "doctor",
    "usage",
    "usage --json",
    "history list",
    "migrate status",
    "credentials list",
    "clean --dry-run",
    "completion bash",
]


@pytest.fixture
def profiles(home: Home) -> Path:
    path = Path(home.path, "config.json")
    value = {"version": 2, "activeProfile": "a", "profiles": {"a": {"provider": "p"}, "b": {"provider": "p"}}}
    path.write_text(json.dumps(value))
    return path


def shell(home: Home, command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", f'exec "$0" -m codemie_tray {command}', sys.executable],
        env={
            **os.environ,
            "CODEMIE_HOME": home.path,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full")
@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_behind_standard_output_is_reported(home: Home, profiles: Path, command: str) -> None:
    result = shell(home, f"{command} > /dev/full")
    assert result.returncode == 1
    assert result.stderr == "codemie-tray: can't write to standard output: No space left on device\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_closed_standard_output_is_reported(home: Home, profiles: Path, command: str) -> None:
    result = shell(home, f"{command} >&-")
    assert result.returncode == 1
    assert result.stderr == "codemie-tray: can't write to standard output: closed\n"


@pytest.mark.parametrize("streams", ["<&-", "2>&-", "<&- 2>&-", "< /dev/full"])
@pytest.mark.parametrize("command", ["status", "profiles", "usage", "credentials list"])
def test_other_closed_streams_change_nothing(home: Home, profiles: Path, command: str, streams: str) -> None:
    assert shell(home, f"{command} {streams}").stdout == shell(home, command).stdout


@pytest.mark.parametrize("streams", [">&-", "<&- >&-", "<&- >&- 2>&-", "> /dev/full", "> /dev/full 2>&1"])
def test_a_switch_succeeds_even_if_its_message_cannot_be_printed(
    home: Home, profiles: Path, streams: str
) -> None:
    if "full" in streams and not os.path.exists("/dev/full"):
        pytest.skip("no /dev/full")
    before = json.loads(profiles.read_text())
    assert shell(home, f"switch b {streams}").returncode == 1
    assert json.loads(profiles.read_text()) == {**before, "activeProfile": "b"}, (
        "it must contain nothing else"
    )


@pytest.mark.parametrize("streams", ["<&-", "<&- >&-"])
def test_a_secret_without_an_input_stream_is_refused(home: Home, streams: str) -> None:
    result = shell(home, f"credentials set token {streams}")
    assert result.returncode == 1
    assert "no secret was given" in result.stderr
    assert not Path(home.path, ".credentials").exists()
