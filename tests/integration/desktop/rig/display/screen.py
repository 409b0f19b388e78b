"""A private X screen in memory."""

from __future__ import annotations

import os
import select
from collections.abc import Mapping

from tests.integration.desktop.rig.display.look import Look
from tests.integration.desktop.rig.processes.program import Program
from tests.integration.desktop.rig.processes.waiting import RigError


class Screen:
    """Xvfb on the first free display, which it picks itself, so that several can run side by side."""

    def __init__(self, look: Look, *, environ: Mapping[str, str], log: str) -> None:
        size = f"{look.width * look.scale}x{look.height * look.scale}x24"
        self._program = Program(
            "Xvfb",
            [
                "Xvfb",
                "-displayfd",
                "0",
                "-screen",
                "0",
                size,
                "-dpi",
                "96",
                "-nolisten",
                "tcp",
                "-noreset",
            ],
            environ=environ,
            log=log,
        )
        self.display_name = ""
        """`:N`, once it is running."""

    def start(self, limit_seconds: float = 60.0) -> None:
        """Start it and read its display.

        Raises:
            RigError: it named no display in time, twice.
        """
        try:
            self._start(limit_seconds)
        except RigError:
            # Until it has a display, Xvfb writes its keyboard to one and the same file in /tmp, which at that
            # moment may be another person's.
            self._start(limit_seconds)

    def _start(self, limit_seconds: float) -> None:
        reading, writing = os.pipe()
        try:
            self._program.command[2] = str(writing)
            self._program.start(pass_fds=[writing])
        finally:
            os.close(writing)
        number = b""
        try:
            while not number.endswith(b"\n"):
                ready, _, _ = select.select([reading], [], [], limit_seconds)
                piece = os.read(reading, 16) if ready else b""
                if not piece:
                    said = self._program.tail()
                    self._program.end()
                    raise RigError(f"Xvfb named no display\n{said}")
                number += piece
        finally:
            os.close(reading)
        self.display_name = f":{number.decode().strip()}"

    def end(self) -> None:
        """End it and all its windows."""
        self._program.end()
