"""What every desktop of the rig has: folders, a bus, programs, notifications, a tray."""

from __future__ import annotations

import abc
import os
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from tests.integration.desktop.rig.display.look import Look
from tests.integration.desktop.rig.display.screenshot import Picture
from tests.integration.desktop.rig.display.windows import Area, Window
from tests.integration.desktop.rig.processes.bus import Bus
from tests.integration.desktop.rig.processes.members import MARK, end_members
from tests.integration.desktop.rig.processes.program import Program
from tests.integration.desktop.rig.processes.waiting import RigError, until
from tests.integration.desktop.rig.tray.notifications import Notifications, write_dunst_settings
from tests.integration.desktop.rig.tray.tray_items import TrayItem, tray_items, watcher_is_ready

REPOSITORY = os.path.abspath(os.path.join(os.path.dirname(__file__), *[os.pardir] * 5))
_KEPT = ("PATH", "TZ", "VIRTUAL_ENV", "PYTHONWARNINGS", "COVERAGE_PROCESS_START")
"""Variables that a private desktop inherits from its starter."""


def python(*arguments: str) -> list[str]:
    """Return the command that runs this Python with `arguments`."""
    return [sys.executable, *arguments]


class Hand(abc.ABC):
    """A mouse."""

    @abc.abstractmethod
    def move(self, x: int, y: int) -> None:
        """Move to a place."""

    @abc.abstractmethod
    def click(self, x: int, y: int, button: int = 1) -> None:
        """Move to a place and click."""

    def scroll(self, x: int, y: int, *, down: bool) -> None:
        """Scroll one step at a place."""
        raise NotImplementedError("this mouse has no wheel")

    def press(self, *keys: str) -> None:
        """Press keys by their X names (`Down`, `Return`, `Escape`), one after the other."""
        raise NotImplementedError(f"there is no keyboard with this mouse to press {keys}")


