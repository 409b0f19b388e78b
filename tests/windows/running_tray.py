"""The tray as a Windows program on a home of its own."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from tests.desktop.rig.waiting import RigError, until
from tests.windows.rig.session import WindowsSession
from tests.windows.rig.tray_on_screen import TrayOnScreen
from tests.windows.rig.windows_program import Finished, WindowsProgram


class RunningTray:
    """Started at once; the icon is on the screen when the constructor returns."""

    def __init__(self, session: WindowsSession, home: Path) -> None:
        self.session = session
        self.home = home
        self.screen = TrayOnScreen(session)
        self.program: WindowsProgram = session.start_python("-m", "codemie_tray", environ=self.environ)
        self.screen.wait()
        self.screen.move_away()

    @property
    def environ(self) -> dict[str, str]:
        return {"CODEMIE_HOME": self.session.wine.windows_path(str(self.home))}

    def command(self, *words: str) -> Finished:
        """Run a command of the program on the same home."""
        try:
            return self.session.python("-m", "codemie_tray", *words, environ=self.environ)
        except RigError as error:
            still = "runs" if self.program.is_running() else "is gone"
            raise RigError(f"{error}\nThe first {still}.\n{self.log()}") from None

    def log(self) -> str:
        """Return what both wrote to the home's log."""
        return "".join(
            path.read_text(encoding="utf-8") for path in sorted((self.home / "logs").glob("tray-*.log"))
        )

    def active(self) -> str:
        """Return what the file says."""
        found: str = json.loads((self.home / "config.json").read_text(encoding="utf-8"))["activeProfile"]
        return found

    def end(self) -> None:
        self.program.kill()
        until("its helpers to end", lambda: not self._helpers())  # they write to the home that now goes
        until("the icon to go", lambda: self.screen.area() is None)

    def _helpers(self) -> list[str]:
        """Return what still runs for this home: what counts today's usage ends a moment after the tray."""
        (mark,) = (f"{name}={value}".encode() for name, value in self.environ.items())
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # it has just ended
                words = (process / "cmdline").read_bytes()
                if b"python.exe" in words and mark in (process / "environ").read_bytes().split(b"\0"):
                    found.append(words.replace(b"\0", b" ").decode("utf-8", "replace"))
        return found
