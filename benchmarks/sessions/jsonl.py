"""Reading JSON Lines, side by side with other tools: tokens by model and day, in one process each.

    python -m benchmarks.sessions.jsonl [--size-mb 1000] [--rounds 5] [--folder DIR]

Every candidate reads the same file and must get the same totals. Runs are interleaved; a line is the median,
with the peak of the process's memory. Candidates that are not installed are named and skipped.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

from benchmarks import peers
from benchmarks.report.table import Check, Row, at_least, show
from benchmarks.sessions.session_data import CONVERSATION_BYTES, METRIC_BYTES, cached
from codemie_core.files.shared_open import open_shared
from codemie_core.sessions.jsonl import JSONLReader, Tally
from codemie_core.sessions.usage.counting.rows import MetricRow

KINDS = {"metrics": METRIC_BYTES, "conversations": CONVERSATION_BYTES}

PREAMBLE = """
import json, sys
path, kind = sys.argv[1:3]
totals = {}
"""
OURS = """
from codemie_core.sessions.jsonl import JSONLReader, Tally
from codemie_core.sessions.jsonl.decoder import Count, Struct
from codemie_core.files.shared_open import open_shared
class Metric(Struct, gc=False):
    timestamp: str
    model: str
    tokensUsed: Count
class Metadata(Struct, gc=False):
    model: str
    tokensUsed: Count
class Conversation(Struct, gc=False):
    timestamp: str
    metadata: Metadata
with open_shared(path) as file:
    if kind == "metrics":
        for rows in JSONLReader().scan(file, Metric, START END tally=Tally()):
            for row in rows:
                key = (row.model, row.timestamp[:10])
                try:
                    totals[key] += row.tokensUsed
                except KeyError:
                    totals[key] = row.tokensUsed
    else:
        for rows in JSONLReader().scan(file, Conversation, START END tally=Tally()):
            for row in rows:
                key = (row.metadata.model, row.timestamp[:10])
                totals[key] = totals.get(key, 0) + row.metadata.tokensUsed
"""
LOOP = """
with open(path, "rb") as file:
    for line in file:
        record = loads(line)
        part = record if kind == "metrics" else record["metadata"]
        key = (part["model"], record["timestamp"][:10])
        totals[key] = totals.get(key, 0) + part["tokensUsed"]
"""
TEXT_LOOP = LOOP.replace('"rb"', '"r", encoding="utf-8"')
DUCKDB = """
import duckdb
columns, part = "model: 'VARCHAR', tokensUsed: 'BIGINT'", ""
if kind != "metrics":
    columns, part = "metadata: 'STRUCT(model VARCHAR, tokensUsed BIGINT)'", "metadata."
connection = duckdb.connect(config={"threads": THREADS})
rows = connection.execute(
    f"SELECT {part}model, timestamp[:10], sum({part}tokensUsed) FROM read_json('{path}', "
    f"format='newline_delimited', columns={{timestamp: 'VARCHAR', {columns}}}) GROUP BY ALL").fetchall()
totals = {row[:2]: int(row[2]) for row in rows}
"""
PEAK = """
def peak():
    # Of this program alone; what wait4 tells includes the one it was forked from.
    try:
        with open("/proc/self/status") as status:
            return next(line.split()[1] for line in status if line.startswith("VmHWM"))
    except OSError:
        return 0
"""
EPILOGUE = (
    PEAK
    + """
print(sum(totals.values()), len(totals), peak())
"""
)
NODE = """
const [path, kind] = process.argv.slice(1);
const input = require('fs').createReadStream(path);
const lines = require('readline').createInterface({input, crlfDelay: Infinity});
const totals = new Map();
(async () => {
  for await (const line of lines) {
    const record = JSON.parse(line), part = kind === 'metrics' ? record : record.metadata;
    const key = part.model + ' ' + record.timestamp.slice(0, 10);
    totals.set(key, (totals.get(key) || 0) + part.tokensUsed);
  }
  let sum = 0;
  for (const value of totals.values()) sum += value;
  let peak = 0;
  const status = '/proc/self/status';
  try { peak = require('fs').readFileSync(status, 'utf8').match(/VmHWM:\\s+(\\d+)/)[1]; } catch {}
  console.log(sum, totals.size, peak);
})();
"""
TWO = (
    PEAK
    + """
