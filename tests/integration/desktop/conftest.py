"""Desktops shared by the tests of a session: starting one takes longer than running a test."""

from __future__ import annotations

import re
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.integration.desktop.rig.desktops.desktop import Desktop
    from tests.integration.desktop.running_tray import RunningTray

if sys.platform != "linux":
    # The desktops and the packages that their modules import (jeepney, Xlib) are for Linux only.
    collect_ignore_glob = ["test_*.py"]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep a picture of the screen on which a test failed."""
    report = yield
    tray = getattr(item, "funcargs", {}).get("tray")
    if report.when == "call" and report.failed and tray is not None:
        tray.photograph_failure()
    return report


@pytest.fixture(scope="session")
def xfce() -> Iterator[Desktop]:
    """A light Xfce desktop."""
    from tests.integration.desktop.rig.desktops.desktop import Desktop

    with Desktop() as desktop:
        yield desktop


@pytest.fixture
def title(request: pytest.FixtureRequest) -> str:
    """Name of the folder of a test's pictures."""
    node = request.node
    name = node.name if request.cls is None else f"{request.cls.__name__}-{node.name}"
    return re.sub(r"[^\w-]+", "-", f"{node.path.stem}-{name}").strip("-")


@pytest.fixture
def tray(xfce: Desktop, tmp_path: Path, title: str) -> Iterator[RunningTray]:
    """The tray on the light Xfce desktop, in the sample home, not yet started."""
    from tests.integration.desktop.running_tray import RunningTray

    tray = RunningTray(xfce, str(tmp_path), title)
    tray.make_home()
    yield tray
    tray.end()
