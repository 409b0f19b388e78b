"""How large a configuration may be, so that every command answers at once; docs/config.md states the same.

The CLI's own files are a few kilobytes. At these limits a command takes under 0.3 seconds (`make bench`).
"""

from __future__ import annotations

SIZE_LIMIT_BYTES = 1 << 20
PROFILES_LIMIT = 2000
"""The menu shows fewer: `MENU_LIMIT` in `codemie_tray.view.menu_builder`."""


def megabytes(size_bytes: int) -> str:
    """Return a size as a message says it: `1 MB`, `15.2 MB`, rounded up so that it never looks allowed."""
    tenths = -(-size_bytes * 10 // (1 << 20))
    return f"{tenths // 10}.{tenths % 10} MB" if tenths % 10 else f"{tenths // 10} MB"
