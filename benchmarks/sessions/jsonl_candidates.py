"""What the benchmark of JSON Lines compares: one short program per candidate, and how each is started.

A program gets the file's path and kind, and prints the sum of the tokens, the number of totals, and its peak
memory in KiB.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field

from benchmarks import peers

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
connection.execute("SET enable_progress_bar = false")  # after two seconds, it is part of the output
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