class Session(abc.ABC):
    """A private desktop. Several can run side by side, each with its own folder, screen and bus."""

    pointing_opens_submenus = False
    """Whether a submenu opens under the pointer, and a click would close it again."""

    def __init__(self, look: Look, *, with_panel: bool) -> None:
        self.look = look
        self.environ: dict[str, str] = {}
        """What a program on this desktop sees."""
        self.folder = ""
        """This desktop's folder; removed with it."""
        self.mark = secrets.token_hex(8)
        """The mark in the environment of all its processes."""
        self.notifications = Notifications(Bus(""))
        """The notifications, once started."""
        self._with_panel = with_panel
        self._programs: dict[str, Program] = {}
        self._dunst_settings = ""

    # -- start and end

    def start(self) -> Self:
        """Start it, part by part.

        Raises:
            RigError: a part did not start; the message ends with its log.
        """
        self.folder = tempfile.mkdtemp(prefix="rig-")
        try:
            self._make_folders()
            self.notifications = Notifications(self.bus)
            self.start_screen()
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
        end_members(self.mark)
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    # -- what differs between desktops

    @abc.abstractmethod
    def start_screen(self) -> None:
        """Start what shows pictures."""

    @abc.abstractmethod
    def panel_command(self) -> list[str]:
        """Write the panel's settings and return the command that starts it."""

    @abc.abstractmethod
    def desktop_environ(self) -> dict[str, str]:
        """Return the variables for every program, besides the folders."""

    @abc.abstractmethod
    def picture(self) -> Picture:
        """Return a picture of the screen."""

    @abc.abstractmethod
    def panel_picture(self) -> Picture:
        """Return a picture of the panel.

        Raises:
            RigError: there is no panel on the screen.
        """

    @abc.abstractmethod
    def menus(self) -> list[Window]:
        """Return the menus that are open, each submenu after its parent."""

    @abc.abstractmethod
    def close_menus(self) -> None:
        """Close open menus without choosing."""

    def scrolling_rows(self, depth: int) -> list[Area]:  # noqa: ARG002 (for those that scroll)
        """Return the places of an open menu's rows, including those scrolled out of view.

        Empty if the menu shows all of its rows.
        """
        return []

    @property
    @abc.abstractmethod
    def pointer(self) -> Hand:
        """The mouse."""

    @property
    def notification_points(self) -> int:
        """Font size of a notification, as dunst expects it."""
        return 10

    # -- its parts

    @property
    def bus(self) -> Bus:
        """The session bus."""
        return Bus(self.environ["DBUS_SESSION_BUS_ADDRESS"])

    @property
    def home(self) -> str:
        """The user's home folder."""
        return self.environ["HOME"]

    def start_bus(self) -> None:
        """Start the bus and the notifications on it."""
        address = self.environ["DBUS_SESSION_BUS_ADDRESS"]
        command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={address}"]
        self.start_part("dbus-daemon", command).until_ready("the bus to answer", self.bus.answers)
        self.start_notifications()

    def start_notifications(self) -> None:
        """Start a notification server; a desktop with its own listens instead."""
        dunst = self.start_part("dunst", ["dunst", "-config", self._dunst_settings])
        dunst.until_ready("notifications", self.notifications.are_served)

    def stop_bus(self) -> None:
        """End the bus and everything that needs it."""
        for name in ("panel", "dunst", "dbus-daemon"):
            self.end_part(name)
        until("the bus to be gone", lambda: not self.bus.answers())

    def start_panel(self) -> None:
        """Start the panel and wait until it takes icons."""
        panel = self.start_part("panel", self.panel_command())
        panel.until_ready("the panel to take icons", lambda: watcher_is_ready(self.bus))
        panel.until_ready("the panel to be on the screen", self.panel_is_seen)

    def stop_panel(self) -> None:
        """End the panel, and with it the tray."""
        self.end_part("panel")
        until("the panel to be gone", lambda: not watcher_is_ready(self.bus) and not self.panel_is_seen())

    def restart_panel(self) -> None:
        """End the panel and start it again, as after a crash or an update."""
        self.stop_panel()
        self.start_panel()

    def panel_is_seen(self) -> bool:
        """Return whether the panel is on the screen."""
        try:
            self.panel_picture()
        except RigError:
            return False
        return True

    def run(self, name: str, command: Sequence[str], *, environ: Mapping[str, str] | None = None) -> Program:
        """Start a program on this desktop; it is ended with the desktop at the latest.

        Args:
            name: names its log.
            command: the program and its arguments.
            environ: set on top of the desktop's own.
        """
        log = os.path.join(self.folder, f"{name}.log")
        program = Program(name, command, environ={**self.environ, **(environ or {})}, log=log)
        self._programs[name] = program
        return program.start()

    def start_part(self, name: str, command: Sequence[str]) -> Program:
        """Start a part of the desktop itself."""
        return self.run(name, command)

    def is_running(self, name: str) -> bool:
        """Return whether a program was started and has not ended."""
        return name in self._programs and self._programs[name].is_running()

    def end_part(self, name: str) -> None:
        """End a part if it is running."""
        if name in self._programs:
            self._programs[name].end()

    # -- what is visible

    def items(self) -> list[TrayItem]:
        """Return what is registered in the tray."""
        return tray_items(self.bus)

    def opened(self) -> list[str]:
        """Return files and folders that programs asked the desktop to open, oldest first."""
        path = os.path.join(self.folder, "opened")
        if not os.path.exists(path):
            return []
        with open(path, encoding="utf-8") as file:
            return file.read().splitlines()

    def logs(self, *, running: bool = False) -> str:
        """Return the end of every program's log, or of each that is running."""
        programs = self._programs.values()
        return "\n".join(program.tail() for program in programs if program.is_running() or not running)

    def settled(self, quiet_seconds: float = 0.15, limit_seconds: float = 30.0) -> Picture:
        """Return a picture of the screen once it is stable."""
        last, since, end = self.picture(), time.monotonic(), time.monotonic() + limit_seconds
        while time.monotonic() - since < quiet_seconds:
            time.sleep(0.03)
            now = self.picture()
            if now.differs_from(last):
                last, since = now, time.monotonic()
            if time.monotonic() > end:
                raise RigError(f"the screen still changes after {limit_seconds:g} s")
        return last

    def notification_area(self) -> Area:
        """Return the place of the notification on the screen; a click there presses its button."""
        raise NotImplementedError("dunst keeps its windows to itself")

    # -- inside

    def _make_folders(self) -> None:
        home = os.path.join(self.folder, "home")
        runtime = os.path.join(self.folder, "runtime")
        config = os.path.join(home, ".config")
        os.makedirs(config)
        os.mkdir(runtime, mode=0o700)
        self.environ = {name: os.environ[name] for name in _KEPT if name in os.environ} | {
            MARK: self.mark,
            "HOME": home,
            "XDG_CONFIG_HOME": config,
            "XDG_CACHE_HOME": os.path.join(home, ".cache"),
            "XDG_DATA_HOME": os.path.join(home, ".local", "share"),
            "XDG_STATE_HOME": os.path.join(home, ".local", "state"),
            "XDG_RUNTIME_DIR": runtime,
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={runtime}/bus",
            "LANG": "C.UTF-8",
            "NO_AT_BRIDGE": "1",  # no accessibility bus: nothing uses it, and it would outlive us
            "GTK_A11Y": "none",
            "GSETTINGS_BACKEND": "memory",  # no dconf, for the same reason
            "GIO_USE_VFS": "local",
            "PYTHONPATH": os.pathsep.join(os.path.join(REPOSITORY, part) for part in ("core", "tray", "")),
            "PYTHONDONTWRITEBYTECODE": "1",
            **self.look.environ,
            **self.desktop_environ(),
        }
        self.look.write_gtk_settings(config)
        self._dunst_settings = write_dunst_settings(config, self.look, points=self.notification_points)
        self._write_opener(os.path.join(self.folder, "bin"))

    def _write_opener(self, folder: str) -> None:
        """Write an `xdg-open` that records its arguments: there is no program here to open them."""
        os.mkdir(folder)
        path = os.path.join(folder, "xdg-open")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\nprintf '%s\\n' \"$1\" >>'{self.folder}/opened'\n")
        os.chmod(path, 0o700)
        self.environ["PATH"] = folder + os.pathsep + self.environ.get("PATH", os.defpath)
