"""Runs a program of `offscreen/`, which shows a window without a screen, and returns what it found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[4]


def looks_of(
    program: str,
    home: Path,
    scale: str,
    *arguments: object,
    screen: str = "offscreen",
    limit_seconds: float = 120,
) -> dict[str, Any]:
    """Return what the program printed last, as JSON.

    Args:
        program: a module of `offscreen/`, such as `profiles`.
        home: whose files the window shows.
        scale: pixels per point.
        arguments: of the program.
        screen: Qt's platform, with its options.
        limit_seconds: how long the program may run.
    """
    shown = subprocess.run(
        [sys.executable, "-m", f"tests.integration.windows_qt.rig.offscreen.{program}", *map(str, arguments)],
        env={
            **os.environ,
            "QT_QPA_PLATFORM": screen,
            "QT_SCALE_FACTOR": scale,
            "CODEMIE_HOME": str(home),
            "PYTHONPATH": os.pathsep.join(["core", "tray", "."]),
        },
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=limit_seconds,
    )
    assert shown.returncode == 0, shown.stderr
    found = json.loads(shown.stdout.splitlines()[-1])
    assert isinstance(found, dict)
    return found
