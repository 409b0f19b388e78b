"""The Usage window of a home with usage."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.integration.desktop.rig.desktops.desktop import Desktop
    from tests.integration.windows_qt.rig.open_window import OpenWindow

if sys.platform != "linux":
    collect_ignore = ["test_usage_window.py"]


@pytest.fixture
def usage_window(desktop: tuple[Desktop, str], profiles_home: Path, title: str) -> Iterator[OpenWindow]:
    """The Usage window of that home, not yet open."""
    from tests.integration.windows_qt.rig.open_window import OpenWindow

    made = OpenWindow(*desktop, profiles_home, title, "usage")
    yield made
    made.end()
