"""The seam to the OS: one class `TrayIcon` per platform, all of the shape that `backend.py` describes."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    from codemie_tray.tray_icon.windows.icon import TrayIcon
elif sys.platform == "darwin":
    from codemie_tray.tray_icon.macos.icon import TrayIcon
else:
    from codemie_tray.tray_icon.linux import TrayIcon

__all__ = ["TrayIcon"]
