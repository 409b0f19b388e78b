"""The seconds by folder at the end of a run."""

from __future__ import annotations

from typing import Literal

import pytest
from tests.support.test_run.durations import lines_of, seconds_by_folder


def report(
    test: str, seconds: float, when: Literal["setup", "call", "teardown"] = "call"
) -> pytest.TestReport:
    return pytest.TestReport(test, (test, 1, test), {}, "passed", None, when, duration=seconds)


def test_every_phase_of_a_test_counts_for_its_folder_and_the_longest_folder_is_first() -> None:
    found = seconds_by_folder(
        [
            report("tests/core/files/json/test_a.py::test_a[x/y::z]", 1),
            report("tests/core/files/test_b.py::test_b", 0.5, "setup"),
            report("tests/core/files/test_b.py::test_b", 2),
            report("tests/faults/test_c.py::test_c", 7),
        ]
    )
    assert list(found.items()) == [("tests/faults", (7, 1)), ("tests/core/files", (3.5, 2))]
    assert lines_of(found)[0].split() == ["7", "s", "1", "tests", "tests/faults"]
