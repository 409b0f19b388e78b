"""A top-level window, the list of its keys, and how it opens another one."""

from codemie_tray.windows.parts.window.window import Window

__all__ = ["Window"]
