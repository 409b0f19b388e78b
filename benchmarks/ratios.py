"""A few ratios that must not fall: `make bench-ratios`, less than a minute.

Only ratios, and of processor time, not of time on the clock: other programs on the machine change it little.
Both sides are measured in turns, and the best of each counts. Ratios are kept in `ratios.json`; one that is
lower than that by more than `MARGIN` in each of `ATTEMPTS` measurements fails. `python -m benchmarks
--keep-ratios` stores new ones.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.program import command_start
from benchmarks.report.table import Row, at_least, show
from benchmarks.sessions import jsonl, jsonl_candidates, usage
from benchmarks.sessions.session_data import METRIC_BYTES, cached, metric_lines
from benchmarks.store import config_save
from codemie_core import Home
from codemie_core.sessions.usage import ask

KEPT = Path(__file__).with_name("ratios.json")
MARGIN = 1.6
"""How much lower than the stored one a ratio may be: processors and Python's versions differ, and caches are
shared with other programs."""
ATTEMPTS = 3
ROUNDS = 5
MEGABYTES = 30


def check() -> int:
    """Print the ratios beside the stored ones; return 1 if one has fallen, else 0."""
    kept: dict[str, float] = json.loads(KEPT.read_text(encoding="utf-8"))
    measured: dict[str, float] = {}
    for _ in range(ATTEMPTS):
        for name, ratio in ratios().items():
            measured[name] = max(ratio, measured.get(name, 0.0))
        if all(ratio >= kept[name] / MARGIN for name, ratio in measured.items()):
            break
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
    """Return each ratio by its name: how many times as much processor time the other side takes."""
    return dict(found for measure in (_reading, _counting, _starting) for found in measure())


def processor_seconds(operation: Callable[[], object]) -> float:
    """Return the processor time of an operation in this process and the children that end within it."""
    before = os.times()
    begun = time.process_time()  # finer than what `os.times` says of this process
    operation()
    own = time.process_time() - begun
    after = os.times()
    children = after.children_user + after.children_system - before.children_user - before.children_system
    return own + children


def _in_turns(one: Callable[[], object], other: Callable[[], object]) -> float:
    """Return the least time of `other` divided by that of `one`; the first round is discarded."""
    one(), other()
    times = [(processor_seconds(one), processor_seconds(other)) for _ in range(ROUNDS)]
    return min(second for _, second in times) / min(first for first, _ in times)


def _reading() -> Iterator[tuple[str, float]]:
    """Our reader, and a loop over json.loads, each in its own process, including its start."""
    programs = {one.name: one for one in jsonl_candidates.own_candidates()}
    for kind in jsonl.KINDS:
        path = cached(jsonl.FOLDER, kind, MEGABYTES * 1_000_000)

        def run(name: str, path: str = path, kind: str = kind) -> None:
            jsonl.run_once(programs[name], path, kind)

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

        def grown() -> None:
            with open(path, "ab") as file:
                file.writelines(more)
            ask(home, usage.TODAY)

        def read_all() -> None:
            ask(home, usage.TODAY, use_index=False, in_parallel=False)

        yield "usage: all of it / 1 MB more", _in_turns(grown, read_all)


def _starting() -> Iterator[tuple[str, float]]:
    """`codemie-tray switch`, and Python alone."""
    with tempfile.TemporaryDirectory() as home:
        Path(home, "codemie-cli.config.json").write_text(config_save.config_text(), encoding="utf-8")
        # Bytecode in a folder of its own, in case the program's can't be written.
        environ = command_start.environment(home) | {"PYTHONPYCACHEPREFIX": os.path.join(home, "bytecode")}
        turn = [0]

        def run(*arguments: str) -> None:
            subprocess.run([sys.executable, *arguments], env=environ, check=True, stdout=subprocess.DEVNULL)

        def switch() -> None:
            turn[0] += 1
            run("-m", "codemie_tray", "switch", "ab"[turn[0] % 2])

        yield "starting: bare Python / codemie-tray switch", _in_turns(switch, lambda: run("-c", "pass"))
