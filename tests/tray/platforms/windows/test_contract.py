"""The tray icon of Windows on its real calls."""

from __future__ import annotations

from tests.tray.tray_icon.tray_icon_contract import TrayIconContract


class TestWindows(TrayIconContract):
    """The stage is in this folder: a real window, real menus, and a real taskbar whose calls are recorded."""
