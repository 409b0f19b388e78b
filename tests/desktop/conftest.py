"""Desktops shared by the tests of a session: each takes longer to start than a test to run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.desktop.rig.desktop import Desktop
from tests.desktop.running_tray import RunningTray


@pytest.fixture(scope="session")
def xfce() -> Iterator[Desktop]:
    """A light Xfce desktop."""
    with Desktop() as desktop:
        yield desktop


@pytest.fixture
def title(request: pytest.FixtureRequest) -> str:
    """Name of the folder of a test's pictures."""
    node = request.node
    return re.sub(r"[^\w-]+", "-", f"{node.path.stem}-{node.name}").strip("-")


@pytest.fixture
def tray(xfce: Desktop, tmp_path: Path, title: str) -> Iterator[RunningTray]:
    """The tray on the light Xfce desktop, in the sample home, not yet started."""
    tray = RunningTray(xfce, str(tmp_path), title)
    tray.make_home()
    yield tray
    tray.end()
