"""Counting usage, side by side with DuckDB: the same answer from the same file, nothing counted before.

    python -m benchmarks.sessions.counting [--size-mb 1000] [--rounds 5] [--folder DIR]

The answer is turns, tokens and time by day, model, agent and profile. Runs are interleaved, and include the
start of the process. "Bare reading" is that of `jsonl`: it decodes three fields and adds up one number. In
the second file, 2,000 sessions take turns, so neighbouring lines seldom belong to the same session.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Sequence

from benchmarks import peers
from benchmarks.report.table import Check, Row
from benchmarks.sessions import jsonl_candidates as programs
from benchmarks.sessions.jsonl import FOLDER, run_once, show_as_asked
from benchmarks.sessions.jsonl_candidates import Candidate
from benchmarks.sessions.session_data import cached

KINDS = {"metrics": 1.0, "interleaved": 0.15}
"""What is counted, and how large it is, compared with the first."""

OURS = """
import sys
from codemie_core.home import Home
from codemie_core.sessions.usage import Grouping, Question, ask
if __name__ == "__main__":
    totals = ask(Home(sys.argv[3]), Question(Grouping.DAY), use_index=False, in_parallel=PARALLEL).totals
    print(totals.turns, totals.tokens, totals.milliseconds, peak())
"""
DUCKDB = """
import duckdb, sys
texts = ("type", "timestamp", "sessionId", "agent", "provider", "profile", "model")
columns = {name: "VARCHAR" for name in texts} | {"tokensUsed": "BIGINT", "duration": "BIGINT"}
connection = duckdb.connect(config={"threads": THREADS})
connection.execute("SET enable_progress_bar = false")  # after two seconds, it is part of the output
rows = connection.execute(
    "SELECT timestamp[:10], model, agent, coalesce(profile, provider), count(*), sum(tokensUsed), "
    f"sum(duration), count(DISTINCT sessionId) FROM read_json('{sys.argv[1]}', "
    f"format='newline_delimited', columns={columns}) WHERE type = 'metric' GROUP BY ALL").fetchall()
print(*(sum(int(row[place]) for row in rows) for place in (4, 5, 6)), peak())
"""
BARE = programs.PREAMBLE + 'kind = "metrics"' + programs.OURS.replace("START END ", "")

MANY = max(2, os.cpu_count() or 1)
BARS = {
    ("metrics", "bare reading"): 1.3,
    ("metrics", "DuckDB, 1 thread"): 1.6,
    ("interleaved", "DuckDB, 1 thread"): 1.6 * 1.3,
}
"""How many times as long as this candidate one process of ours may take."""
MANY_BAR = 1.3
"""How many times as long as DuckDB with all threads several processes of ours may take."""


def candidates() -> list[Candidate]:
    """Return what is compared, ours first."""
    ours, duckdb = [sys.executable, "-c"], [peers.python(), "-c"]
    absent = peers.absent_module("duckdb")
    return [
        Candidate("ours, 1 process", [*ours, programs.PEAK + OURS.replace("PARALLEL", "False")]),
        Candidate("ours, several processes", [*ours, programs.PEAK + OURS.replace("PARALLEL", "True")]),
        Candidate("bare reading", [*ours, BARE + programs.EPILOGUE]),
        *(
            Candidate(
                f"DuckDB, {threads} thread{'s' if threads > 1 else ''}",
                [*duckdb, programs.PEAK + DUCKDB.replace("THREADS", str(threads))],
                absent,
            )
            for threads in (1, MANY)
        ),
    ]


def run(*, quick: bool = False) -> list[Row]:
    """Measure with 1 GB."""
    return measure(*(20, 1) if quick else (1000, 5), FOLDER)


def measure(size_mb: int, rounds: int, folder: str) -> list[Row]:
    """Return what was measured, the result, and the bar it must reach."""
    present = [one for one in candidates() if not one.absent]
    rows: list[Row] = []
    for kind, part in KINDS.items():
        source = cached(folder, kind, int(size_mb * part * 1_000_000))
        with tempfile.TemporaryDirectory(dir=folder) as home:
            path = os.path.join(home, ".session-claude", "metrics.jsonl")
            os.mkdir(os.path.dirname(path))
            os.link(source, path)
            for number in range(-1, rounds):  # the first fills the page cache
                for one in present[number % len(present) :] + present[: number % len(present)]:
                    run_once(one, path, kind, home)
                if number < 0:
                    for one in present:
                        one.seconds[kind].clear()
        answers = {one.answer[kind] for one in present if one.name != "bare reading"}
        if len(answers) != 1:
            raise SystemExit(f"the answers differ: { {one.name: one.answer[kind] for one in present} }")
        rows += _rows(kind, os.path.getsize(source), present)
    return rows


def _rows(kind: str, size: int, present: Sequence[Candidate]) -> list[Row]:
    seconds = {one.name: statistics.median(one.seconds[kind]) for one in present}
    checks: dict[str, tuple[Check, ...]] = {}
    one, several, *others = (candidate.name for candidate in present)
    checks[one] = tuple(
        Check(round(seconds[one] / seconds[name], 2), BARS[kind, name], f"x {name}")
        for name in others
        if (kind, name) in BARS
    )
    many = f"DuckDB, {MANY} threads"
    if many in seconds:
        checks[several] = (Check(round(seconds[several] / seconds[many], 2), MANY_BAR, f"x {many}"),)
    rows = []
    for candidate in present:
        name = candidate.name
        value = f"{seconds[name]:.2f} s, {candidate.peak_mib[kind]:.1f} MiB"
        value += "".join(f", {check.figure:.2f}{check.unit}" for check in checks.get(name, ()))
        rows.append(Row(f"{kind}, {size / 1e6:.0f} MB, {name}", value, checks.get(name, ())))
    return rows


def main(arguments: list[str] | None = None) -> None:
    show_as_asked(arguments, __doc__, measure)


if __name__ == "__main__":
    main()
