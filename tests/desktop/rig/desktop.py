"""A whole desktop: screen, bus, window manager, notifications, panel; all private, and gone afterwards."""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from tests.desktop.rig.bus import Bus
from tests.desktop.rig.look import Look
from tests.desktop.rig.members import MARK, end_members
from tests.desktop.rig.notifications import NAME as NOTIFICATIONS
from tests.desktop.rig.notifications import Notifications, write_dunst_settings
from tests.desktop.rig.panel import Panel, XfcePanel
from tests.desktop.rig.pointer import Pointer
from tests.desktop.rig.program import Program
from tests.desktop.rig.screen import Screen
from tests.desktop.rig.screenshot import Picture, x_picture
from tests.desktop.rig.tray_items import TrayItem, tray_items, watcher_is_ready
from tests.desktop.rig.waiting import RigError, until
from tests.desktop.rig.windows import Window, paint_root, windows

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
_KEPT = ("PATH", "TZ", "VIRTUAL_ENV", "PYTHONWARNINGS", "COVERAGE_PROCESS_START")
"""What a private desktop takes over from the environment of whoever starts it."""


class Desktop:
    """One desktop. Several may run side by side, each on a display and a bus of its own."""

    def __init__(
        self, panel: Panel | None = None, look: Look | None = None, *, with_panel: bool = True
    ) -> None:
        """Prepare; `start`, or a `with` block, brings it up.

        Args:
            panel: which one; Xfce's unless given.
            look: light, 96 dots per inch, unless given.
            with_panel: start the panel too; else `start_panel` does, when it is called.
        """
        self.look = look or Look()
        self.panel_kind: Panel = panel or XfcePanel()
        self.environ: dict[str, str] = {}
        """What a program on this desktop sees."""
        self.folder = ""
        """Everything of this desktop's; gone with it."""
        self._with_panel = with_panel
        self._mark = secrets.token_hex(8)
        self._programs: dict[str, Program] = {}
        self._screen: Screen | None = None

    # -- coming and going

    def start(self) -> Self:
        """Bring it up, part by part.

        Raises:
            RigError: a part did not come up; the message ends with its log.
        """
        self.folder = tempfile.mkdtemp(prefix="rig-")
        try:
            self._make_folders()
            self._screen = Screen(self.look, environ=self.environ, log=self._log("Xvfb"))
            self._screen.start()
            self.environ["DISPLAY"] = self._screen.display_name
            paint_root(self._screen.display_name, self.look.wallpaper)
            self.start_bus()
            if self._with_panel:
                self.start_panel()
        except BaseException:
            self.end()
            raise
        return self

    def end(self) -> None:
        """End every process of this desktop, and remove its folder."""
        for program in reversed(self._programs.values()):
            program.end()
        self._programs.clear()
        end_members(self._mark)
        if self._screen is not None:
            self._screen.end()
            self._screen = None
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    # -- its parts

    @property
    def bus(self) -> Bus:
        """The session bus."""
        return Bus(self.environ["DBUS_SESSION_BUS_ADDRESS"])

    @property
    def home(self) -> str:
        """The person's home folder."""
        return self.environ["HOME"]

    @property
    def mark(self) -> str:
        """What all its processes carry in their environment."""
        return self._mark

    @property
    def pointer(self) -> Pointer:
        """Mouse and keyboard."""
        return Pointer(self.environ)

    @property
    def notifications(self) -> Notifications:
        """What was notified."""
        return Notifications(self.bus)

    def start_bus(self) -> None:
        """Start the bus, and what can't live without it: the window manager and the notifications."""
        address = self.environ["DBUS_SESSION_BUS_ADDRESS"]
        command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={address}"]
        self._start("dbus-daemon", command).until_ready("the bus to answer", self.bus.answers)
        self._start("openbox", ["openbox"])
        dunst = self._start("dunst", ["dunst", "-config", self._dunst_settings])
        dunst.until_ready("notifications", lambda: self.bus.has_owner(NOTIFICATIONS))

    def stop_bus(self) -> None:
        """End the bus; what needs it goes too."""
        for name in ("panel", "dunst", "openbox", "dbus-daemon"):
            self._end(name)
        until("the bus to be gone", lambda: not self.bus.answers())

    def start_panel(self) -> None:
        """Start the panel and wait until it takes icons."""
        panel = self._start("panel", self.panel_kind.command)
        panel.until_ready("the panel to take icons", lambda: watcher_is_ready(self.bus))
        panel.until_ready("the panel to be on the screen", self._docks)

    def stop_panel(self) -> None:
        """End the panel; icons have no place then."""
        self._end("panel")
        until("the panel to be gone", lambda: not watcher_is_ready(self.bus) and not self._docks())

    def restart_panel(self) -> None:
        """End the panel and start it again, as after a crash or an update."""
        self.stop_panel()
        self.start_panel()

    def run(self, name: str, command: Sequence[str], *, environ: Mapping[str, str] | None = None) -> Program:
        """Start a program on this desktop; it ends with the desktop at the latest.

        Args:
            name: names its log.
            command: the program and its arguments.
            environ: set on top of the desktop's own.
        """
        program = Program(name, command, environ={**self.environ, **(environ or {})}, log=self._log(name))
        self._programs[name] = program
        return program.start()

    # -- what is to be seen

    def picture(self) -> Picture:
        """Return the screen as it is now."""
        return x_picture(self.environ["DISPLAY"])

    def windows(self) -> list[Window]:
        """Return the mapped windows."""
        return windows(self.environ["DISPLAY"])

    def menus(self) -> list[Window]:
        """Return the menus that are open, each submenu after its parent."""
        return [window for window in self.windows() if window.is_menu]

    def panel_picture(self) -> Picture:
        """Return the panel as it is now.

        Raises:
            RigError: there is no panel on the screen.
        """
        docks = self._docks()
        if not docks:
            raise RigError("no panel is on the screen")
        return self.picture().crop(docks[0].area)

    def items(self) -> list[TrayItem]:
        """Return what is registered in the tray."""
        return tray_items(self.bus)

    def logs(self) -> str:
        """Return the end of every program's log."""
        return "\n".join(program.tail() for program in self._programs.values())

    def settled(self, quiet_seconds: float = 0.15, limit_seconds: float = 5.0) -> Picture:
        """Return a picture of the screen once it has not changed for a while."""
        last, since, end = self.picture(), time.monotonic(), time.monotonic() + limit_seconds
        while time.monotonic() - since < quiet_seconds:
            time.sleep(0.03)
            now = self.picture()
            if now.differs_from(last):
                last, since = now, time.monotonic()
            if time.monotonic() > end:
                raise RigError(f"the screen still changes after {limit_seconds:g} s")
        return last

    # -- inside

    def _docks(self) -> list[Window]:
        return [window for window in self.windows() if window.kind == "DOCK"]

    def _start(self, name: str, command: Sequence[str]) -> Program:
        program = self._programs.get(name)
        if program is None:
            return self.run(name, command)
        program.environ = dict(self.environ)
        return program.start()

    def _end(self, name: str) -> None:
        if name in self._programs:
            self._programs[name].end()

    def _log(self, name: str) -> str:
        return os.path.join(self.folder, f"{name}.log")

    def _make_folders(self) -> None:
        home = os.path.join(self.folder, "home")
        runtime = os.path.join(self.folder, "runtime")
        config = os.path.join(home, ".config")
        os.makedirs(config)
        os.mkdir(runtime, mode=0o700)
        self.environ = {name: os.environ[name] for name in _KEPT if name in os.environ} | {
            MARK: self._mark,
            "HOME": home,
            "XDG_CONFIG_HOME": config,
            "XDG_CACHE_HOME": os.path.join(home, ".cache"),
            "XDG_DATA_HOME": os.path.join(home, ".local", "share"),
            "XDG_STATE_HOME": os.path.join(home, ".local", "state"),
            "XDG_RUNTIME_DIR": runtime,
            "XDG_CURRENT_DESKTOP": self.panel_kind.desktop_name,
            "XDG_SESSION_TYPE": "x11",
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={runtime}/bus",
            "LANG": "C.UTF-8",
            "GDK_BACKEND": "x11",
            "QT_QPA_PLATFORM": "xcb",
            "NO_AT_BRIDGE": "1",  # no accessibility bus: nobody listens, and it would outlive us
            "GTK_A11Y": "none",
            "GSETTINGS_BACKEND": "memory",  # no dconf, for the same reason
            "GIO_USE_VFS": "local",
            "PYTHONPATH": os.pathsep.join(os.path.join(REPOSITORY, part) for part in ("core", "tray", "")),
            "PYTHONDONTWRITEBYTECODE": "1",
            **self.look.environ,
        }
        self.look.write_gtk_settings(config)
        self.panel_kind.configure(config, self.look)
        self._dunst_settings = write_dunst_settings(config, self.look)


def python(*arguments: str) -> list[str]:
    """Return the command that runs this Python with `arguments`."""
    return [sys.executable, *arguments]
