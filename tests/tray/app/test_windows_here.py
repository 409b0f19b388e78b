"""Whether the menu offers windows: determined without loading their toolkit."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

from codemie_tray.app.services.window_support import TOOLKIT, windows_here
from codemie_tray.view.state import Windows

INSTALLED = importlib.util.find_spec(TOOLKIT) is not None
needs_toolkit = pytest.mark.skipif(not INSTALLED, reason="PySide6-Essentials is not installed")


@needs_toolkit
@pytest.mark.parametrize(
    ("platform", "version", "expected"),
    [
        ("linux", "glibc 2.31", Windows.GLIBC_TOO_OLD),
        ("linux", "glibc 2.33", Windows.GLIBC_TOO_OLD),
        ("linux", "glibc 2.34", Windows.READY),
        ("linux", "glibc 2.40.9000", Windows.READY),
        ("linux", "glibc 3.0", Windows.READY),
        ("linux", "musl 1.2", Windows.READY),
        ("linux", "", Windows.READY),
        ("darwin", "20.6.0", Windows.MACOS_TOO_OLD),  # macOS 11
        ("darwin", "22.6.0", Windows.MACOS_TOO_OLD),  # macOS 13
        ("darwin", "23.0.0", Windows.READY),  # macOS 14
        ("darwin", "25.1.0", Windows.READY),  # macOS 26
        ("darwin", "", Windows.READY),
        ("win32", "", Windows.READY),
    ],
)
def test_a_system_too_old_for_the_toolkit_is_recognised(
    platform: str, version: str, expected: Windows
) -> None:
    assert windows_here(version, platform) is expected


@needs_toolkit
def test_the_system_that_runs_the_windows_is_new_enough() -> None:
    assert windows_here() is Windows.READY


def test_without_the_toolkit_there_are_no_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [path for path in sys.path if "site-packages" not in path])
    monkeypatch.delitem(sys.modules, TOOLKIT, raising=False)
    assert windows_here() is Windows.ABSENT


@needs_toolkit
def test_the_check_loads_nothing_of_the_toolkit() -> None:
    code = (
        "import sys\n"
        "from codemie_tray.app.services.window_support import windows_here\n"
        "windows_here()\n"
        "print([name for name in sys.modules if name.startswith(('PySide', 'shiboken'))])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
