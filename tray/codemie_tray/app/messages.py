"""Everything that can be in the tray's mailbox."""

from __future__ import annotations

from enum import Enum, auto

from codemie_tray.background.messages import BackgroundMessage
from codemie_tray.view.actions import Action
from codemie_tray.watch.changes import Change


class TrayEvent(Enum):
    """What happens to the tray itself."""

    STARTED = auto()
    """The icon is there, or we wait for a place to show it: start everything else."""
    DUTY_TAKEN = auto()
    """Another session's tray ended, and left cleaning and counting to us."""


Message = TrayEvent | Action | Change | BackgroundMessage
