"""Print every measurement as a table: `python -m benchmarks [NAME ...]`.

Each file here that has a function `run` is one: it is found by its name and returns rows of what was
measured, how much it was, and the bar it is held to.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import platform
import sys
from collections.abc import Callable, Sequence

import benchmarks

Row = tuple[str, str, str]


def measurements(names: Sequence[str]) -> dict[str, Callable[[], list[Row]]]:
    """Return the measurements of these names, of all where none is given."""
    found = {}
    for name in names or sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__)):
        if name.startswith("_"):
            continue
        run = getattr(importlib.import_module(f"benchmarks.{name}"), "run", None)
        if run is not None:
            found[name] = run
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure, and print a table.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="which measurements; all unless given")
    names = parser.parse_args(arguments).names
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    system = f"{platform.system()} {platform.release()}, {os.cpu_count()} CPUs{load}"
    print(f"Python {platform.python_version()}, {system}")
    for name, run in measurements(names).items():
        print(f"\n{name}")
        for what, value, bar in run():
            print(f"  {what:48} {value:40} {bar}")
            sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
