"""Trays as a login starts them: real processes, in a home of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from tests.support import waiting

CONFIG = '{"activeProfile": "work", "profiles": {"work": {"provider": "sso", "model": "m"}}}'
NO_BUS = "unix:path=/nowhere/bus"


class Started:
    """Trays in a home of their own."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / ".codemie"
        self.home.mkdir()
        (self.home / "config.json").write_text(CONFIG)
        (self.home / "logs").mkdir()
        self.folder = folder
        self._processes: list[subprocess.Popen[str]] = []

    def old_log(self, name: str = "debug-2026-01-01.log", age_days: float = 300) -> Path:
        path = self.home / "logs" / name
        path.write_text("old")
        moment = time.time() - age_days * 86400
        os.utime(path, (moment, moment))
        return path

    def young_log(self) -> Path:
        """Write a recent one; a cleanup that would remove everything is held back."""
        yesterday = time.gmtime(time.time() - 86400)
        return self.old_log(time.strftime("debug-%Y-%m-%d.log", yesterday), 1)

    def start(
        self,
        *arguments: str,
        bus: str = NO_BUS,
        prelude: str = "",
        under: Sequence[str] = (),
        more: Mapping[str, str] | None = None,
    ) -> subprocess.Popen[str]:
        """Start one; `prelude` runs before it in its process, `under` is a program that executes it."""
        code = f"{prelude}\nimport sys\nfrom codemie_tray.__main__ import main\nsys.exit(main(sys.argv[1:]))"
        environ = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("CODEMIE", "XDG_", "DBUS"))},
            "HOME": str(self.folder),
            "CODEMIE_HOME": str(self.home),
            "DBUS_SESSION_BUS_ADDRESS": bus,
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            **(more or {}),
        }
        process = subprocess.Popen(
            [*under, sys.executable, "-c", code, *arguments],
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._processes.append(process)
        return process

    def log(self) -> str:
        return "".join(p.read_text() for p in sorted((self.home / "logs").glob("tray-*.log")))

    def end(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                process.kill()
            process.communicate()


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    started = Started(tmp_path)
    yield started
    started.end()


def until(condition: Callable[[], object], started: Started) -> None:
    waiting.until(condition, started.log)
