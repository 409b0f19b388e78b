"""The installer and what it installs, in a separate Windows without Python."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

from installers.windows import nsis
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.windows.rig.session import WindowsSession
from tests.integration.windows.rig.tray_on_screen import TrayOnScreen
from tests.integration.windows.rig.wine.place import remove
from tests.integration.windows.rig.wine.program import Finished, WindowsProgram
from tests.integration.windows.rig.wine.wine import Wine

from codemie_tray.desktop.autostart import run_key
from codemie_tray.view.colour import colour_of
from installers import product

SETUP = "C:\\setup.exe"
UNINSTALL_KEY = "HKCU\\" + nsis.UNINSTALL_KEY
RUN_KEY = "HKCU\\" + run_key.RUN
ENVIRONMENT = r"HKCU\Environment"
_INSTALL_SECONDS, _REMOVE_SECONDS = 120.0, 60.0


class Installation:
    """A user's computer without any program."""

    def __init__(self, session: WindowsSession, computer: Wine) -> None:
        self.session = session
        self.computer = computer
        self.screen = TrayOnScreen(session)
        self._started: list[WindowsProgram] = []
        self.person = Path(computer.person_folder())
        self.home = self.person / ".codemie"
        self.folder = self.person / "AppData" / "Local" / "Programs" / product.NAME
        menu = self.person / "AppData" / "Roaming" / "Microsoft" / "Windows" / "Start Menu" / "Programs"
        self.shortcut = menu / f"{product.NAME}.lnk"

    def bring(self, setup: str) -> None:
        """Put an installer on drive C:."""
        target = os.path.join(self.computer.drive_c, "setup.exe")
        shutil.copy(setup, target)
        self.computer.place.give(target)

    def install(self, *options: str) -> Finished:
        """Install silently; `is_whole` tells the result."""
        return self.computer.run(SETUP, "/S", *options, limit_seconds=_INSTALL_SECONDS)

    def uninstall(self) -> None:
        """Remove silently, as Windows' settings would, and wait until it is done."""
        self.computer.run(self.path("uninstall.exe"), "/S")
        # It continues as a copy of itself, since a program can't remove its own file. To ask the registry, a
        # program is started, and Wine may not start one of several that start at once: so not before the end.
        uninstaller = self.folder / "uninstall.exe"
        until("the program to be removed", lambda: not uninstaller.exists(), _REMOVE_SECONDS)
        until("Windows to forget it", lambda: not self.is_registered(), _REMOVE_SECONDS)
        self.computer.run("cmd", "/c", "exit")

    def forget(self) -> None:
        """Remove everything, without the uninstaller, and also from under one that hangs."""
        self.end()
        for path in (self.folder, self.home):
            remove(str(path))
        self.shortcut.unlink(missing_ok=True)
        for words in ([UNINSTALL_KEY], [RUN_KEY, "/v", run_key.NAME], [ENVIRONMENT, "/v", "Path"]):
            self.computer.run("reg", "delete", *words, "/f")

    def path(self, name: str) -> str:
        """Return the Windows path of an installed file."""
        return self.computer.windows_path(str(self.folder / name))

    def files(self) -> set[str]:
        """Return everything below the program's folder."""
        return {str(path.relative_to(self.folder)) for path in self.folder.rglob("*") if path.is_file()}

    def command(self, *words: str, given: str = "") -> Finished:
        """Run the installed command line."""
        return self.computer.run(self.path(nsis.CONSOLE), *words, given=given.encode())

    def start(self, *words: str) -> WindowsProgram:
        """Start a program and leave it running until `end` at the latest."""
        self._started.append(self.computer.start(*words))
        return self._started[-1]

    def start_tray(self, *words: str) -> WindowsProgram:
        """Start the installed tray and wait for its icon."""
        program = self.start(self.path(nsis.TRAY), *words)
        self.screen.wait()
        return program

    def active(self) -> str:
        """Return the active profile in the file."""
        found: str = json.loads((self.home / "config.json").read_text(encoding="utf-8"))["activeProfile"]
        return found

    def until_icon_of(self, profile: str) -> None:
        """Wait for the icon in a profile's colour."""
        red, green, blue = bytes.fromhex(colour_of(profile)[1:])
        until(
            f"the icon of {profile}",
            lambda: self.screen.icon().find((red, green, blue), tolerance=3) is not None,
            30,
        )

    def end(self) -> None:
        """Kill every program of this computer."""
        self.computer.stop()
        for program in self._started:
            program.kill()
        self._started.clear()
        until("the icon to go", lambda: self.screen.area() is None)

    def value(self, key: str, name: str) -> str | None:
        """Return a registry value as text; None if it does not exist."""
        said = self.computer.run("reg", "query", key, "/v", name).output
        found = re.search(rf"^\s*{re.escape(name)}\s+REG_\w+\s+(.*?)\s*$", said, re.MULTILINE)
        return found[1] if found else None

    def is_registered(self) -> bool:
        """Return whether Windows lists it as installed."""
        return self.value(UNINSTALL_KEY, "DisplayName") is not None

    def starts_at_login(self) -> bool:
        """Return whether a login starts it."""
        return self.value(RUN_KEY, run_key.NAME) is not None
