"""Writes docs/benchmarks.md and its chart from the results: `make bench OPTIONS=--page`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.report import results
from benchmarks.report.results import Result
from benchmarks.report.table import markdown

DOCS = Path(__file__).parents[2] / "docs"
CHART = "benchmarks-growth.svg"

INTRODUCTION = """\
# Benchmarks

`make bench OPTIONS=--page` writes this page. It installs what we compare with (DuckDB, orjson, an npm
package) into `build/bench`, apart from everything else. Candidates run in turns within one run; a figure is a
median. Compare the ratios, not the times: those depend on the machine.

The whole run takes 15 to 20 minutes, on a machine that should do nothing else. It can be measured in parts:
`make bench OPTIONS="counting tray"` measures two of them, `OPTIONS=--rest` those not yet measured, and
`--page` joins what is kept in `build/bench/results`. `OPTIONS=--quick` runs every part with small inputs in
about three minutes, to see that all of them work; it writes its page to `build/bench/quick`.

`make bench-ratios` measures a few of these ratios in less than a minute, by processor time, and fails if one
has fallen by more than a factor of 1.6. CI runs it.
"""

_QUICK = "**A quick run with small inputs: its figures and verdicts mean nothing.**\n"
TITLES = {
    "jsonl": "Reading session files, beside other readers",
    "counting": "Counting usage, beside DuckDB",
    "usage": "Counting usage again",
    "config_save": "Switching a profile, beside npm's write-file-atomic",
    "cleanup": "Removing old logs, beside `find -delete`",
    "growth": "How cost grows",
    "tray": "The tray",
    "soak": "Memory over time",
    "frozen": "The installed program",
    "command_start": "Starting a command",
    "commands": "Every command on a usual home",
    "limits": "Commands at the stated limits",
}
"""In the order of the page."""


def write(*, quick: bool = False) -> Path:
    """Write the page and its chart from what is kept; return the page's path.

    Args:
        quick: the results of a quick run, whose page is not for docs/.
    """
    folder = results.folder(quick=True) if quick else DOCS
    folder.mkdir(parents=True, exist_ok=True)
    chart = results.chart(quick=quick)
    if chart is not None:
        (folder / CHART).write_text(chart, encoding="utf-8")
    page = folder / "benchmarks.md"
    about = f"{_QUICK}\n" if quick else ""
    page.write_text(about + text(results.kept(quick=quick)), encoding="utf-8")
    return page


def text(measured: Sequence[Result]) -> str:
    """Return the page: what was measured on what, which bars were missed, and a table per benchmark."""
    order = list(TITLES)
    measured = sorted(measured, key=lambda one: order.index(one.name) if one.name in TITLES else len(order))
    parts = [INTRODUCTION, *_about(measured), *_summary(measured)]
    for result in measured:
        parts += [f"## {TITLES.get(result.name, result.name)}", ""]
        if result.name == "growth":
            parts += [f"![Cost over size, logarithmic axes; dashed: proportional]({CHART})", ""]
        parts += [*markdown(result.rows), "", f"Measured on {result.day}{_load(result)}.", ""]
    return "\n".join(parts).rstrip() + "\n"


def _about(measured: Sequence[Result]) -> list[str]:
    """Return the machine and the versions; several, if the parts were not measured on the same."""
    machines = dict.fromkeys(result.machine for result in measured)
    versions = dict.fromkeys(", ".join(result.versions) for result in measured)
    return [
        f"Machine: {'; '.join(machines) or 'none'}.",
        "",
        f"Versions: {'; '.join(versions) or 'none'}.",
        "",
    ]


def _summary(measured: Sequence[Result]) -> list[str]:
    judged = [(result, row) for result in measured for row in result.rows if row.verdict]
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
