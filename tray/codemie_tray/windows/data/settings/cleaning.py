"""Counts what a cleanup would remove, and cleans up, as `codemie-tray clean` does."""

from __future__ import annotations

from codemie_core import Home
from codemie_core.retention import Cleanup, Progress, Retention, clean
from codemie_core.system.clock import Clock
from codemie_tray.windows.pure.settings.cleaning import Preview


def preview(home: Home, log_days: int, session_days: int | None) -> Preview:
    """Return what a cleanup would remove with these settings, whether they are saved or not."""
    logs = clean(home, Retention(logs_days=log_days), Clock(), automatic=False, dry_run=True)
    if session_days is None:
        return Preview(log_days, None, logs, None)
    retention = Retention(logs_days=None, sessions_days=session_days)
    sessions = clean(home, retention, Clock(), automatic=False, dry_run=True)
    return Preview(log_days, session_days, logs, sessions)


def clean_now(home: Home, asked: Preview, progress: Progress) -> Cleanup:
    """Remove what is old by the settings of a preview; never raises because of the disk."""
    retention = Retention(asked.log_days, asked.session_days)
    return clean(home, retention, Clock(), automatic=False, progress=progress)
