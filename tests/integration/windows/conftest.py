"""The tray under Wine, clicked with a mouse. `make test-windows` builds what these tests require."""

from __future__ import annotations

import datetime
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.desktop.rig.tray.sample_home import make_sample_home
from tests.integration.windows.rig.build import is_current
from tests.integration.windows.rig.session import WindowsSession
from tests.integration.windows.rig.tray_on_screen import TrayOnScreen
from tests.integration.windows.rig.wine.place import REPOSITORY, program_place
from tests.integration.windows.running_tray import RunningTray


@pytest.fixture(scope="session")
def windows_session() -> Iterator[WindowsSession]:
    if sys.platform != "linux" or not is_current(program_place()):
        pytest.skip("Windows under Wine is not built; make test-windows builds it")
    with WindowsSession(place=program_place()) as session:
        yield session


@pytest.fixture
def artifacts() -> Path:
    """Folder for screenshots."""
    folder = Path(REPOSITORY, "artifacts", "windows")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def home(windows_session: WindowsSession, request: pytest.FixtureRequest) -> Iterator[Path]:
    """A sample home on drive C:, with a name that Windows programs often mishandle."""
    name = f"Büro & Co {request.node.name[:40]}".replace("[", " ").replace("]", "")
    path = Path(windows_session.wine.drive_c, "homes", name)
    path.parent.mkdir(exist_ok=True)
    make_sample_home(str(path), datetime.datetime.now())
    windows_session.wine.place.give(str(path.parent))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def tray(windows_session: WindowsSession, home: Path) -> Iterator[RunningTray]:
    running = RunningTray(windows_session, home)
    yield running
    running.end()


@pytest.fixture
def screen(windows_session: WindowsSession) -> TrayOnScreen:
    return TrayOnScreen(windows_session)
