"""Measure and print a table: `python -m benchmarks [NAME ...]`.

Each module here with a function `run` is a benchmark; it returns rows of what was measured, the result, and
the bar it must reach. Things that are compared are measured alternately within one run. What was measured is
kept in `build/bench/results`, so that the page can be made of several runs.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from collections.abc import Callable, Sequence

import benchmarks
from benchmarks import peers, ratios
from benchmarks.report import page, results
from benchmarks.report.table import Row, show


def measurements(names: Sequence[str]) -> dict[str, Callable[[], list[Row]]]:
    """Return the benchmarks with these names, or all of them."""
    modules = {
        module.name.rpartition(".")[2]: module.name
        for module in pkgutil.walk_packages(benchmarks.__path__, "benchmarks.")
        if not module.ispkg and module.name != "benchmarks.__main__"
    }
    found = {}
    for name in names or sorted(modules):
        run = getattr(importlib.import_module(modules[name]), "run", None)
        if run is not None:
            found[name] = run
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return 1 if a ratio fell."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure, and print a table.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="which measurements; default: all")
    parser.add_argument(
        "--page", action="store_true", help="also write docs/benchmarks.md from all that is kept"
    )
    parser.add_argument(
        "--rest", action="store_true", help="leave out what is kept: continue a run that was interrupted"
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--ratios", action="store_true", help="only a few ratios; fail if one has fallen")
    which.add_argument("--keep-ratios", action="store_true", help="measure those ratios and keep them")
    options = parser.parse_args(arguments)
    print(f"{peers.machine()}, load {peers.load() or 'unknown'}", flush=True)
    if options.ratios:
        return ratios.check()
    if options.keep_ratios:
        ratios.keep()
        return 0
    print(", ".join(peers.versions()), flush=True)
    tables = {}
    done = {result.name for result in results.kept()} if options.rest else set()
    for name, run in measurements(options.names).items():
        if name in done:
            continue
        print(f"\n{name}", flush=True)
        load = peers.load()
        tables[name] = run()
        show(tables[name])
        results.keep(name, tables[name], load=load)
    missed = [
        f"{name}: {row.what}" for name, rows in tables.items() for row in rows if row.verdict == "MISSED"
    ]
    print("\nBars missed:" if missed else "\nNo bar was missed.", *missed, sep="\n  ")
    if options.page:
        page.write(results.kept())
    return 0


if __name__ == "__main__":
    sys.exit(main())
