"""The tray installed by a package, on the rig's desktop."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence

from tests.installers.linux.bare_system import BareSystem
from tests.integration.desktop.rig.processes.program import Program
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.desktop.running_tray import RunningTray


class InstalledTray(RunningTray):
    """Started from the bare system; desktop and home are this machine's, at the same paths."""

    def __init__(self, system: BareSystem, *arguments: object, program: str) -> None:
        super().__init__(*arguments)  # type: ignore[arg-type]
        self._system = system
        self._command = program.split()

    def run(self, *, environ: Mapping[str, str] | None = None, under: Sequence[str] = ()) -> Program:
        """Start the installed program."""
        name = f"installed-{time.monotonic_ns()}"
        command = self._system.command(*under, *self._command)
        return self.desktop.run(name, command, environ={**self.environ, **(environ or {})})

    def executable(self) -> str:
        """Return the running tray's executable according to the kernel, as a path of this machine."""
        assert self.program is not None
        return os.readlink(f"/proc/{self.program.pid}/exe")

    def switch_by_click(self, name: str) -> None:
        """Switch with the pointer, and check that the file changed."""
        # Wait for the row that is counted after the start: GTK does not enlarge an open menu.
        until("the whole menu", lambda: self.row_beginning("Today"))
        self.open_menu()
        self.photograph(f"menu-for-{name}")
        self.choose(name)
        until("the file to change", lambda: self.active() == name)
        # It covers the place of the next menu.
        until("the notification", self.desktop.notifications.displayed)
        self.desktop.notifications.close()
