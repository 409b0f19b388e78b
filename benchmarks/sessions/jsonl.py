"""Reading JSON Lines, side by side with other tools: tokens by model and day, in one process each.

    python -m benchmarks.sessions.jsonl [--size-mb 1000] [--rounds 5] [--folder DIR]

Every candidate reads the same file and must get the same totals. Runs are interleaved; a line is the median,
with the peak of the process's memory. Candidates that are not installed are named and skipped.
"""

from __future__ import annotations

import argparse
import getpass
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable

from benchmarks.report.table import Check, Row, at_least, show
from benchmarks.sessions.jsonl_candidates import Candidate, candidates
from benchmarks.sessions.session_data import CONVERSATION_BYTES, METRIC_BYTES, cached
from codemie_core.files.shared_open import open_shared
from codemie_core.sessions.jsonl import JSONLReader, Tally
from codemie_core.sessions.usage.counting.rows import MetricRow

KINDS = {"metrics": METRIC_BYTES, "conversations": CONVERSATION_BYTES}


def run_once(candidate: Candidate, path: str, kind: str, *more: str) -> None:
    """Run one candidate once and record time and memory; `more` are further arguments for it."""
    begun = time.perf_counter()
    process = subprocess.Popen([*candidate.command, path, kind, *more], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout as pipe:
        answer = pipe.read()
    if process.wait():
        raise SystemExit(f"{candidate.name} failed")
    candidate.seconds.setdefault(kind, []).append(time.perf_counter() - begun)
    *total, peak_kib = answer.split()
    candidate.peak_mib[kind] = max(candidate.peak_mib.get(kind, 0), int(peak_kib) / 1024)
    candidate.answer[kind] = " ".join(total)


_USER = getattr(os, "getuid", getpass.getuser)()
FOLDER = os.path.join(tempfile.gettempdir(), f"codemie-tray-benchmarks-{_USER}")
"""The generated session files, kept for the next run; one folder per user, because it must be writable."""
BARS = {
    ("metrics", "stdlib json"): 5,
    ("metrics", "Node readline"): 2.5,
    ("metrics", "DuckDB, 1 thread"): 0.71,
    ("conversations", "stdlib json"): 6,
    ("conversations", "Node readline"): 8,
    ("conversations", "DuckDB, 1 thread"): 1.67,
}
"""How many times as long as ours a candidate takes at least."""
TWO, TWO_THREADS = "ours, two processes", "DuckDB, 2 threads"
TWO_BAR = 1.3
"""How many times as long as DuckDB with two threads two processes of ours may take."""


def run(*, quick: bool = False) -> list[Row]:
    """Measure with 1 GB of each kind."""
    return measure(*(20, 1) if quick else (1000, 5), FOLDER)


def main(arguments: list[str] | None = None) -> None:
    show_as_asked(arguments, __doc__, measure)


def show_as_asked(
    arguments: list[str] | None, about: str | None, measure: Callable[[int, int, str], list[Row]]
) -> None:
    """Measure with the options of a command line, and print the rows.

    Args:
        arguments: of the command line.
        about: what is measured.
        measure: takes the size in MB, how often, and the folder of the files.
    """
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=about, formatter_class=raw)
    parser.add_argument("--size-mb", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", default=FOLDER)
    options = parser.parse_args(arguments)
    show(measure(options.size_mb, options.rounds, options.folder))


def measure(size_mb: int, rounds: int, folder: str) -> list[Row]:
    """Return what was measured, the result, and the bar it must reach."""
    compared = candidates()
    present = [candidate for candidate in compared if not candidate.absent]
    rows: list[Row] = []
    for kind in KINDS:
        path = cached(folder, kind, size_mb * 1_000_000)
        run_once(present[0], path, kind)  # the file is in the page cache for all of them
        present[0].seconds[kind].clear()
        for number in range(rounds):
            for candidate in present[number % len(present) :] + present[: number % len(present)]:
                run_once(candidate, path, kind)
        if len({candidate.answer[kind] for candidate in present}) != 1:
            raise SystemExit(f"the answers differ: { {one.name: one.answer[kind] for one in present} }")
        rows += rows_of(kind, os.path.getsize(path), present)
    rows += bad_lines(folder, size_mb * 1_000_000, rounds)
    return rows + [Row(one.name, f"left out: {one.absent}") for one in compared if one.absent]


def bad_lines(folder: str, size: int, rounds: int) -> list[Row]:
    """Measure what torn lines cost: every hundredth, every ten-thousandth."""
    files = {"clean": cached(folder, "metrics", size)}
    for name, every in (("0.01 % bad", 10_000), ("1 % bad", 100)):
        files[name] = torn(files["clean"], every)
    seconds: dict[str, list[float]] = {name: [] for name in files}
    for _ in range(rounds):
        for name, path in files.items():
            tally = Tally()
            begun = time.perf_counter()
            with open_shared(path) as file:
                for _ in JSONLReader().scan(file, MetricRow, tally=tally):
                    pass
            seconds[name].append(os.path.getsize(path) / 1e6 / (time.perf_counter() - begun))
    clean = statistics.median(seconds["clean"])
    rows = []
    for name, speeds in seconds.items():
        speed = statistics.median(speeds)
        checks = at_least(speed / clean, 0.6, "x clean") if name == "1 % bad" else ()
        rows.append(Row(f"metrics, {name}", f"{speed:.0f} MB/s, {speed / clean:.2f}x clean", checks))
    return rows


def torn(path: str, every: int) -> str:
    """Return a copy of a file in which one line in `every` ends in the middle."""
    target = f"{path}.torn-{every}"
    if not os.path.exists(target):
        with open(path, "rb") as source, open(target + ".part", "wb", buffering=1 << 20) as file:
            for number, line in enumerate(source):
                file.write(line if number % every else line[: len(line) // 2] + b"\n")
        os.replace(target + ".part", target)
    return target


def rows_of(kind: str, size: int, present: list[Candidate]) -> list[Row]:
    """Return one line per candidate: medians, including start-up."""
    medians = {one.name: statistics.median(one.seconds[kind]) for one in present}
    ours = medians[present[0].name]
    rows = []
    for one in present:
        median = medians[one.name]
        speed = size / 1e6 / median
        value = f"{median:.2f} s, {speed:.0f} MB/s, {median / ours:.2f}x ours, {one.peak_mib[kind]:.1f} MiB"
        bar = BARS.get((kind, one.name))
        checks = () if bar is None else (Check(median / ours, bar, "x ours", at_least=True),)
        if one.name == TWO and TWO_THREADS in medians:
            beside = round(median / medians[TWO_THREADS], 2)
            value += f", {beside:.2f}x {TWO_THREADS}"
            checks = (Check(beside, TWO_BAR, f"x {TWO_THREADS}"),)
        rows.append(Row(f"{kind}, {size / 1e6:.0f} MB, {one.name}", value, checks))
    return rows


if __name__ == "__main__":
    main()
