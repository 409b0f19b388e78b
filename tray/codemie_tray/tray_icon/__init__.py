"""The interface to the OS: one class `TrayIcon` per platform, with the methods in `backend.py`."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    from codemie_tray.tray_icon.windows.icon import TrayIcon
elif sys.platform == "darwin":
    from codemie_tray.tray_icon.macos.icon import TrayIcon
else:
    from codemie_tray.tray_icon.linux import TrayIcon

__all__ = ["TrayIcon"]
