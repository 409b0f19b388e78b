"""A home with the profiles of `CONFIG`, and what changes it for a window."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.integration.windows_qt.conftest import CONFIG

from codemie_core import Home
from codemie_tray.windows.data.changes import ProfileChanges


@pytest.fixture
def changes(home: Home) -> ProfileChanges:
    Path(home.join("config.json")).write_text(CONFIG, encoding="utf-8", newline="")
    os.chmod(home.join("config.json"), 0o600)
    return ProfileChanges(home)


def text_in(home: Home) -> str:
    return Path(home.join("config.json")).read_text(encoding="utf-8")
