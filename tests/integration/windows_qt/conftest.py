"""A desktop with an accessibility bus, and a home with profiles."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.integration.desktop.rig.desktops.desktop import Desktop
    from tests.integration.windows_qt.rig.open_window import OpenWindow

if sys.platform != "linux":
    # The desktop and the packages that its modules import (jeepney, Xlib) are for Linux only.
    collect_ignore = [
        "profiles/test_first_run.py",
        "profiles/test_keys_and_dialogs.py",
        "profiles/test_order_and_notes.py",
        "test_from_the_menu.py",
        "test_on_wayland.py",
        "profiles/test_profiles_window.py",
        "looks/test_pictures.py",
        "looks/test_window_looks.py",
    ]

CONFIG = """\
{
  "version": 2,
  "activeProfile": "work",
  "profiles": {
    "work": {
      "provider": "ai-run-sso",
      "codeMieUrl": "https://codemie.example.com",
      "baseUrl": "https://codemie.example.com/code-assistant-api",
      "model": "claude-4-5-sonnet",
      "apiKey": "sso-provided"
    },
    "personal": {
      "provider": "anthropic", "baseUrl": "https://api.anthropic.com",
      "model": "claude-4-5-sonnet",
      "timeout":   300,
      "hooks": {"before": "make"}
    },
    "local proxy": {"provider": "litellm", "baseUrl": "http://localhost:4000", "model": "qwen3-coder"}
  },
  "codemieSkills": [ ]
}
"""
"""Written by hand: spaces, line breaks and unknown fields."""


@pytest.fixture(scope="session")
def desktop() -> Iterator[tuple[Desktop, str]]:
    """A screen with a window manager, and the address of its accessibility bus."""
    from tests.integration.desktop.rig.desktops.desktop import Desktop
    from tests.integration.windows_qt.rig.open_window import start_accessibility

    with Desktop(with_panel=False) as made:
        yield made, start_accessibility(made)


@pytest.fixture
def title(request: pytest.FixtureRequest) -> str:
    """Name of a test's pictures."""
    node = request.node
    return re.sub(r"[^\w-]+", "-", f"{node.path.stem}-{node.name}").strip("-")


@pytest.fixture
def empty_home(tmp_path: Path) -> Path:
    """A home without a profile."""
    home = tmp_path / "codemie"
    home.mkdir(mode=0o700)
    return home


@pytest.fixture
def profiles_home(empty_home: Path) -> Path:
    """A home with three profiles."""
    path = empty_home / "config.json"
    path.write_text(CONFIG, encoding="utf-8", newline="")
    os.chmod(path, 0o600)
    return empty_home


@pytest.fixture
def window(desktop: tuple[Desktop, str], profiles_home: Path, title: str) -> Iterator[OpenWindow]:
    """The Profiles window of that home, not yet open."""
    from tests.integration.windows_qt.rig.open_window import OpenWindow

    made = OpenWindow(*desktop, profiles_home, title)
    yield made
    made.end()


@pytest.fixture
def first_window(desktop: tuple[Desktop, str], empty_home: Path, title: str) -> Iterator[OpenWindow]:
    """The Profiles window of a home without profiles, not yet open."""
    from tests.integration.windows_qt.rig.open_window import OpenWindow

    made = OpenWindow(*desktop, empty_home, title)
    yield made
    made.end()
