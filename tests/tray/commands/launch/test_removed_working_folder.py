"""Commands started in a folder that has been removed since; on Windows, nobody can remove such a folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.processes.program import PROGRAM, environ_for

if sys.platform == "win32":
    pytest.skip("a folder that is in use can't be removed", allow_module_level=True)

GONE = "the current folder no longer exists"


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    profile = {"provider": "ollama", "model": "m", "baseUrl": "http://localhost:1/v1"}
    content = {"version": 2, "activeProfile": "work", "profiles": {"work": profile}}
    (home / "config.json").write_text(json.dumps(content))
    return home


def started_there(home: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    gone = home.parent / "gone"
    gone.mkdir()
    removing = 'cd "$1" && rmdir "$1" && shift && exec "$@"'
    return subprocess.run(
        ["sh", "-c", removing, "sh", str(gone), *PROGRAM, *arguments],
        env={**environ_for(home), **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    "command",
    [
        ("status",),
        ("current",),
        ("profile", "show"),
        ("profile", "test"),
        ("env",),
        ("run", "--", "true"),
        ("usage",),
        ("switch", "work"),
    ],
    ids=" ".join,
)
def test_it_has_no_settings_of_its_own(sample: Path, command: tuple[str, ...]) -> None:
    done = started_there(sample, *command)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("profile", "use-here", "work"), GONE),
        (("profile", "export", "--out", "x.json"), f"--out x.json: {GONE}"),
        (("usage", "export", "--out", "x"), f"--out x: {GONE}"),
        (("--home", "x", "status"), f"--home x: {GONE}"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_what_needs_it_says_so(sample: Path, command: tuple[str, ...], said: str) -> None:
    done = started_there(sample, *command)
    message, advice = done.stderr.splitlines()
    assert (done.returncode, advice.startswith("Go to another folder")) == (2, True)
    assert message.endswith(f": {said}")


def test_a_home_relative_to_it_is_reported(sample: Path) -> None:
    done = started_there(sample, "status", CODEMIE_HOME=os.path.join(".", "home"))
    assert done.returncode == 1
    assert "is relative to a folder that no longer exists" in done.stderr
    assert "Traceback" not in done.stderr
