from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.tray.windows.desktop import DesktopStage, Taskbar

from codemie_tray.tray_icon.windows import win32


@pytest.fixture
def taskbar(monkeypatch: pytest.MonkeyPatch) -> Taskbar:
    taskbar = Taskbar()
    monkeypatch.setattr(win32, "Shell_NotifyIcon", taskbar)
    return taskbar


@pytest.fixture
def stage(taskbar: Taskbar) -> Iterator[DesktopStage]:
    stage = DesktopStage(taskbar)
    yield stage
    stage.close()
