"""Runs scripts inside a desktop's shell: GNOME's and Cinnamon's have the same call for that."""

from __future__ import annotations

import json
from typing import Any

from tests.integration.desktop.rig.processes.bus import Bus
from tests.integration.desktop.rig.processes.waiting import RigError


def evaluate_in_shell(bus: Bus, shell: tuple[str, str, str], script: str) -> Any:
    """Return the result of a script.

    Args:
        bus: the session's.
        shell: its name, path and interface on the bus.
        script: JavaScript.

    Raises:
        RigError: the script failed.
    """
    worked, text = bus.call(*shell, "Eval", script, signature="s", limit_seconds=20.0)
    if not worked:
        raise RigError(f"the shell could not do {script!r}: {text}")
    return json.loads(text) if text else None
