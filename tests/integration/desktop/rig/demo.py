"""What `make run` does on a machine without a screen: the tray on a virtual desktop, with real clicks.

Run as `python -m tests.integration.desktop.rig.demo --artifacts DIR -- COMMAND...`.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from tests.integration.desktop.rig.desktops.desktop import Desktop
from tests.integration.desktop.rig.desktops.session import python
from tests.integration.desktop.rig.display.look import Look
from tests.integration.desktop.rig.processes.program import Program
from tests.integration.desktop.rig.processes.waiting import RigError, until
from tests.integration.desktop.rig.system_packages import DEMO, MISSING_EXIT_CODE, install_command, missing
from tests.integration.desktop.rig.tray.sample_home import make_sample_home, write_logs, write_usage
from tests.integration.desktop.rig.tray.tray_on_screen import LEFT, TrayOnScreen

T = TypeVar("T")


class Story:
    """Prints what happens, with times, and saves the pictures."""

    def __init__(self, desktop: Desktop, artifacts: str) -> None:
        self._desktop = desktop
        self._artifacts = artifacts
        self._began = time.monotonic()
        self._pictures: list[str] = []

    def tell(self, sentence: str) -> None:
        """Print one event."""
        print(f"{time.monotonic() - self._began:6.2f} s  {sentence}", flush=True)

    def photograph(self, name: str) -> None:
        """Save a picture of the screen."""
        path = os.path.join(self._artifacts, f"{len(self._pictures) + 1}-{name}.png")
        self._pictures.append(self._desktop.settled().save(path))
        self.tell(f"picture: {path}")


class Demonstration:
    """The tray on a desktop, used as a user would."""

    def __init__(self, desktop: Desktop, command: Sequence[str], artifacts: str) -> None:
        self._desktop = desktop
        self._story = Story(desktop, artifacts)
        self._tray = TrayOnScreen(desktop)
        self._command = command
        home = os.path.join(desktop.home, ".codemie")
        self._home = make_sample_home(home, datetime.datetime.now(datetime.UTC))
        self._config = os.path.join(home, "config.json")
        self._program: Program | None = None

    def play(self) -> None:
        """Start the tray; switch a profile, clean up logs and restore lost profiles by mouse.

        Raises:
            RigError: something did not happen.
        """
        self._start()
        self._switch()
        self._clean_up()
        self._restore()
        self._end()

    def _until(self, what: str, look: Callable[[], T | None]) -> T:
        return until(what, look, 20.0, on_failure=self._program.tail if self._program else str)

    def _row(self, start: str) -> str:
        rows = (row.label for row in self._tray.rows() if not row.separator)
        return next((label for label in rows if label.startswith(start)), "")

    def _notified(self, picture: str) -> None:
        notifications = self._desktop.notifications
        self._until("the notification", notifications.displayed)
        self._story.photograph(picture)
        for notification in notifications.seen():
            self._story.tell(f"notification: {notification.title} | {notification.text}")
        notifications.forget()

    def _start(self) -> None:
        write_usage(self._home, datetime.datetime.now(datetime.UTC))
        self._story.tell(f"a copy of the sample home; active profile: {active_profile(self._config)}")
        self._program = self._desktop.run("tray", self._command, environ={"CODEMIE_HOME": self._home})
        self._program.until_ready("the icon to be registered", self._desktop.items)
        self._story.tell("the tray has put its icon on the panel: " + " ".join(self._command))
        place = self._tray.icon()
        size = f"{place.width} by {place.height} pixels"
        self._story.tell(f"the icon is on the screen, {size} at {place.x}, {place.y}")
        self._until("today's usage", lambda: "tokens" in self._row("Today"))
        self._until("the logs to be counted", lambda: "counting" not in self._row("Old logs"))
        self._story.photograph("icon")
        self._tray.open_menu(LEFT)
        rows = ", ".join(row.label for row in self._tray.rows() if not row.separator)
        self._story.tell(f"a left click opened the menu: {rows}")
        self._story.photograph("menu")

    def _switch(self) -> None:
        second = [row.label for row in self._tray.rows() if row.radio][1]
        before = active_profile(self._config)
        self._tray.choose(second)
        self._story.tell(f"clicked {second!r}")
        now = self._until(
            "config.json to change",
            lambda: name if (name := active_profile(self._config)) not in ("", before) else None,
        )
        self._story.tell(f"config.json now says: activeProfile = {now}")
        self._until("the mark to move", lambda: self._tray.item().checked() == [second])
        self._notified("switched")

    def _clean_up(self) -> None:
        write_logs(self._home, datetime.datetime.now(datetime.UTC), (30, 40, 50))
        row = self._until("the old logs to be counted", lambda: self._row("Clean up logs now"))
        self._tray.open_menu(LEFT)
        self._story.photograph("old-logs")
        self._tray.choose("Clean up logs now")
        self._story.tell(f"clicked {row!r}")
        self._until("the old logs to be gone", lambda: self._row("Logs are clean"))
        self._notified("cleaned")

    def _restore(self) -> None:
        with open(self._config, encoding="utf-8") as file:
            before = json.load(file)["profiles"]
        with open(self._config, "w", encoding="utf-8") as file:
            json.dump({"version": 2, "activeProfile": "", "profiles": {}}, file)
        self._story.tell("another program emptied config.json")
        self._until("the loss to be noticed", lambda: self._row("Restore the version of"))
        self._notified("lost")
        self._tray.open_menu(LEFT)
        self._story.photograph("restore")
        self._tray.choose("Restore the version of")
        self._until("the profiles to be back", lambda: self._profiles() == before)
        self._story.tell(f"one click restored {len(before)} profiles")
        self._notified("restored")

    def _profiles(self) -> object:
        try:
            with open(self._config, encoding="utf-8") as file:
                return json.load(file)["profiles"]
        except (OSError, ValueError, KeyError):
            return None

    def _end(self) -> None:
        if self._program is not None:
            self._program.end()
            until("the icon to be gone", lambda: not self._desktop.items())
            self._story.tell(f"the tray was ended; exit code {self._program.wait()}")


def active_profile(config: str) -> str:
    """Return the active profile, or nothing if the file can't be read."""
    try:
        with open(config, encoding="utf-8") as file:
            return str(json.load(file)["activeProfile"])
    except (OSError, ValueError, KeyError):
        return ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the demo.

    Returns:
        0: all of it worked. 1: something did not. `MISSING_EXIT_CODE`: system packages are missing.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.integration.desktop.rig.demo")
    parser.add_argument("--artifacts", default="artifacts/run", help="folder of the pictures")
    parser.add_argument("--dark", action="store_true", help="a dark desktop")
    parser.add_argument("command", nargs="*", help="what starts the tray; ours unless given")
    options = parser.parse_args(arguments)
    if absent := missing(DEMO):
        print("There is no screen here, and the virtual one needs: " + ", ".join(p.package for p in absent))
        print("To install them:\n  sudo " + " ".join(install_command(absent)))
        return MISSING_EXIT_CODE
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, _frame: sys.exit(128 + got))  # the desktop is shut down on the way
    print("There is no screen here: showing the tray on a virtual desktop.", flush=True)
    try:
        with Desktop(look=Look(dark=options.dark)) as desktop:
            try:
                command = options.command or python("-m", "codemie_tray")
                Demonstration(desktop, command, options.artifacts).play()
            except (RigError, LookupError, IndexError):
                failed = desktop.picture().save(os.path.join(options.artifacts, "failed.png"))
                print(f"The screen as it was then: {failed}")
                raise
    except (RigError, LookupError, IndexError) as error:
        print(f"It did not work: {error}")
        return 1
    print("All of it worked.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
