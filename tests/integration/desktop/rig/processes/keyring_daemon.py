"""The keyring daemon of a desktop: the bus starts one for whoever asks for a secret."""

from __future__ import annotations

import contextlib
import os
import signal

from tests.integration.desktop.rig.processes.bus import Bus, BusError
from tests.integration.desktop.rig.processes.waiting import until

SECRETS = "org.freedesktop.secrets"


def end_keyring_daemon(bus: Bus) -> None:
    """Kill the daemon that owns the name, if there is one, and wait until it is gone.

    A daemon that the bus started has no keyring. It would ask the person to make one, and its question would
    take mouse and keyboard.
    """

    def ended() -> bool:
        if not bus.has_owner(SECRETS):
            return True
        with contextlib.suppress(BusError, ProcessLookupError):  # it has ended by itself
            os.kill(bus.process_of(SECRETS), signal.SIGKILL)
        return False

    until("no keyring daemon", ended)


def is_keyring_daemon(bus: Bus, process: int) -> bool:
    """Return whether a process owns the name."""
    try:
        return bus.process_of(SECRETS) == process
    except BusError:
        return False
