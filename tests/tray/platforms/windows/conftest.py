"""These tests need Windows: `make test-windows` runs them under Wine."""
# ruff: noqa: E402 - on other systems mypy leaves out what follows the assertion, these imports too

from __future__ import annotations

import sys

assert sys.platform == "win32"

from collections.abc import Iterator

import pytest
from tests.tray.platforms.windows.desktop import DesktopStage, Taskbar

from pystray._util import win32  # isort: skip


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
