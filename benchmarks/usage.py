"""Asking for usage again: what the index saves.

    python -m benchmarks.usage [--size-mb 1000] [--folder DIR]

One large file and a thousand small ones, each in a home of its own: the first reading, the unchanged home,
a megabyte more. "Settled" means that the files are older than the 2.5 seconds in which a look checks more.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date

from benchmarks.session_data import METRIC_BYTES, cached, metric_lines
from codemie_core.home import Home
from codemie_core.jsonl.shared_open import open_shared
from codemie_core.usage import Grouping, Period, Question, ask
from codemie_core.usage.scan import scan

DAY = date(2026, 1, 20)
TODAY = Question(Grouping.DAY, Period(DAY, DAY))
"""One day's numbers, as the menu asks for them."""


def timed(operation: Callable[[], object]) -> float:
    begun = time.perf_counter()
    operation()
    return time.perf_counter() - begun


def settle(folder: str) -> None:
    """Give every file below an older time."""
    for where, _, names in os.walk(folder):
        for name in names:
            if name.endswith((".json", ".jsonl")):
                os.utime(os.path.join(where, name), (1_780_000_000, 1_780_000_000))


def show(what: str, seconds: float, first: float) -> None:
    print(f"{what:52}{seconds * 1000:12.3f} ms   1/{first / seconds:.0f}")


def one_large_file(home: Home, source: str, rounds: int) -> None:
    path = home.join(".session-claude", "metrics.jsonl")
    os.makedirs(os.path.dirname(path))
    shutil.copyfile(source, path)
    size = os.path.getsize(path)
    print(f"\none file of {size / 1e6:.0f} MB")
    settle(home.path)
    with open_shared(path) as file:
        names = ("", "claude", "")
        alone = timed(lambda: scan(file, 0, size, names=names, spill=len, advance=lambda _: None))
    print(f"{'counting alone, one process, no index':52}{alone * 1000:12.3f} ms")
    first = timed(lambda: ask(home, TODAY))
    show("first question, two processes", first, first)
    alone = timed(lambda: ask(home, TODAY, use_index=False, two_processes=False))
    show("the same, one process, nothing kept", alone, first)
    show("unchanged", statistics.median(timed(lambda: ask(home, TODAY)) for _ in range(50)), first)
    more = list(metric_lines((1 << 20) // METRIC_BYTES, seed=1))
    times = []
    for _ in range(rounds):
        with open(path, "ab") as file_to_extend:
            file_to_extend.writelines(more)
        times.append(timed(lambda: ask(home, TODAY)))
    show(f"after 1 MB more (median of {rounds})", statistics.median(times), first)
    show("all of time by model, unchanged", timed(lambda: ask(home, Question(Grouping.MODEL))), first)


def many_files(home: Home, files: int, rounds: int) -> None:
    os.makedirs(home.sessions)
    lines = list(metric_lines(files * 288))
    paths = []
    for number in range(files):
        name = os.path.join(home.sessions, f"{number:08x}-0000-4000-8000-000000000000")
        with open(name + ".json", "w", encoding="utf-8") as about:
            about.write('{"agentName":"claude","provider":"sso","startTime":1768000000000}')
        with open(name + "_metrics.jsonl", "wb") as metrics:
            metrics.writelines(lines[number * 288 : (number + 1) * 288])
        paths.append(name + "_metrics.jsonl")
    settle(home.path)
    print(f"\n{files} sessions, {sum(map(len, lines)) / 1e6:.0f} MB")
    first = timed(lambda: ask(home, TODAY))
    show("first question", first, first)
    show("unchanged", statistics.median(timed(lambda: ask(home, TODAY)) for _ in range(20)), first)
    times = []
    for turn in range(rounds):
        for path in paths[turn * 10 : turn * 10 + 10]:
            with open(path, "ab") as file:
                file.write(lines[0])
        times.append(timed(lambda: ask(home, TODAY)))
        settle(home.path)
        ask(home, TODAY)
    show(f"after 10 of them grew (median of {rounds})", statistics.median(times), first)


def main(arguments: list[str] | None = None) -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--size-mb", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--folder", default=os.path.join(tempfile.gettempdir(), "codemie-tray-benchmarks"))
    options = parser.parse_args(arguments)
    source = cached(options.folder, "metrics", options.size_mb * 1_000_000)
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        one_large_file(Home(os.path.join(folder, "one")), source, options.rounds)
        many_files(Home(os.path.join(folder, "many")), 1000, options.rounds)


if __name__ == "__main__":
    main()
