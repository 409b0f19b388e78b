"""How the cost of each main operation grows with its input, over three orders of magnitude.

A slope of 1 on the logarithmic chart means that cost is proportional to size; below 1, part of the cost is
fixed. The bar applies to the last decade, where fixed costs matter least.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.report import results
from benchmarks.report.chart import Curve, svg
from benchmarks.report.table import Row, at_most
from benchmarks.sessions import jsonl
from benchmarks.sessions.session_data import metric_lines
from benchmarks.sessions.usage import TODAY, settle, timed
from benchmarks.store import cleanup
from codemie_core import ConfigLoader, Home
from codemie_core.config.history import History, Origin
from codemie_core.config.model.layout import CLI
from codemie_core.sessions.usage import ask

STEEPEST = 1.15
"""Slope of the last decade that still counts as proportional: caches hold a smaller part of larger inputs."""

LONGEST_SECONDS = 10
"""How long to repeat one measurement."""


def run(*, quick: bool = False) -> list[Row]:
    """Measure, and keep the chart for the page."""
    rows = []
    measured = curves(2 if quick else 4)
    results.keep_chart(svg(measured), quick=quick)
    for curve in measured:
        points = ", ".join(f"{size:,}: {_duration(seconds)}" for size, seconds in curve.points)
        value = f"{points}; slope {curve.slope:.2f}"
        rows.append(
            Row(f"{curve.operation}, by {curve.things}", value, at_most(round(curve.slope, 2), STEEPEST))
        )
    return rows


def curves(sizes: int = 4) -> list[Curve]:
    """Measure each operation at this many sizes."""
    with tempfile.TemporaryDirectory(dir=_folder()) as folder:
        return [
            _curve(folder, "switch a profile", "profiles", (2, 20, 200, 2000)[:sizes], _switch),
            _curve(folder, "list the history", "versions", (10, 100, 1000, 10_000)[:sizes], _history),
            _curve(folder, "remove old logs", "logs", (100, 1000, 10_000, 100_000)[:sizes], _logs),
            _curve(folder, "usage, unchanged", "sessions", (10, 100, 1000, 10_000)[:sizes], _sessions),
            _curve(folder, "usage, no index", "lines", (1000, 10_000, 100_000, 1_000_000)[:sizes], _lines),
        ]


def _curve(
    folder: str,
    operation: str,
    things: str,
    sizes: Sequence[int],
    make: Callable[[str, int], Callable[[], float]],
) -> Curve:
    """Measure an operation: the median of five runs at each size, after one that fills the caches.

    On a slow disk, removing 100,000 files takes half a minute: then fewer runs do.
    """
    points = []
    for size in sizes:
        place = os.path.join(folder, f"{things}-{size}")
        os.mkdir(place)
        measure = make(place, size)
        measure()
        times: list[float] = []
        while len(times) < 2 or (len(times) < 5 and sum(times) < LONGEST_SECONDS):
            times.append(measure())
        points.append((size, statistics.median(times)))
    return Curve(operation, things, tuple(points))


def _switch(place: str, count: int) -> Callable[[], float]:
    profiles = {f"p{number:04}": {"provider": "litellm", "model": "m"} for number in range(count)}
    text = json.dumps({"version": 2, "activeProfile": "p0000", "profiles": profiles}, indent=2)
    Path(place, CLI.config_name).write_text(text, encoding="utf-8")
    loader = ConfigLoader(Home(place), settle_seconds=0)
    turn = [0]

    def measure() -> float:
        turn[0] += 1
        return timed(lambda: loader.switch_profile(f"p{turn[0] % 2:04}"))

    return measure


def _history(place: str, count: int) -> Callable[[], float]:
    home = Home(place)
    os.makedirs(home.tray, mode=0o700)
    history = History(home, now=lambda: time.time_ns() // 1000)
    data = b'{"version": 2, "profiles": {"a": {}}}'
    history.keep(data, layout=CLI, profiles=1, origin=Origin.OTHER, durable=False)
    first = history.entries()[0]
    # More than is ever kept: as after an earlier release, or if the folder can't be pruned.
    for number in range(1, count):
        more = first.with_time(first.at_microseconds + number, Origin.OTHER)
        os.link(history.path_of(first), history.path_of(more))
    return lambda: timed(history.entries)


def _logs(place: str, count: int) -> Callable[[], float]:
    homes = iter([cleanup.make(os.path.join(place, str(number)), count) for number in range(6)])
    os.sync()  # written now, not while others are being removed
    return lambda: cleanup.ours(next(homes))


def _sessions(place: str, count: int) -> Callable[[], float]:
    home = Home(place)
    os.makedirs(home.sessions)
    lines = list(metric_lines(count * 2))
    for number in range(count):
        name = os.path.join(home.sessions, f"{number:08x}-0000-4000-8000-000000000000")
        Path(name + ".json").write_text('{"agentName":"claude","provider":"sso","startTime":1768000000000}')
        Path(name + "_metrics.jsonl").write_bytes(b"".join(lines[2 * number : 2 * number + 2]))
    settle(home.path)
    ask(home, TODAY)
    return lambda: timed(lambda: ask(home, TODAY))


def _lines(place: str, count: int) -> Callable[[], float]:
    home = Home(place)
    path = home.join(".session-claude", "metrics.jsonl")
    os.makedirs(os.path.dirname(path))
    with open(path, "wb") as file:
        file.writelines(metric_lines(count))
    return lambda: timed(lambda: ask(home, TODAY, use_index=False, in_parallel=False))


def _duration(seconds: float) -> str:
    return f"{seconds * 1000:.3g} ms" if seconds < 1 else f"{seconds:.2f} s"


def _folder() -> str:
    os.makedirs(jsonl.FOLDER, exist_ok=True)
    return jsonl.FOLDER
