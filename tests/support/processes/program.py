"""The command line in a separate process, on the home of a test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = (sys.executable, "-m", "codemie_tray")
LIMIT_SECONDS = 120


def environ_for(home: Path | str, **more: str) -> dict[str, str]:
    """Return the environment of a program that works on `home`, and reads and writes UTF-8.

    Args:
        home: what `CODEMIE_HOME` names.
        more: further variables, which take precedence.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CODEMIE")}
    ours = {"CODEMIE_HOME": str(home), "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONUTF8": "1"}
    return {**kept, **ours, **more}


def run_program(home: Path | str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `codemie-tray ARGUMENTS`, and return its output and exit code.

    Args:
        home: what `CODEMIE_HOME` names.
        arguments: the command line.
        more: further variables of its environment.
    """
    result = subprocess.run(
        [*PROGRAM, *arguments],
        input="",  # nobody is there to answer; not the null device, which Windows takes for a terminal
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=LIMIT_SECONDS,
        env=environ_for(home, **more),
    )
    assert "Traceback" not in result.stderr, result.stderr
    return result
