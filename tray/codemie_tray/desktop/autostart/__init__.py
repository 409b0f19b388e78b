"""Start at login: one class `Autostart` per platform, with the methods in `backend.py`."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    from codemie_tray.desktop.autostart.run_key import RunKey as Autostart
elif sys.platform == "darwin":
    from codemie_tray.desktop.autostart.launch_agent import LaunchAgent as Autostart
else:
    from codemie_tray.desktop.autostart.xdg import XdgEntry as Autostart

__all__ = ["Autostart"]
