"""A Windows under Wine: its disk, its registry, and programs started as an ordinary user."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Collection, Mapping

from tests.integration.desktop.rig.processes.waiting import RigError, until
from tests.integration.windows.rig.wine.place import Place
from tests.integration.windows.rig.wine.program import Finished, WindowsProgram

LOADER = "/usr/lib/wine/wine64"


class Wine:
    """One Wine prefix: a Windows with its disk and its registry.

    Args:
        place: the user and the Unix home of its programs.
        prefix: the folder of it, which may not exist yet.
        display: the X screen of its windows.
    """

    def __init__(self, place: Place, prefix: str, display: str) -> None:
        self.place = place
        self.prefix = prefix
        self.display = display

    @property
    def drive_c(self) -> str:
        """The Unix folder that is C:\\ ."""
        return os.path.join(self.prefix, "drive_c")

    @property
    def environ(self) -> dict[str, str]:
        """The environment of Wine's programs; from the caller's, only the path and the language."""
        return {
            "PATH": "/usr/lib/wine:/usr/local/bin:/usr/bin:/bin",
            "HOME": self.place.home,
            # Where its server listens; /tmp itself may not be writable.
            "TMPDIR": self.place.home,
            "DISPLAY": self.display,
            "LANG": "C.UTF-8",
            "WINEPREFIX": self.prefix,
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            # No .NET and no browser to download, no debugger to wait for after a crash; and two
            # libraries of the rig instead of Wine's.
            "WINEDLLOVERRIDES": "mscoree=;mshtml=;winedbg.exe=d;winemenubuilder.exe=d;icuuc,mscms=n",
        }

    def unix_path(self, path: str) -> str:
        """Return where a path on C: lies."""
        drive, rest = path[:2], path[2:].lstrip("\\")
        if drive.upper() != "C:":
            raise ValueError(f"not on drive C: {path}")
        return os.path.join(self.drive_c, *rest.split("\\"))

    def windows_path(self, path: str) -> str:
        """Return a Unix path as Windows programs name it: on C: if it is there, otherwise on Z:, the root."""
        path = os.path.abspath(path)
        inside = os.path.relpath(path, self.drive_c)
        if not inside.startswith(".."):
            return "C:\\" if inside == "." else "C:\\" + inside.replace("/", "\\")
        return "Z:" + path.replace("/", "\\")

    def create(self) -> None:
        """Make the prefix, as Windows 10.

        Raises:
            RigError: Wine failed.
        """
        self.place.make(self.place.home)
        self.place.make(self.prefix)
        # There is no window manager, for whose answer Wine would wait two seconds when an icon disappears.
        driver = r"HKCU\Software\Wine\AppDefaults\explorer.exe\X11 Driver"
        unmanaged = ["reg", "add", driver, "/v", "Managed", "/d", "N", "/f"]
        for words in (["wineboot", "-i"], ["winecfg", "-v", "win10"], unmanaged):
            self.run(*words, limit_seconds=180)
        self.wait_until_idle()
        if not os.path.isdir(os.path.join(self.drive_c, "windows", "system32")):
            raise RigError(f"Wine made no Windows in {self.prefix}")

    def copy_to(self, prefix: str, *, without: Collection[str] = ()) -> Wine:
        """Return a second Windows as a copy of this one, which must not be running.

        Args:
            prefix: a folder that is not there yet, in one where Windows programs may write (`Place.home`).
            without: names of folders on C: to leave out.
        """
        self.place.make(os.path.dirname(prefix))
        self.place.make(prefix)
        target = Wine(self.place, prefix, self.display)
        self.place.make(target.drive_c)
        for source, folder, left_out in (
            (self.prefix, prefix, {"drive_c"}),
            (self.drive_c, target.drive_c, {*without}),
        ):
            names = sorted(set(os.listdir(source)) - left_out)
            # With cp, as the owner of the files: copying in Python took twenty times as long.
            copied = ["cp", "--archive", "--reflink=auto", "--target-directory", folder, *names]
            subprocess.run(self.place.as_person(copied), cwd=source, check=True)
        return target

    def start(
        self,
        *words: str,
        environ: Mapping[str, str] | None = None,
        folder: str | None = None,
        on_output: Callable[[bytes], object] = bytes,
        given: bytes = b"",
    ) -> WindowsProgram:
        """Start a program and leave it running.

        Args:
            words: the program (a Windows path, or one of Wine's own by name) and its arguments.
            environ: variables beyond the rig's own.
            folder: Unix path of the working folder; C:\\ unless given.
            on_output: called with the program's output as it arrives, on a thread.
            given: its standard input.
        """
        command = self.place.as_person([LOADER, *words])
        started_in = folder or (self.drive_c if os.path.isdir(self.drive_c) else self.prefix)
        environ = {**self.environ, **(environ or {})}
        return WindowsProgram(" ".join(words), command, environ, started_in, on_output, given)

    def run(
        self,
        *words: str,
        environ: Mapping[str, str] | None = None,
        folder: str | None = None,
        limit_seconds: float = 180.0,
        given: bytes = b"",
    ) -> Finished:
        """Start a program and wait for its end. An installer's exit code proves nothing: check its files.

        Raises:
            RigError: it did not end in time.
        """
        with self.start(*words, environ=environ, folder=folder, given=given) as program:
            return program.wait(limit_seconds)

    def person_folder(self) -> str:
        """Return the Unix folder of the user's files (`%USERPROFILE%`)."""
        users = os.path.join(self.drive_c, "users")
        (name,) = [name for name in os.listdir(users) if name != "Public"]
        return os.path.join(users, name)

    def restart(self) -> None:
        """End every program and restart, which runs the login entries."""
        self.stop()
        self.run("wineboot", limit_seconds=120)

    def stop(self) -> None:
        """Kill every program of this prefix."""
        self._server("-k")
        self.wait_until_idle()

    def wait_until_idle(self) -> None:
        """Wait until no program of this prefix runs."""
        self._server("-w")

    def _server(self, option: str) -> None:
        command = self.place.as_person(["wineserver", option])
        subprocess.run(
            command,
            env=self.environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=120,
        )


def until_file(path: str, limit_seconds: float = 60.0) -> str:
    """Wait until a file exists and return its path."""
    until(path, lambda: os.path.exists(path), limit_seconds)
    return path
