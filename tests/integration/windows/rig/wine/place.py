"""The rig's folders, and the user it runs as."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from dataclasses import dataclass

REPOSITORY = os.path.abspath(os.path.join(os.path.dirname(__file__), *[os.pardir] * 5))
NOBODY = 65534
"""User and group for Wine where the caller is root: root may write read-only files, an ordinary user may not.
"""
_ELSEWHERE = "/var/tmp/codemie-tray-windows"


@dataclass(frozen=True, slots=True)
class Place:
    """Folders of the rig."""

    folder: str
    """Everything that the rig creates and keeps."""
    as_root: bool
    """Whether the caller is root, and Windows programs are started as `NOBODY`."""
    copy_of: Place | None = None
    """Where the Windows was built, if it is a copy."""

    @property
    def downloads(self) -> str:
        """Wheels, so that a second build need not download them; a copy uses the same."""
        return os.path.join((self.copy_of or self).folder, "downloads")

    @property
    def prefix(self) -> str:
        """The Wine prefix, with the Windows Python in it."""
        return os.path.join(self.folder, "prefix")

    @property
    def home(self) -> str:
        """The Unix home of the Windows programs, without any of the caller's files."""
        return os.path.join(self.folder, "home")

    def as_person(self, command: list[str]) -> list[str]:
        """Return `command` with a prefix, so that it does not run as root."""
        if not self.as_root:
            return command
        return [
            "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--inh-caps=-all", *command
        ]  # fmt: skip

    def make(self, path: str) -> str:
        """Make a folder that Windows programs can write, and return it."""
        os.makedirs(path, exist_ok=True)
        self.give(path)
        return path

    def give(self, path: str) -> None:
        """Change the owner of `path` and everything below it to the user of the Windows programs."""
        if self.as_root and sys.platform != "win32":
            os.lchown(path, NOBODY, NOBODY)
            for folder, folders, files in os.walk(path):
                for name in (*folders, *files):
                    os.lchown(os.path.join(folder, name), NOBODY, NOBODY)


def default_place(repository: str = REPOSITORY) -> Place:
    """Return `build/windows` of the repository, or another folder if not everyone may enter that."""
    as_root = sys.platform != "win32" and os.geteuid() == 0
    inside = os.path.join(repository, "build", "windows")
    reachable = not as_root or _anybody_may_enter(repository)
    return Place(inside if reachable else _ELSEWHERE, as_root)


def second_place() -> Place:
    """Return where a copy of the Windows is stored that runs beside the one of `default_place`."""
    return _beside(default_place(), "second")


def program_place() -> Place:
    """Return where the copy is stored in which the program is clicked, frozen and installed."""
    return _beside(default_place(), "program")


def remove(path: str) -> None:
    """Remove a folder of the rig, if it exists."""
    if os.path.isdir(path):
        shutil.rmtree(path)


def _beside(built: Place, name: str) -> Place:
    return Place(f"{built.folder}-{name}", built.as_root, built)


def _anybody_may_enter(path: str) -> bool:
    while True:
        if not os.stat(path).st_mode & stat.S_IXOTH:
            return False
        parent = os.path.dirname(path)
        if parent == path:
            return True
        path = parent
