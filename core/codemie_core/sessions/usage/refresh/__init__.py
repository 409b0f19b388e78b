"""Updates the index, reading only what is new."""

from codemie_core.sessions.usage.refresh.changed_files import current_versions, refresh
from codemie_core.sessions.usage.refresh.progress import Progress, Refreshed

__all__ = ["Progress", "Refreshed", "current_versions", "refresh"]
