"""The tray icon of macOS over a faked AppKit: not run on macOS."""

from __future__ import annotations

from tests.tray.tray_icon.tray_icon_contract import TrayIconContract


class TestMacOS(TrayIconContract):
    """The stage is this folder's; a native call off the main thread fails each of these tests."""
