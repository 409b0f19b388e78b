"""Asking for usage again: what the index saves.

    python -m benchmarks.sessions.usage [--size-mb 1000] [--folder DIR]

One large file and a thousand small ones (a session has two), each in its own home: the first read, the
unchanged home, and another megabyte. "Settled" means that the files are older than the 2.5 seconds in which a
read checks more. A full read is done by one process that keeps nothing, because an incremental read is done
by one process, too.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable

from benchmarks.report.table import Check, Row, at_most, show
from benchmarks.sessions.jsonl import FOLDER
from benchmarks.sessions.session_data import BEGIN, METRIC_BYTES, cached, metric_lines
from codemie_core.files.shared_open import open_shared
from codemie_core.home import Home
from codemie_core.sessions.usage import Grouping, Period, Question, ask
from codemie_core.sessions.usage.counting.count import scan
from codemie_core.sessions.usage.counting.rows import Names

DAY = BEGIN.date()
"""The new lines are on this day, too."""
TODAY = Question(Grouping.DAY, Period(DAY, DAY))
"""One day's numbers, as requested by the menu."""


def timed(operation: Callable[[], object]) -> float:
    begun = time.perf_counter()
    operation()
    return time.perf_counter() - begun


def settle(folder: str) -> None:
    """Set an older time on every file below."""
    for where, _, names in os.walk(folder):
        for name in names:
            if name.endswith((".json", ".jsonl")):
                os.utime(os.path.join(where, name), (1_780_000_000, 1_780_000_000))


ROWS: list[Row] = []


def add(what: str, seconds: float, full: float, checks: tuple[Check, ...] = ()) -> None:
    ROWS.append(Row(what, f"{seconds * 1000:.2f} ms, 1/{full / seconds:.4g} of a full reading", checks))


def full_reading(home: Home, rounds: int) -> float:
    return statistics.median(
        timed(lambda: ask(home, TODAY, use_index=False, in_parallel=False)) for _ in range(rounds)
    )


def one_large_file(home: Home, source: str, rounds: int) -> None:
    path = home.join(".session-claude", "metrics.jsonl")
    os.makedirs(os.path.dirname(path))
    shutil.copyfile(source, path)
    size = os.path.getsize(path)
    settle(home.path)
    with open_shared(path) as file:
        names = Names(agent="claude")
        alone = timed(lambda: scan(file, 0, size, names=names, spill=len, advance=lambda _: None))
    first = timed(lambda: ask(home, TODAY))
    full = full_reading(home, 3)
    add(f"one file of {size / 1e6:.0f} MB: full reading, median of 3", full, full)
    add("counting alone, no index", alone, full)
    add("first question, several processes, index kept", first, full)
    add("unchanged", statistics.median(timed(lambda: ask(home, TODAY)) for _ in range(50)), full)
    more = _lines_of(1_000_000)
    times = []
    for _ in range(rounds):
        with open(path, "ab") as file_to_extend:
            file_to_extend.writelines(more)
        times.append(timed(lambda: ask(home, TODAY)))
    more_seconds = statistics.median(times)
    held = (Check(more_seconds * 1000, 3, " ms"), Check(full / more_seconds, 500, "x faster", at_least=True))
    add(f"after 1 MB more (median of {rounds})", more_seconds, full, held)
    by_model = timed(lambda: ask(home, Question(Grouping.MODEL)))
    add("all of time by model, unchanged", by_model, full, at_most(by_model * 1000, 50, " ms"))


def _lines_of(size: int) -> list[bytes]:
    """Return lines of this many bytes, rounded down to whole ones."""
    lines = list(metric_lines(size // METRIC_BYTES, seed=1))
    while sum(map(len, lines)) > size:
        lines.pop()
    return lines


def many_files(home: Home, files: int, rounds: int) -> None:
    os.makedirs(home.sessions)
    # As in the CLI's layout, where records are distinguished from events.
    told_apart = b'"recordId":"r","syncStatus":"synced"'
    lines = [line.replace(b'"type":"metric"', told_apart) for line in metric_lines(files * 288)]
    paths = []
    for number in range(files):
        name = os.path.join(home.sessions, f"{number:08x}-0000-4000-8000-000000000000")
        with open(name + ".json", "w", encoding="utf-8") as about:
            about.write('{"agentName":"claude","provider":"sso","startTime":1768000000000}')
        with open(name + "_metrics.jsonl", "wb") as metrics:
            metrics.writelines(lines[number * 288 : (number + 1) * 288])
        paths.append(name + "_metrics.jsonl")
    settle(home.path)
    full = full_reading(home, 3)
    first = timed(lambda: ask(home, TODAY))
    size = sum(map(len, lines)) / 1e6
    add(f"{2 * files} files, {size:.0f} MB: full reading, median of 3", full, full)
    add("first question, index kept", first, full)
    add("unchanged", statistics.median(timed(lambda: ask(home, TODAY)) for _ in range(20)), full)
    times = []
    for turn in range(rounds):
        for path in paths[turn * 10 : turn * 10 + 10]:
            with open(path, "ab") as file:
                file.write(lines[0])
        times.append(timed(lambda: ask(home, TODAY)))
        settle(home.path)
        ask(home, TODAY)
    grown = statistics.median(times)
    add(f"after 10 of them grew (median of {rounds})", grown, full, at_most(grown * 1000, 15, " ms"))


def run(*, quick: bool = False) -> list[Row]:
    """Measure with 1 GB and with a thousand files."""
    return measure(*(20, 3) if quick else (1000, 15), FOLDER)


def measure(size_mb: int, rounds: int, folder: str) -> list[Row]:
    """Return what was measured, the result, and the bar it must reach."""
    ROWS.clear()
    source = cached(folder, "metrics", size_mb * 1_000_000)
    with tempfile.TemporaryDirectory(dir=folder) as homes:
        one_large_file(Home(os.path.join(homes, "one")), source, rounds)
        many_files(Home(os.path.join(homes, "many")), 500, rounds)
    return list(ROWS)


def main(arguments: list[str] | None = None) -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--size-mb", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--folder", default=FOLDER)
    options = parser.parse_args(arguments)
    show(measure(options.size_mb, options.rounds, options.folder))


if __name__ == "__main__":
    main()
