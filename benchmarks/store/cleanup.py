"""Removing old logs, side by side with `find -delete`: half of 100,000 files old, then of 10,000.

All folders are created before anything is deleted: on ext4, creating files right after a mass deletion is
slow (the inodes are recent), which would be attributed to us. The order changes from round to round.
"""

from __future__ import annotations

import datetime
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from benchmarks.report.table import Row, at_most, show

MANY, FEW = 100_000, 10_000
OLD_SECONDS = 20 * 86400

_OURS = (
    "import sys, time\n"
    "from codemie_core import Home\n"
    "from codemie_core.retention import cleanup_old_logs\n"
    "began = time.perf_counter()\n"
    "result = cleanup_old_logs(Home(sys.argv[1]))\n"
    "print(time.perf_counter() - began, result.files, result.failed)\n"
)


def run(*, quick: bool = False) -> list[Row]:
    """Measure; return rows for the table of all benchmarks."""
    if shutil.which("find") is None:
        return [Row("cleaning up", "left out: find is not installed")]
    return measure(2, MANY // 100, FEW // 100) if quick else measure(5, MANY, FEW)


def measure(rounds: int, many: int, few: int) -> list[Row]:
    """Measure with folders of `many` and of `few` files."""
    with tempfile.TemporaryDirectory(prefix="cleanup-") as folder:
        homes = {
            (who, number, count): make(os.path.join(folder, f"{who}-{number}-{count}"), count)
            for count in (many, few)
            for number in range(rounds)
            for who in ("ours", "find")
        }
        os.sync()
        took: dict[tuple[str, int], list[float]] = {}
        for count in (many, few):
            for number in range(rounds):
                for who in ("ours", "find") if number % 2 else ("find", "ours"):
                    home = homes[who, number, count]
                    seconds = ours(home) if who == "ours" else find(home)
                    assert len(os.listdir(os.path.join(home, "logs"))) == count - count // 2
                    took.setdefault((who, count), []).append(seconds)
    our_time, find_time = (statistics.median(took[who, many]) for who in ("ours", "find"))
    each_many = our_time / (many // 2) * 1e6
    each_few = statistics.median(took["ours", few]) / (few // 2) * 1e6
    return [
        Row(
            f"{many // 2:,} of {many:,} files",
            f"{our_time * 1000:.0f} ms; find -delete {find_time * 1000:.0f} ms: {our_time / find_time:.2f}x",
            at_most(our_time / find_time, 1.1, "x"),
        ),
        Row(
            f"per file, {many:,} files against {few:,}",
            f"{each_many:.1f} against {each_few:.1f} us: {each_many / each_few:.2f}x",
            at_most(each_many / each_few, 1.2, "x"),
        ),
    ]


def make(home: str, count: int) -> str:
    logs = os.path.join(home, "logs")
    os.makedirs(logs)
    with open(os.path.join(home, "config.json"), "w", encoding="ascii") as file:
        file.write('{"profiles": {}}')
    now = time.time()
    today = datetime.date.today().toordinal()
    for number in range(count):
        old = number % 2
        # Young by their names, like the logs of the last days.
        day = datetime.date.fromordinal(today - number - 100 if old else today + number)
        path = os.path.join(logs, f"debug-{day}.log")
        with open(path, "wb") as file:
            file.write(b"x" * 100)
        if old:
            os.utime(path, (now - OLD_SECONDS,) * 2)
    return home


def ours(home: str) -> float:
    """Return the time of the cleanup itself, in a process that does nothing else."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run(
        [sys.executable, "-c", _OURS, home], env=environ, capture_output=True, text=True, check=True
    )
    seconds, _, failed = done.stdout.split()
    assert failed == "0"
    return float(seconds)


def find(home: str) -> float:
    # -mmin +7200 is more than five days, as we count; -mtime +5 would be six.
    command = ["find", os.path.join(home, "logs"), "-mindepth", "1", "-maxdepth", "1", "-type", "f"]
    command += ["(", "-name", "debug-*.log", "-o", "-name", "tray-*.log", ")", "-mmin", "+7200", "-delete"]
    began = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    show(run())
