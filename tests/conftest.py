"""Every test has its own home; no test may touch the real one."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from tests.support.disks.memory import memory_folder
from tests.support.test_run.durations import lines_of, seconds_by_folder
from tests.support.test_run.lock_order import lock_order_watched
from tests.support.test_run.signals import usual_signals

from codemie_core import Home
from codemie_core.home import ENVIRONMENT_VARIABLE

usual_signals()
if sys.platform != "win32":
    # The program's own language, whatever that of the person who runs the tests.
    os.environ.pop("LANGUAGE", None)
    os.environ["LC_ALL"] = "C.UTF-8"
# The time of one example depends more on the machine than on the program.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")

TESTS = Path(__file__).parent
ONE_WORKER_EACH = {
    "installers": "installers",
    "integration/desktop": "desktop",
    "integration/windows": "windows",
    "integration/windows_qt": "windows_qt",
    "tray/platforms/windows": "windows",
    "tray/desktop": "windows",
}
"""Folders whose tests share a desktop or, on Windows, a registry; and the name of the worker they stay on."""
REAL_HOME = os.path.join(os.path.expanduser("~"), ".codemie")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a folder that share a desktop on one worker: it starts slower than any test runs."""
    for item in items:
        parent = item.path.parent.relative_to(TESTS)
        for folder in (parent, *parent.parents):
            if group := ONE_WORKER_EACH.get(folder.as_posix()):
                item.add_marker(pytest.mark.xdist_group(group))
                break


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Restore a test's name, to which xdist appends the group: `--last-failed` looks for the plain name."""
    for group in set(ONE_WORKER_EACH.values()):
        report.nodeid = report.nodeid.removesuffix(f"@{group}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show how long the tests of each folder took; several run at once, so the sum is more than the whole."""
    reports = (report for kept in terminalreporter.stats.values() for report in kept)
    folders = seconds_by_folder(report for report in reports if isinstance(report, pytest.TestReport))
    if len(folders) > 1:
        terminalreporter.section("seconds by folder")
        for line in lines_of(folders):
            terminalreporter.line(line)


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point `CODEMIE_HOME` to a path of the test's own that does not exist yet."""
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(tmp_path / "own-home"))


if sys.platform == "win32":

    @pytest.fixture(autouse=True)
    def _links_or_a_skip(monkeypatch: pytest.MonkeyPatch) -> None:
        """Skip tests that need links if none can be made: Windows needs a privilege, Wine 8 has none."""
        make = os.symlink

        def symlink(target: str, path: str, *rest: object, **more: object) -> None:
            in_the_test_itself = "(call)" in os.environ.get("PYTEST_CURRENT_TEST", "")
            try:
                make(target, path, *rest, **more)  # type: ignore[arg-type]
            except OSError as error:
                if in_the_test_itself:
                    pytest.skip(f"no symbolic links here: {error}")
                raise
            if in_the_test_itself and not os.path.islink(path):
                pytest.skip("no symbolic links here: Windows said it made one and did not (Wine)")

        monkeypatch.setattr(os, "symlink", symlink)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """The test's own home, an empty folder."""
    folder = tmp_path / "own-home"
    folder.mkdir()
    return Home(str(folder))


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory, if the system has one: for thousands of synced writes."""
    with memory_folder(tmp_path) as folder:
        yield folder


@pytest.fixture(autouse=True, scope="session")
def _real_home_is_left_alone() -> Iterator[None]:
    before = contents_of(REAL_HOME)
    yield
    assert contents_of(REAL_HOME) == before, f"a test has touched {REAL_HOME}, the home of whoever runs it"


def contents_of(folder: str) -> dict[str, tuple[int, int, int]]:
    """Return every entry below a folder with its inode, size and mtime; empty if there is no folder."""
    found = {}
    for parent, folders, files in os.walk(folder):
        for path in (parent, *(os.path.join(parent, name) for name in (*folders, *files))):
            status = os.lstat(path)
            found[path] = (status.st_ino, status.st_size, status.st_mtime_ns)
    return found


@pytest.fixture(autouse=True)
def locks_in_reverse_order() -> Iterator[list[str]]:
    """Fail a test in which a thread takes the store's locks in the reverse order."""
    with lock_order_watched() as found:
        yield found
    assert found == []
