"""The tray as a Windows program on its own home."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from collections.abc import Mapping
from pathlib import Path

from tests.integration.desktop.rig.processes.waiting import RigError, until
from tests.integration.windows.rig.session import WindowsSession
from tests.integration.windows.rig.tray_on_screen import TrayOnScreen
from tests.integration.windows.rig.wine.program import Finished, WindowsProgram


class RunningTray:
    """Started immediately; the icon is on the screen when the constructor returns.

    Args:
        session: where.
        home: its home.
        words: what Python is given; the program as it is unless given.
        environ: further variables.
    """

    def __init__(
        self, session: WindowsSession, home: Path, *words: str, environ: Mapping[str, str] | None = None
    ) -> None:
        self.session = session
        self.home = home
        self._more = dict(environ or {})
        self.screen = TrayOnScreen(session)
        self.program: WindowsProgram = session.start_python(
            *(words or ("-m", "codemie_tray")), environ=self.environ
        )
        try:
            self.screen.wait()
        except RigError as error:
            what = f"{error}\n{self._state()}"
            self.program.kill()
            raise RigError(what) from None
        self.screen.move_away()

    @property
    def environ(self) -> dict[str, str]:
        return {"CODEMIE_HOME": self.session.wine.windows_path(str(self.home)), **self._more}

    def command(self, *words: str) -> Finished:
        """Run a command of the program on the same home."""
        try:
            return self.session.python("-m", "codemie_tray", *words, environ=self.environ)
        except RigError as error:
            raise RigError(f"{error}\n{self._state()}") from None

    def _state(self) -> str:
        still = "runs" if self.program.is_running() else f"ended with {self.program.wait().exit_code}"
        return f"The tray {still}.\n{self.program.output()}\n{self.log()}"

    def log(self) -> str:
        """Return what both have written to the home's log."""
        return "".join(
            path.read_text(encoding="utf-8") for path in sorted((self.home / "logs").glob("tray-*.log"))
        )

    def active(self) -> str:
        """Return the content of the file."""
        found: str = json.loads((self.home / "config.json").read_text(encoding="utf-8"))["activeProfile"]
        return found

    def ask_to_quit(self) -> None:
        """Close its windows, as Windows does to end a program, and wait for its exit."""
        self.session.wine.run("taskkill", "/IM", "python.exe")
        assert self.program.wait().exit_code == 0
        until("the icon to go", lambda: self.screen.area() is None)

    def end(self) -> None:
        self.program.kill()
        # Helpers write to the home that is about to be removed; under Wine, a helper whose starter died never
        # runs.
        for process in self._helpers():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(process.name), signal.SIGKILL)
        until("its helpers to end", lambda: not self._helpers())
        until("the icon to go", lambda: self.screen.area() is None)

    def _helpers(self) -> list[Path]:
        """Return the /proc folders of processes that still use this home."""
        mark = f"CODEMIE_HOME={self.environ['CODEMIE_HOME']}".encode()
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # it has just ended
                program = (process / "cmdline").read_bytes()
                if b"python.exe" in program and mark in (process / "environ").read_bytes().split(b"\0"):
                    found.append(process)
        return found
