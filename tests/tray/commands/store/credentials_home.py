"""A home with tokens in its configuration, and the command line that works on it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence

import pytest
from tests.core.credentials.child import ENVIRONMENT
from tests.tray.commands.console.typed_terminal import on_terminal

if sys.platform == "win32":
    pytest.skip("terminals and signals are POSIX's here", allow_module_level=True)

GOLDEN = os.path.join(os.path.dirname(__file__), "..", "..", "..", "golden", "cli-home")
PROGRAM = [sys.executable, "-m", "codemie_tray"]
SECRET = "sk-typed-by-hand"  # noqa: S105 - made up


@pytest.fixture
def home(tmp_path: object) -> str:
    folder = os.path.join(str(tmp_path), "home")
    shutil.copytree(GOLDEN, folder)
    os.chmod(folder, 0o700)
    return folder


def environment(home: str) -> dict[str, str]:
    kept = {name: value for name, value in ENVIRONMENT.items() if not name.startswith("DBUS")}
    # With a folder in PATH that may not be entered, a missing program is "Permission denied" (execvp).
    kept["PATH"] = os.pathsep.join(
        folder for folder in kept["PATH"].split(os.pathsep) if os.access(folder, os.X_OK)
    )
    return {**kept, "CODEMIE_HOME": home, "DBUS_SESSION_BUS_ADDRESS": f"unix:path={home}/no-bus"}


def run(home: str, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *arguments],
        env=environment(home),
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )


def terminal(
    home: str, *arguments: str, answers: Sequence[tuple[str, str | Callable[[str], str]]]
) -> tuple[int, str]:
    return on_terminal([*PROGRAM, *arguments], environment(home), answers)


def code_in(text: str) -> str:
    return next(line.strip() for line in text.splitlines() if line.strip().count("-") == 7)


def code_typed_again(seen: str) -> str:
    return f"{code_in(seen)}\n"
