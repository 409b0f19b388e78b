"""Writes docs/benchmarks.md from the results: `make bench OPTIONS=--page`."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks import peers
from benchmarks.report.table import Row, markdown

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"

INTRODUCTION = """\
# Benchmarks

`make bench OPTIONS=--page` writes this page. It installs what we compare with (DuckDB, orjson, an npm
package) into `build/bench`, apart from everything else. Candidates run in turns within one run; a figure is a
median. Compare the ratios, not the times: those depend on the machine.

`make bench-ratios` measures a few of these ratios in about a minute, and fails if one has fallen by more than
a factor of 1.6. Run it on a calm machine: a busy disk disturbs the ratio of switching most.
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


def write(tables: Mapping[str, Sequence[Row]]) -> None:
    """Write the page."""
    measured = f"Measured on {datetime.datetime.now(datetime.UTC).date()}: {peers.machine()}."
    text = [INTRODUCTION, measured, "", f"Versions: {', '.join(peers.versions())}.", ""]
    for name, rows in tables.items():
        text += [f"## {TITLES.get(name, name)}", ""]
        if name == "growth":
            text += ["![Cost over size, logarithmic axes; dashed: proportional](benchmarks-growth.svg)", ""]
        text += [*markdown(rows), ""]
    PAGE.write_text("\n".join(text).rstrip() + "\n", encoding="utf-8")
