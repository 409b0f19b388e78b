"""A fault at every call of a cleanup: it never raises, removes nothing recent, and counts what it removed."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from tests.support.daily_logs import long_ago, make_home
from tests.support.scale import rounds

from codemie_core import Home
from codemie_core.retention import Cleanup, Retention, clean
from codemie_core.system.clock import DAY_SECONDS, Clock

if sys.platform == "win32":
    pytest.skip("faults are put into forked processes", allow_module_level=True)

from tests.faults.os_calls import End, Ended, run_every_fault

SESSION = "completed_3f2b8c1e-1d2a-4c55-9b7e-0a1b2c3d4e5f"
YOUNG = "completed_3f2b8c1e-1d2a-4c55-9b7e-0a1b2c3d4e60"


def put(path: Path, age_days: float) -> None:
    path.write_text("{}")
    os.utime(path, (time.time() - age_days * DAY_SECONDS,) * 2)


def prepare(folder: str) -> None:
    home = Path(folder, "home")
    make_home(str(home))
    for name in ("logs", "sessions", ".session-old"):
        (home / name).mkdir()
    for number in range(4):
        put(home / "logs" / long_ago(number), 30 if number else 1)
    for part in (".json", "_metrics.jsonl"):
        put(home / "sessions" / (SESSION + part), 60)
        put(home / "sessions" / (YOUNG + part), 1)
    put(home / ".session-old" / "metrics.jsonl", 60)


def operation(folder: str) -> None:
    home = Home(os.path.join(folder, "home"))
    result = clean(home, Retention(sessions_days=30), Clock(), automatic=True)
    assert isinstance(result, Cleanup)
    with open(os.path.join(folder, "removed"), "w", encoding="ascii") as file:
        file.write(str(result.files))


def check(folder: str, end: End) -> None:
    assert end.ended in (Ended.SUCCEEDED, Ended.KILLED), end
    home = Path(folder, "home")
    assert (home / "logs" / long_ago(0)).exists()
    assert (home / "sessions" / f"{YOUNG}.json").exists()
    assert (home / "sessions" / f"{YOUNG}_metrics.jsonl").exists()
    if end.ended is Ended.SUCCEEDED:
        left = sum(len(files) for at, _, files in os.walk(home) if not at.startswith(str(home / "tray")))
        removed = int(Path(folder, "removed").read_text())
        assert left + removed == 10, "the configuration, and nine files of logs and sessions"
        assert not list(home.rglob("*.tmp")), "a temporary file was left"


@pytest.mark.timeout(900)
def test_a_cleanup_returns_a_result_whichever_call_fails(tmp_path: Path) -> None:
    report = run_every_fault(str(tmp_path), prepare, operation, check, refusals=(), every=rounds(5, 1))
    print(report)
    assert not report.violations, report
