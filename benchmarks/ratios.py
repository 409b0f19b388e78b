"""A few ratios that must not fall: `make bench-ratios`, about a minute.

Only ratios of things measured alternately within one run, never times, which depend on the machine. Ratios
are kept in `ratios.json`; one that falls below that by more than `MARGIN` fails. `python -m benchmarks
--keep-ratios`, on a calm machine, stores new ones.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.program import command_start
from benchmarks.report.table import Row, at_least, show
from benchmarks.sessions import jsonl, jsonl_candidates, usage
from benchmarks.sessions.session_data import METRIC_BYTES, cached, metric_lines
from benchmarks.store import cleanup, config_save
from codemie_core import ConfigLoader, Home
from codemie_core.sessions.usage import ask

KEPT = Path(__file__).with_name("ratios.json")
MARGIN = 1.6
"""How much lower than the stored one a ratio may be: other load on a shared machine affects both sides, but
never quite equally."""
ROUNDS = 5
MEGABYTES = 150


def check() -> int:
    """Print the ratios beside the stored ones; return 1 if one has fallen, else 0."""
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    measured = ratios()
    rows = [
        Row(name, f"{ratio:.2f} (kept: {kept[name]:.2f})", at_least(ratio, round(kept[name] / MARGIN, 2)))
        for name, ratio in measured.items()
    ]
    show(rows)
    return int(any(row.verdict == "MISSED" for row in rows))


def keep() -> None:
    """Measure, and store the results."""
    measured = {name: round(ratio, 2) for name, ratio in ratios().items()}
    KEPT.write_text(json.dumps(measured, indent=2) + "\n", encoding="utf-8")
    show([Row(name, f"{ratio:.2f}") for name, ratio in measured.items()])


def ratios() -> dict[str, float]:
    """Return each ratio by its name: how many times as long the other side takes."""
    return dict(
        found for measure in (_reading, _counting, _saving, _cleaning, _starting) for found in measure()
    )


def _in_turns(one: Callable[[], float], other: Callable[[], float]) -> float:
    """Return the median time of `other` divided by that of `one`; the first round is discarded."""
    one(), other()
    times = [(one(), other()) for _ in range(ROUNDS)]
    return statistics.median(second for _, second in times) / statistics.median(first for first, _ in times)


def _reading() -> Iterator[tuple[str, float]]:
    """Our reader, and a loop over json.loads, each in its own process, including its start."""
    programs = {one.name: one for one in jsonl_candidates.own_candidates()}
    for kind in jsonl.KINDS:
        path = cached(jsonl.FOLDER, kind, MEGABYTES * 1_000_000)

        def run(name: str, path: str = path, kind: str = kind) -> float:
            return usage.timed(lambda: jsonl.run_once(programs[name], path, kind))

        yield f"reading {kind}: json.loads / ours", _in_turns(lambda: run("ours"), lambda: run("stdlib json"))


def _counting() -> Iterator[tuple[str, float]]:
    """Usage after another megabyte, and without the index."""
    more = list(metric_lines((1 << 20) // METRIC_BYTES, seed=1))
    with tempfile.TemporaryDirectory(dir=jsonl.FOLDER) as folder:
        home = Home(folder)
        path = home.join(".session-claude", "metrics.jsonl")
        os.makedirs(os.path.dirname(path))
        Path(path).write_bytes(Path(cached(jsonl.FOLDER, "metrics", MEGABYTES * 1_000_000)).read_bytes())
        usage.settle(home.path)
        ask(home, usage.TODAY)

        def grown() -> float:
            with open(path, "ab") as file:
                file.writelines(more)
            return usage.timed(lambda: ask(home, usage.TODAY))

        yield "usage: all of it / 1 MB more", _in_turns(grown, lambda: usage.full_reading(home, 1))


def _saving() -> Iterator[tuple[str, float]]:
    """A durable, locked switch, and the bare system calls that every durable write needs."""
    with tempfile.TemporaryDirectory(dir=jsonl.FOLDER) as folder:
        for name in ("ours", "bare"):
            os.mkdir(os.path.join(folder, name))
        ours = os.path.join(folder, "ours")
        Path(ours, "codemie-cli.config.json").write_text(config_save.config_text(), encoding="utf-8")
        switches = config_save.switches(ConfigLoader(Home(ours), settle_seconds=0))
        bare = config_save.bare_writes(os.path.join(folder, "bare", "codemie-cli.config.json"))
        yield (
            "switching: bare durable write / ours",
            _in_turns(lambda: statistics.median(switches(20)), lambda: statistics.median(bare(20))),
        )


def _cleaning() -> Iterator[tuple[str, float]]:
    """10,000 logs, half of them old."""
    if sys.platform == "win32":
        return
    with tempfile.TemporaryDirectory(prefix="cleanup-") as folder:
        homes = iter([cleanup.make(os.path.join(folder, str(number)), cleanup.FEW) for number in range(16)])
        os.sync()
        yield (
            "cleaning: find -delete / ours",
            _in_turns(lambda: cleanup.ours(next(homes)), lambda: cleanup.find(next(homes))),
        )


def _starting() -> Iterator[tuple[str, float]]:
    """`codemie-tray switch`, and Python alone."""
    with tempfile.TemporaryDirectory() as home:
        Path(home, "codemie-cli.config.json").write_text(config_save.config_text(), encoding="utf-8")
        environ = command_start.environment(home)
        turn = [0]

        def run(*arguments: str) -> float:
            def once() -> None:
                subprocess.run(
                    [sys.executable, *arguments], env=environ, check=True, stdout=subprocess.DEVNULL
                )

            return usage.timed(once)

        def switch() -> float:
            turn[0] += 1
            return run("-m", "codemie_tray", "switch", "ab"[turn[0] % 2])

        yield "starting: bare Python / codemie-tray switch", _in_turns(switch, lambda: run("-c", "pass"))
