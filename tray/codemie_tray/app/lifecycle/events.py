"""Events of the tray itself."""

from __future__ import annotations

from enum import Enum, auto


class TrayEvent(Enum):
    """Posted to the mailbox."""

    STARTED = auto()
    """The icon is shown, or we wait for a place to show it: start everything else."""
    DUTY_TAKEN = auto()
    """Another session's tray ended, and left cleaning and counting to us."""
