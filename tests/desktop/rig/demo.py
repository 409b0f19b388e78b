"""What `make run` does on a machine without a screen: the tray on a desktop of the rig, clicked for real.

Run as `python -m tests.desktop.rig.demo --artifacts DIR -- COMMAND...`.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import signal
import sys
import time
from collections.abc import Sequence

from tests.desktop.rig.desktop import Desktop
from tests.desktop.rig.look import Look
from tests.desktop.rig.sample_home import make_sample_home
from tests.desktop.rig.session import python
from tests.desktop.rig.system_packages import DEMO, MISSING_EXIT_CODE, install_command, missing
from tests.desktop.rig.tray_on_screen import LEFT, TrayOnScreen
from tests.desktop.rig.waiting import RigError, until


class Story:
    """Tells what happens, with times, and keeps the pictures."""

    def __init__(self, desktop: Desktop, artifacts: str) -> None:
        self._desktop = desktop
        self._artifacts = artifacts
        self._began = time.monotonic()
        self._pictures: list[str] = []

    def tell(self, sentence: str) -> None:
        """Print a line of what happened."""
        print(f"{time.monotonic() - self._began:6.2f} s  {sentence}", flush=True)

    def photograph(self, name: str) -> None:
        """Keep a picture of the screen."""
        path = os.path.join(self._artifacts, f"{len(self._pictures) + 1}-{name}.png")
        self._pictures.append(self._desktop.settled().save(path))
        self.tell(f"picture: {path}")


def play(desktop: Desktop, command: Sequence[str], artifacts: str) -> None:
    """Start the tray on `desktop`, switch a profile by mouse, and tell about it.

    Raises:
        RigError: something did not happen.
    """
    home = make_sample_home(os.path.join(desktop.home, ".codemie"), datetime.datetime.now(datetime.UTC))
    config = os.path.join(home, "config.json")
    story = Story(desktop, artifacts)
    story.tell(f"a copy of the sample home; active profile: {active_profile(config)}")
    tray = TrayOnScreen(desktop)
    program = desktop.run("tray", command, environ={"CODEMIE_HOME": home})
    program.until_ready("the icon to be registered", desktop.items)
    story.tell("the tray has put its icon on the panel: " + " ".join(command))
    place = tray.icon()
    story.tell(f"the icon is on the screen, {place.width} by {place.height} pixels at {place.x}, {place.y}")
    story.photograph("icon")
    tray.open_menu(LEFT)
    story.tell("a left click opened the menu: " + ", ".join(r.label for r in tray.rows() if not r.separator))
    story.photograph("menu")
    second = [row.label for row in tray.rows() if row.radio][1]
    before = active_profile(config)
    tray.choose(second)
    story.tell(f"clicked {second!r}")
    now = until(
        "config.json to change",
        lambda: name if (name := active_profile(config)) not in ("", before) else None,
        on_failure=program.tail,
    )
    story.tell(f"config.json now says: activeProfile = {now}")
    until("the mark to move", lambda: tray.item().checked() == [second], on_failure=program.tail)
    until("the notification", desktop.notifications.displayed, on_failure=program.tail)
    story.photograph("switched")
    for notification in desktop.notifications.seen():
        story.tell(f"notification: {notification.title} | {notification.text}")
    tray.open_menu(LEFT)
    story.photograph("menu-after")
    tray.close_menu()
    program.end()
    until("the icon to be gone", lambda: not desktop.items())
    story.tell(f"the tray was ended; exit code {program.wait()}")


def active_profile(config: str) -> str:
    """Return the active profile, or nothing while the file can't be read."""
    try:
        with open(config, encoding="utf-8") as file:
            return str(json.load(file)["activeProfile"])
    except (OSError, ValueError, KeyError):
        return ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the story.

    Returns:
        0: all of it happened. 1: something did not. `MISSING_EXIT_CODE`: system packages are missing.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.desktop.rig.demo")
    parser.add_argument("--artifacts", default="artifacts/run", help="folder of the pictures")
    parser.add_argument("--dark", action="store_true", help="a dark desktop")
    parser.add_argument("command", nargs="*", help="what starts the tray; ours unless given")
    options = parser.parse_args(arguments)
    if absent := missing(DEMO):
        print("There is no screen here, and the virtual one needs: " + ", ".join(p.package for p in absent))
        print("To install them:\n  sudo " + " ".join(install_command(absent)))
        return MISSING_EXIT_CODE
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, _frame: sys.exit(128 + got))  # the desktop is taken down on the way
    print("There is no screen here: showing the tray on a virtual desktop.", flush=True)
    try:
        with Desktop(look=Look(dark=options.dark)) as desktop:
            try:
                play(desktop, options.command or python("-m", "codemie_tray"), options.artifacts)
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
