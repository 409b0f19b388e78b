"""Exports usage to files for other tools; see `export.export`."""

from codemie_core.sessions.usage.export.export import Exported, export

__all__ = ["Exported", "export"]
