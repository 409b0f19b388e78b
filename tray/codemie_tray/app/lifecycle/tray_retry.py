"""Retries, at login, while no session bus can be reached.

(A bus without a panel needs no retries: the icon waits on the bus, without waking up.)
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from codemie_core.system.clock import Clock
from codemie_tray.app.lifecycle.single_instance import SingleInstance

if TYPE_CHECKING:
    from codemie_tray.background.clock.boot_timer import SuspendAwareTimer

LOG = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 300.0
"""The pauses between attempts double up to this."""


class TrayRetry:
    """Paces the attempts.

    Args:
        instance: through which a second start asks for the icon.
    """

    def __init__(self, instance: SingleInstance) -> None:
        self._instance = instance
        self._pause_seconds = FIRST_PAUSE_SECONDS
        self._stopped = self._asked = self._logged = False
        self.served = False
        """Whether the icon was ever offered to a tray."""
        self._timer: SuspendAwareTimer | None = None

    def wait(self, reason: Exception) -> bool:
        """Wait until it is time to try again, on the main thread.

        Args:
            reason: why no tray can be reached; logged once.

        Returns:
            False if it is time to end, because that was asked for, or because a second start asked for the
            icon and we still can't show one: it may do better.
        """
        from codemie_tray.background.clock.boot_timer import SuspendAwareTimer

        clock = Clock()
        if self._timer is None:
            self._timer = SuspendAwareTimer(clock)
        if not self._logged:
            self._logged = True
            self._instance.waits(True)
            LOG.warning("%s Waiting for one; old logs are still removed daily.", reason)
        if self._stopped or self._asked:
            return False
        self._timer.wait_until(clock.running_seconds() + self._pause_seconds)
        self._pause_seconds = min(self._pause_seconds * 2, LONGEST_PAUSE_SECONDS)
        return not self._stopped

    def is_asked_to_show(self) -> bool:
        """Answer a second start that asks for the icon, on the worker's thread.

        Returns:
            Whether the icon should show itself. While there is none, `wait` ends: try again, or make way.
        """
        if self.served:
            return self._instance.answer()
        if os.path.exists(self._instance.request):
            self._asked = True
            if self._timer is not None:
                self._timer.wake()
        return False

    def stop(self) -> None:
        """End the wait; may be called from a signal handler."""
        self._stopped = True
        if self._timer is not None:
            self._timer.wake()

    def over(self) -> None:
        """Record that there is a tray now."""
        self.served = True
        self._asked = False
        self._instance.waits(False)
