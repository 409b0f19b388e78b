"""A screen with a Windows on it, for as long as a test or a command needs them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

from tests.desktop.rig.look import Look
from tests.desktop.rig.pointer import Pointer
from tests.desktop.rig.screen import Screen
from tests.desktop.rig.screenshot import Picture, x_picture
from tests.windows.rig.build import IMPORT_PATH, build, copy_project
from tests.windows.rig.place import Place, default_place
from tests.windows.rig.windows_program import Finished, WindowsProgram
from tests.windows.rig.windows_python import PYTHON
from tests.windows.rig.wine import Wine

if sys.platform != "win32":
    import fcntl


class WindowsSession:
    """Xvfb, Wine and the project's sources in it; a context manager.

    Args:
        say: told what happens, a line each.
        place: where the Windows is kept.
    """

    wine: Wine
    pointer: Pointer

    def __init__(self, say: Callable[[str], None] = print, place: Place | None = None) -> None:
        self._say = say
        self._place = place or default_place()
        os.makedirs(self._place.folder, exist_ok=True)
        self._screen = Screen(
            Look(width=1280, height=800),
            environ={"PATH": os.environ["PATH"], "HOME": self._place.folder},
            log=os.path.join(self._place.folder, "screen.log"),
        )

    def __enter__(self) -> Self:
        # One at a time: the end of a session ends every program of its Windows.
        self._turn = _take_turn(self._place)
        self._screen.start()
        try:
            self.pointer = Pointer({**os.environ, "DISPLAY": self._screen.display_name})
            self.wine = build(self._place, self._screen.display_name, self._say)
            copy_project(self.wine)
            # Started with no pipe to inherit, the programs that stay belong to no test.
            self.wine.run("wineboot")
        except BaseException:
            self._screen.end()
            os.close(self._turn)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.wine.stop()
        self._screen.end()
        os.close(self._turn)

    @property
    def display_name(self) -> str:
        """`:N` of the screen."""
        return self._screen.display_name

    def picture(self) -> Picture:
        """Return the whole screen as it is now."""
        return x_picture(self.display_name)

    def python(
        self, *words: str, environ: Mapping[str, str] | None = None, limit_seconds: float = 60
    ) -> Finished:
        """Run the Windows Python with the project's packages importable."""
        return self.wine.run(
            PYTHON, *words, environ=self._python_environ(environ), limit_seconds=limit_seconds
        )

    def start_python(
        self,
        *words: str,
        environ: Mapping[str, str] | None = None,
        on_output: Callable[[bytes], object] = bytes,
    ) -> WindowsProgram:
        """Start the Windows Python, and leave it running."""
        return self.wine.start(PYTHON, *words, environ=self._python_environ(environ), on_output=on_output)

    def _python_environ(self, more: Mapping[str, str] | None) -> dict[str, str]:
        return {"PYTHONPATH": IMPORT_PATH, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", **(more or {})}


def _take_turn(place: Place) -> int:
    """Wait until no other session uses the place; the turn lasts as long as the descriptor is open."""
    fd = os.open(os.path.join(place.folder, "in-use"), os.O_CREAT | os.O_RDWR)
    if sys.platform != "win32":
        fcntl.flock(fd, fcntl.LOCK_EX)
    return fd
