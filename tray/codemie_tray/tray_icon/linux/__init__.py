"""The tray on Linux: StatusNotifierItem, its menu and notifications, spoken on the session bus.

Read from the outside in: `icon` (implements the interface), `bus` (the loop and the connection's life),
`session_bus` and `wire` (bytes; the only ones to use jeepney), `dispatch` and `interfaces` (who answers which
call), `item` and `menu_object` over `menu_model` (what a host sees), `registration`, `notifications`.
"""

from __future__ import annotations

from codemie_tray.tray_icon.linux.icon import TrayIcon

__all__ = ["TrayIcon"]
