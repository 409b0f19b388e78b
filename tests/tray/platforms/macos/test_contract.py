"""The tray icon of macOS with a faked AppKit: not run on macOS."""

from __future__ import annotations

from tests.tray.tray_icon.tray_icon_contract import TrayIconContract


class TestMacOS(TrayIconContract):
    """The stage is in this folder; a native call off the main thread fails each of these tests."""
