"""What `status` and `doctor` say about the program that shows tray icons.

Linux only: on Windows and macOS, the system shows them.
"""

from __future__ import annotations

import sys

from codemie_core.files.json.document import JsonValue
from codemie_tray.commands.console.output import print_line


def print_tray_host() -> None:
    """Print which program shows tray icons, or what to install; nothing outside a desktop session."""
    if sys.platform not in ("win32", "darwin"):
        from codemie_tray.desktop.find_tray_host import find_tray_host

        host = find_tray_host()
        if host is not None:
            print_line(host.sentence)


def tray_host_value() -> JsonValue:
    """Return the same for `--json`: null outside a desktop session, and on Windows and macOS."""
    if sys.platform not in ("win32", "darwin"):
        from codemie_tray.desktop.find_tray_host import find_tray_host

        host = find_tray_host()
        if host is not None:
            return {"name": host.name or None, "advice": host.advice or None}
    return None
