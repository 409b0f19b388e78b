"""The fault injector works: it must find the faults of writers known to be wrong."""

import os
import sys
from collections.abc import Callable

import pytest

if sys.platform == "win32":
    pytest.skip("forks", allow_module_level=True)
from tests.faults.os_calls import End, Ended, Report, run_every_fault

pytestmark = pytest.mark.faults

OLD = b"old " * 100
NEW = b"new " * 200


def prepare(folder: str) -> None:
    with open(os.path.join(folder, "file"), "wb") as file:
        file.write(OLD)


def write_in_place(folder: str) -> None:
    fd = os.open(os.path.join(folder, "file"), os.O_WRONLY | os.O_TRUNC)
    os.write(fd, NEW)
    os.close(fd)


def rename_without_looking_at_the_count(folder: str) -> None:
    temporary = os.path.join(folder, "file.tmp")
    fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.write(fd, NEW)
    os.close(fd)
    os.replace(temporary, os.path.join(folder, "file"))


def swallow_errors(folder: str) -> None:
    try:
        write_in_place(folder)
    except OSError:
        return


def crash_on_errors(folder: str) -> None:
    try:
        write_in_place(folder)
    except OSError as error:
        raise KeyError("not an error a caller expects") from error


def check(folder: str, end: End) -> None:
    with open(os.path.join(folder, "file"), "rb") as file:
        found = file.read()
    assert found in (OLD, NEW), f"torn: {len(found)} bytes"
    assert end.ended is not Ended.SUCCEEDED or found == NEW, (
        "success was reported but the old content is there"
    )
    assert end.ended is Ended.KILLED or os.listdir(folder) == ["file"], "a temporary file was left"


def run(tmp_path: object, operation: Callable[[str], None]) -> Report:
    return run_every_fault(str(tmp_path), prepare, operation, check, refusals=(OSError,))


def test_a_write_in_place_is_caught_torn(tmp_path: object) -> None:
    report = run(tmp_path, write_in_place)
    assert report.calls == {"open": 1, "write": 1, "close": 1}
    assert report.states_by_call == {"open": 11, "write": 13, "close": 11}
    assert report.states == 35
    torn = [violation for violation in report.violations if "torn" in violation]
    # Truncated by the open and killed or refused before the write is complete.
    assert len(torn) == 13, report


def test_an_unchecked_short_write_is_caught_as_a_false_success(tmp_path: object) -> None:
    report = run(tmp_path, rename_without_looking_at_the_count)
    assert [violation for violation in report.violations if "torn" in violation] == [
        f"write #0: short write -> reported success: torn: {len(NEW) // 2} bytes"
    ]
    assert sum("temporary" in violation for violation in report.violations) > 20, report


def test_swallowed_errors_are_caught_as_a_false_success(tmp_path: object) -> None:
    report = run(tmp_path, swallow_errors)
    assert any("success was reported" in violation for violation in report.violations), report


def test_an_unexpected_exception_is_a_violation(tmp_path: object) -> None:
    report = run(tmp_path, crash_on_errors)
    assert report.ends[Ended.CRASHED] == 3 * 9
    assert any("KeyError" in violation for violation in report.violations), report


def test_an_operation_that_fails_without_a_fault_is_refused(tmp_path: object) -> None:
    def fails(_: str) -> None:
        raise OSError("always")

    with pytest.raises(AssertionError, match="without any fault"):
        run(tmp_path, fails)


def test_a_hanging_operation_is_killed_and_counted(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def wait_after_an_error(folder: str) -> None:
        try:
            os.stat(folder)
        except OSError:
            while True:
                pass

    monkeypatch.setattr("tests.faults.os_calls.HANG_SECONDS", 4)
    report = run_every_fault(
        str(tmp_path), prepare, wait_after_an_error, check, refusals=(OSError,), errnos=()
    )
    assert report.ends[Ended.HUNG] == 1, report