import multiprocessing, os, sys
path, kind = sys.argv[1:3]
PARTS
if __name__ == "__main__":
    size = os.path.getsize(path)
    with open(path, "rb") as file:
        file.seek(size // 2)
        middle = size // 2 + len(file.readline())
    with multiprocessing.get_context("fork").Pool(2) as pool:
        parts = pool.starmap(part, [(path, kind, 0, middle), (path, kind, middle, size)])
    totals = {}
    for one in parts:
        for key, amount in one.items():
            totals[key] = totals.get(key, 0) + amount
    print(sum(totals.values()), len(totals), peak())
"""
)


@dataclass
class Candidate:
    name: str
    command: list[str]
    absent: str = ""
    """Why it can't be run; empty if it can."""
    seconds: dict[str, list[float]] = field(default_factory=dict)
    peak_mib: dict[str, float] = field(default_factory=dict)
    answer: dict[str, str] = field(default_factory=dict)


def own_candidates() -> list[Candidate]:
    """Return what needs only Python, ours first."""
    ours = PREAMBLE + OURS.replace("START END ", "")
    body = "".join(f"    {line}\n" for line in OURS.replace("START END", "start=start, end=end,").split("\n"))
    two = TWO.replace(
        "PARTS", f"def part(path, kind, start, end):\n    totals = {{}}\n{body}    return totals\n"
    )
    python = [sys.executable, "-c"]
    return [
        Candidate("ours", [*python, ours + EPILOGUE]),
        Candidate("ours, two processes", [*python, two]),
        Candidate("stdlib json", [*python, PREAMBLE + "loads = json.loads" + TEXT_LOOP + EPILOGUE]),
    ]


def candidates() -> list[Candidate]:
    """Return what is compared, ours first."""
    python = [peers.python(), "-c"]
    return [
        *own_candidates(),
        Candidate(
            "orjson",
            [*python, PREAMBLE + "from orjson import loads" + LOOP + EPILOGUE],
            peers.absent_module("orjson"),
        ),
        *(
            Candidate(
                f"DuckDB, {threads} thread{'s' if threads > 1 else ''}",
                [*python, PREAMBLE + DUCKDB.replace("THREADS", str(threads)) + EPILOGUE],
                peers.absent_module("duckdb"),
            )
            for threads in sorted({1, os.cpu_count() or 1})
        ),
        Candidate("Node readline", ["node", "-e", NODE], peers.node()),
    ]


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


FOLDER = os.path.join(tempfile.gettempdir(), "codemie-tray-benchmarks")
BARS = {
    ("metrics", "stdlib json"): 5,
    ("metrics", "Node readline"): 2.5,
    ("metrics", "DuckDB, 1 thread"): 0.71,
    ("conversations", "stdlib json"): 6,
    ("conversations", "Node readline"): 8,
    ("conversations", "DuckDB, 1 thread"): 1.67,
}
"""How many times as long as ours a candidate takes at least."""


def run() -> list[Row]:
    """Measure with 1 GB of each kind."""
    return measure(1000, 5, FOLDER)


def main(arguments: list[str] | None = None) -> None:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
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
    ours = statistics.median(present[0].seconds[kind])
    rows = []
    for one in present:
        median = statistics.median(one.seconds[kind])
        speed = size / 1e6 / median
        value = f"{median:.2f} s, {speed:.0f} MB/s, {median / ours:.2f}x ours, {one.peak_mib[kind]:.1f} MiB"
        bar = BARS.get((kind, one.name))
        checks = () if bar is None else (Check(median / ours, bar, "x ours", at_least=True),)
        rows.append(Row(f"{kind}, {size / 1e6:.0f} MB, {one.name}", value, checks))
    return rows


if __name__ == "__main__":
    main()
