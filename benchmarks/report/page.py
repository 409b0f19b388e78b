"""Writes docs/benchmarks.md from the results: `make bench OPTIONS=--page`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.report.results import Result
from benchmarks.report.table import markdown

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"

INTRODUCTION = """\
# Benchmarks

`make bench OPTIONS=--page` writes this page. It installs what we compare with (DuckDB, orjson, an npm
package) into `build/bench`, apart from everything else. Candidates run in turns within one run; a figure is a
median. Compare the ratios, not the times: those depend on the machine.

It can be measured in parts: `make bench OPTIONS="counting tray"` measures two of them, `OPTIONS=--rest` those
not yet measured, and `--page` joins what is kept in `build/bench/results`.

`make bench-ratios` measures a few of these ratios in less than a minute, by processor time, and fails if one
has fallen by more than a factor of 1.6. CI runs it.
"""

TITLES = {
    "cleanup": "Removing old logs, beside `find -delete`",
    "command_start": "Starting a command",
    "commands": "Every command on a usual home",
    "counting": "Counting usage, beside DuckDB",
    "config_save": "Switching a profile, beside npm's write-file-atomic",
    "frozen": "The installed program",
    "growth": "How cost grows",
    "jsonl": "Reading session files, beside other readers",
    "limits": "Commands at the stated limits",
    "soak": "Memory over time",
    "tray": "The tray",
    "usage": "Counting usage again",
}


def write(results: Sequence[Result]) -> None:
    """Write the page."""
    PAGE.write_text(text(results), encoding="utf-8")


def text(results: Sequence[Result]) -> str:
    """Return the page: what was measured on what, which bars were missed, and a table per benchmark."""
    parts = [INTRODUCTION, *_about(results), *_summary(results)]
    for result in results:
        parts += [f"## {TITLES.get(result.name, result.name)}", ""]
        if result.name == "growth":
            parts += ["![Cost over size, logarithmic axes; dashed: proportional](benchmarks-growth.svg)", ""]
        parts += [*markdown(result.rows), "", f"Measured on {result.day}{_load(result)}.", ""]
    return "\n".join(parts).rstrip() + "\n"


def _about(results: Sequence[Result]) -> list[str]:
    """Return the machine and the versions; several, if the parts were not measured on the same."""
    machines = dict.fromkeys(result.machine for result in results)
    versions = dict.fromkeys(", ".join(result.versions) for result in results)
    return [
        f"Machine: {'; '.join(machines) or 'none'}.",
        "",
        f"Versions: {'; '.join(versions) or 'none'}.",
        "",
    ]


def _summary(results: Sequence[Result]) -> list[str]:
    judged = [(result, row) for result in results for row in result.rows if row.verdict]
    missed = [
        f"- {TITLES.get(result.name, result.name)}: {row.what}: {row.value} (bar: {row.bar})"
        for result, row in judged
        if row.verdict == "MISSED"
    ]
    if not missed:
        return [f"All {len(judged)} bars are met.", ""]
    lines = [line.replace(">=", "≥").replace("<=", "≤") for line in missed]
    return [f"{len(judged) - len(missed)} of {len(judged)} bars are met. Missed:", "", *lines, ""]


def _load(result: Result) -> str:
    return f", load {result.load} at the start" if result.load else ""
