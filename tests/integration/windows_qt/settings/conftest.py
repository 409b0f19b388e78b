"""The Settings window of a home with profiles."""

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
    collect_ignore = ["test_settings_looks.py", "test_settings_window.py", "test_settings_credentials.py"]

_QUICKER = """
from codemie_tray.windows.settings.dialogs import secret_clipboard
secret_clipboard.WIPED_AFTER_SECONDS = 2
"""
"""A user would have a minute."""


@pytest.fixture
def settings_window(desktop: tuple[Desktop, str], profiles_home: Path, title: str) -> Iterator[OpenWindow]:
    """The Settings window of that home, not yet open."""
    from tests.integration.windows_qt.rig.open_window import OpenWindow

    made = OpenWindow(*desktop, profiles_home, title, "settings", _QUICKER)
    yield made
    made.end()
