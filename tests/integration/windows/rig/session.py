"""A screen with a Windows, for the duration of a test or command."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Self

from tests.integration.desktop.rig.display.look import Look
from tests.integration.desktop.rig.display.pointer import Pointer
from tests.integration.desktop.rig.display.screen import Screen
from tests.integration.desktop.rig.display.screenshot import Picture, x_picture
from tests.integration.windows.rig.build import IMPORT_PATH, build, copy_build, copy_project
from tests.integration.windows.rig.windows_python.assembly import PYTHON, PYTHON_WINDOWED
from tests.integration.windows.rig.wine.place import Place, default_place
from tests.integration.windows.rig.wine.program import Finished, WindowsProgram
from tests.integration.windows.rig.wine.wine import Wine, until_file

if sys.platform != "win32":
    import fcntl

_STAYING = """
import ctypes, sys, threading
ctypes.windll.user32.GetDesktopWindow()
open(sys.argv[1], "w").close()
threading.Event().wait()
"""


class WindowsSession:
    """Xvfb, Wine and the project's sources in it; a context manager.

    Args:
        say: called with progress, one line each.
        place: where the Windows is stored.
    """

    wine: Wine
    pointer: Pointer

    def __init__(self, say: Callable[[str], None] = print, place: Place | None = None) -> None:
        self._say = say
        self._staying: WindowsProgram | None = None
        self._place = place or default_place()
        os.makedirs(self._place.folder, exist_ok=True)
        self._screen = Screen(
            Look(width=1280, height=800),
            environ={"PATH": os.environ["PATH"], "HOME": self._place.folder},
            log=os.path.join(self._place.folder, "screen.log"),
        )

    def __enter__(self) -> Self:
        # One at a time, because the end of a session ends every program of its Windows.
        self._turn = _take_turn(self._place)
        self._screen.start()
        try:
            self.pointer = Pointer({**os.environ, "DISPLAY": self._screen.display_name})
            self.wine = build(self._place, self._screen.display_name, self._say)
            copy_project(self.wine)
            # Programs that stay are started without a pipe to inherit, so they don't belong to a test.
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
        if self._staying is not None:
            self._staying.kill()
        self._screen.end()
        os.close(self._turn)

    def copy_to(self, place: Place) -> None:
        """Copy this Windows to a place, for a session beside this one."""
        self.wine.stop()
        copy_build(self.wine, place)
        self.wine.run("wineboot")

    @property
    def display_name(self) -> str:
        """`:N` of the screen."""
        return self._screen.display_name

    def picture(self) -> Picture:
        """Return a picture of the whole screen."""
        return x_picture(self.display_name)

    def python(
        self, *words: str, environ: Mapping[str, str] | None = None, limit_seconds: float = 60
    ) -> Finished:
        """Run the Windows Python with the project's packages importable."""
        with self.start_python(*words, environ=environ) as program:
            return program.wait(limit_seconds)

    def start_python(
        self,
        *words: str,
        environ: Mapping[str, str] | None = None,
        on_output: Callable[[bytes], object] = bytes,
    ) -> WindowsProgram:
        """Start the Windows Python, and leave it running."""
        self._keep_the_desktop()
        return self.wine.start(PYTHON, *words, environ=self._python_environ(environ), on_output=on_output)

    def _keep_the_desktop(self) -> None:
        """Keep one program running, as Windows itself does.

        Wine's desktop ends a second after the last program that had it. A program that starts at that moment
        loses its icon, or all its windows and so exits.
        """
        if self._staying is not None and self._staying.is_running():
            return
        mark = self.wine.unix_path("C:\\desktop-is-kept")
        with contextlib.suppress(FileNotFoundError):
            os.unlink(mark)
        words = ("-c", _STAYING, self.wine.windows_path(mark))
        self._staying = self.wine.start(PYTHON_WINDOWED, *words, environ=self._python_environ(None))
        until_file(mark)

    def _python_environ(self, more: Mapping[str, str] | None) -> dict[str, str]:
        return {"PYTHONPATH": IMPORT_PATH, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1", **(more or {})}


def _take_turn(place: Place) -> int:
    """Wait until no other session uses the place; the lock is held while the descriptor is open."""
    fd = os.open(os.path.join(place.folder, "in-use"), os.O_CREAT | os.O_RDWR)
    if sys.platform != "win32":
        fcntl.flock(fd, fcntl.LOCK_EX)
    return fd
