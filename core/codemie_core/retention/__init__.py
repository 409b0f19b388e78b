"""Removes old logs and, if the user wants it, old sessions: what is old, how to remove it, when not to."""

from codemie_core.retention.housekeeping import Retention, clean
from codemie_core.retention.logs import DEFAULT_RETENTION_DAYS, cleanup_old_logs
from codemie_core.retention.outcome import Cleanup, Failure, Progress
from codemie_core.retention.sessions import cleanup_old_sessions

__all__ = [
    "DEFAULT_RETENTION_DAYS",
    "Cleanup",
    "Failure",
    "Progress",
    "Retention",
    "clean",
    "cleanup_old_logs",
    "cleanup_old_sessions",
]
