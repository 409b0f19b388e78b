"""How long the tests of each folder took, at the end of a run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import PurePosixPath

import pytest

DEPTH = 3
"""How many folders of a path are shown: `tests/core/config`."""


def seconds_by_folder(reports: Iterable[pytest.TestReport]) -> dict[str, tuple[float, int]]:
    """Return the seconds and the number of tests of each folder, fixtures included, the longest first.

    Args:
        reports: of every phase of every test.
    """
    seconds: dict[str, float] = defaultdict(float)
    tests: dict[str, set[str]] = defaultdict(set)
    for report in reports:
        parts = PurePosixPath(report.nodeid.partition("::")[0]).parent.parts
        folder = "/".join(parts[:DEPTH])
        seconds[folder] += report.duration
        tests[folder].add(report.nodeid)
    return {
        folder: (seconds[folder], len(tests[folder])) for folder in sorted(seconds, key=lambda f: -seconds[f])
    }


def lines_of(folders: dict[str, tuple[float, int]]) -> list[str]:
    """Return a line per folder for the end of a run."""
    return [f"{seconds:7.0f} s  {tests:5} tests  {folder}" for folder, (seconds, tests) in folders.items()]
