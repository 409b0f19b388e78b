"""Measure and print a table: `python -m benchmarks [NAME ...]`.

Each module here with a function `run` is a benchmark; it returns rows of what was measured, the result, and
the bar it must reach. Things that are compared are measured alternately within one run. What was measured is
kept in `build/bench/results`, so that the page can be made of several runs, and a part that fails costs no
other.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
import time
import traceback
from collections.abc import Mapping, Sequence

import benchmarks
from benchmarks import peers, ratios
from benchmarks.report import page, results
from benchmarks.report.table import Benchmark, show


def measurements(names: Sequence[str]) -> dict[str, Benchmark]:
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
    """Measure and print; return 1 if a ratio fell or a benchmark failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure, and print a table.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="which measurements; default: all")
    parser.add_argument(
        "--page", action="store_true", help="also write docs/benchmarks.md from all that is kept"
    )
    parser.add_argument(
        "--rest", action="store_true", help="leave out what is kept: continue a run that was interrupted"
    )
    parser.add_argument(
        "--quick", action="store_true", help="small inputs, to see that it works; for a page of its own"
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
    quick = options.quick
    done = {result.name for result in results.kept(quick=quick)} if options.rest else set()
    wanted = {name: run for name, run in measurements(options.names).items() if name not in done}
    missed, failed = measure(wanted, quick=quick)
    print("\nBars missed:" if missed else "\nNo bar was missed.", *missed, sep="\n  ")
    if failed:
        again = f"Measure again with --rest: {', '.join(failed)}. They failed, see above."
        print(again, flush=True)
    if options.page or quick:
        print(page.write(quick=quick))
    return int(bool(failed))


def measure(benchmarks: Mapping[str, Benchmark], *, quick: bool = False) -> tuple[list[str], list[str]]:
    """Run benchmarks one by one; print and keep what each measured.

    Args:
        benchmarks: by name.
        quick: with small inputs.

    Returns:
        the bars that were missed, and the benchmarks that failed.
    """
    missed, failed = [], []
    for name, run in benchmarks.items():
        print(f"\n{name}", flush=True)
        load, began = peers.load(), time.monotonic()
        try:
            rows = run(quick=quick)
        # A long run is left alone for hours: one that fails (DuckDB out of memory) must not stop the others.
        except (Exception, SystemExit):  # noqa: BLE001
            traceback.print_exc()
            failed.append(name)
            continue
        show(rows)
        print(f"  ({time.monotonic() - began:.0f} s)", flush=True)
        results.keep(name, rows, load=load, quick=quick)
        missed += [f"{name}: {row.what}" for row in rows if row.verdict == "MISSED"]
    return missed, failed


if __name__ == "__main__":
    sys.exit(main())
