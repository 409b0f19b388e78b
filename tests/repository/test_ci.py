"""`.ci/run` repeats failures and lists them at the end; in these tests, `make` fails on demand."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a shell script")

MAKE = """#!/bin/sh
echo "$*" >>asked
mkdir -p .pytest_cache/v/cache
if [ -e "fails-$1" ]; then
  read -r line <"fails-$1"
  rm "fails-$1"
  [ -e "fails-$1-again" ] && mv "fails-$1-again" "fails-$1"
  [ -n "$line" ] || exit 2
  echo "FAILED $line - assert 1 == 2"
  echo "== 1 failed, 9 passed in 3.21s =="
  printf '{"%s": true}' "$line" >.pytest_cache/v/cache/lastfailed
  exit 1
fi
echo "===== 10 passed in 1.23s ====="
"""


def run(tmp_path: Path, **fails: str) -> tuple[int, list[str], list[str]]:
    """Return the exit code, the arguments of `make`, and the lines of the log."""
    checkout = tmp_path / "checkout"
    (checkout / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "run", checkout / ".ci")
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "make").write_text(MAKE)
    (programs / "make").chmod(0o755)
    for name, lines in fails.items():
        (checkout / f"fails-{name.replace('_', '-')}").write_text(lines)
    environ = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        ["bash", ".ci/run"], cwd=checkout, env=environ, capture_output=True, text=True, check=False
    )
    assert sorted(os.listdir(tmp_path)) == ["checkout", "programs"], (
        "nothing may be left in the temporary folder"
    )
    return done.returncode, (checkout / "asked").read_text().splitlines(), done.stdout.splitlines()


BEFORE = ["check", "bench-ratios", "test", "windows"]
BESIDE = ["test-installed", "test-windows-program"]
SIDE_BY_SIDE = sorted(["test-windows-python", *BESIDE])
ONLY_FAILED = "TESTS=--last-failed WORKERS=0"


def test_without_failures_each_step_runs_once_and_the_log_ends_with_the_summary(
    tmp_path: Path,
) -> None:
    code, asked, log = run(tmp_path)
    assert code == 0
    assert asked[:4] + sorted(asked[4:]) == BEFORE + SIDE_BY_SIDE
    assert [target for target in asked if target in BESIDE] == BESIDE, "one after another"
    passed = "===== 10 passed in 1.23s ====="
    meanwhile = [line for target in BESIDE for line in (f"== meanwhile: {target}", passed)]
    assert log == [passed] * 5 + meanwhile


def test_failed_tests_are_rerun_alone_and_listed_at_the_end_of_the_log(tmp_path: Path) -> None:
    code, asked, log = run(tmp_path, test="tests/a.py::test_b\n", test_windows_python="tests/w.py::test_x\n")
    assert code == 0
    assert asked[:5] == [*BEFORE[:3], f"test {ONLY_FAILED}", "windows"]
    assert sorted(asked[5:8]) == SIDE_BY_SIDE
    assert asked[8:] == [f"test-windows-python {ONLY_FAILED}"]
    assert log[-4:] == [
        "== failed the first time, and was run once more:",
        "FAILED tests/a.py::test_b - assert 1 == 2",
        "FAILED tests/w.py::test_x - assert 1 == 2",
        "===== 10 passed in 1.23s =====",
    ]


def test_an_aborted_step_is_rerun_completely(tmp_path: Path) -> None:
    code, asked, log = run(tmp_path, test="\n")
    assert (code, asked[:4]) == (0, ["check", "bench-ratios", "test", "test"])
    assert log[-2] == "(test: no test failed, the run itself broke off)"


def test_a_step_that_fails_twice_has_failed(tmp_path: Path) -> None:
    again = "tests/a.py::test_b\n"
    code, asked, log = run(tmp_path, test_installed=again, test_installed_again=again)
    assert code == 1
    assert sorted(asked[4:7]) == SIDE_BY_SIDE
    assert asked[7:] == [f"test-installed {ONLY_FAILED}"]
    assert log[-2:] == ["FAILED tests/a.py::test_b - assert 1 == 2", "== 1 failed, 9 passed in 3.21s =="]


def test_of_steps_side_by_side_each_is_rerun_alone_if_it_failed(tmp_path: Path) -> None:
    installed, program = "tests/i.py::test_i\n", "tests/p.py::test_p\n"
    code, asked, log = run(
        tmp_path, test_installed=installed, test_windows_python="\n", test_windows_program=program
    )
    assert code == 0
    assert sorted(asked[4:7]) == SIDE_BY_SIDE
    assert asked[7:] == ["test-windows-python", *(f"{target} {ONLY_FAILED}" for target in BESIDE)]
    assert log[-4:-1] == [
        "(test-windows-python: no test failed, the run itself broke off)",
        "FAILED tests/i.py::test_i - assert 1 == 2",
        "FAILED tests/p.py::test_p - assert 1 == 2",
    ]


def test_a_failing_check_ends_the_run(tmp_path: Path) -> None:
    code, asked, _ = run(tmp_path, check="\n")
    assert (code, asked) == (2, ["check"])
