"""The Profiles window as a package installed it, on the rig's desktop."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.installers.linux.bare_system import BareSystem
from tests.integration.desktop.rig.desktops.desktop import Desktop
from tests.integration.desktop.rig.desktops.wayland import WaylandDesktop
from tests.integration.windows_qt.rig.open_window import OpenWindow, start_accessibility

from installers.linux import tree


class InstalledWindow(OpenWindow):
    """Opened from the bare system; desktop and home are this machine's, at the same paths.

    Args:
        system: where the package is installed, or will be.
        desktop: where the window opens.
        title: names its home and its pictures.
    """

    def __init__(self, system: BareSystem, desktop: Desktop | WaylandDesktop, title: str) -> None:
        home = Path(desktop.folder, title)
        home.mkdir(mode=0o700)
        super().__init__(desktop, start_accessibility(desktop), home, title)
        self.system = system

    def command(self, *words: str) -> list[str]:
        """Return a command of the installed program."""
        return self.system.command(tree.COMMAND, *words)

    def window_command(self, *words: str) -> list[str]:
        """Return the command that opens the window."""
        return self.command("window", self.kind, *words)

    def environ(self) -> Mapping[str, str]:
        """Return what the program's processes see: Qt finds by itself whether this is X or Wayland."""
        seen = {**super().environ(), "LC_ALL": "C.UTF-8"}  # a bare system has no other language
        seen.pop("QT_QPA_PLATFORM", None)
        return seen


def libraries_of(process: int) -> set[str]:
    """Return the libraries that a process has loaded, by the paths that the bare system has for them."""
    lines = Path(f"/proc/{process}/maps").read_text(encoding="utf-8").splitlines()
    paths = {line.split(maxsplit=5)[5] for line in lines if len(line.split(maxsplit=5)) == 6}
    return {
        path[path.index("/usr/") :] for path in paths if ".so" in os.path.basename(path) and "/usr/" in path
    }


def recommended_by(deb: str) -> list[str]:
    """Return the packages that a Debian package recommends; of alternatives, the first."""
    asked = ["dpkg-deb", "--field", deb, "Recommends"]
    said = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    return [name.partition("|")[0].strip() for name in said.split(",")]
