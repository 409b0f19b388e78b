"""The tray as it runs in a test: its program, its home, its icon on a desktop."""

from __future__ import annotations

import contextlib
import datetime
import functools
import json
import os
import time
from collections.abc import Sequence

from tests.integration.desktop.rig.desktops.session import REPOSITORY, Session, python
from tests.integration.desktop.rig.display.screenshot import Picture
from tests.integration.desktop.rig.processes.program import Program
from tests.integration.desktop.rig.processes.waiting import RigError, until
from tests.integration.desktop.rig.tray.sample_home import make_sample_home
from tests.integration.desktop.rig.tray.tray_items import Colour, Row
from tests.integration.desktop.rig.tray.tray_on_screen import TrayOnScreen

COMMAND = python("-m", "codemie_tray")
_WITHOUT_WINDOWS = """\
import importlib.util
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name == "PySide6" else find(name, package)
"""


class RunningTray(TrayOnScreen):
    """CodeMie Tray on a desktop, in its own home."""

    def __init__(self, desktop: Session, folder: str, title: str) -> None:
        super().__init__(desktop)
        self.home = os.path.join(folder, "codemie-home")
        self._pictures = os.path.join(REPOSITORY, "artifacts", "desktop", title)
        self._taken = 0
        self.program: Program | None = None
        self._folder = folder
        self._more: dict[str, str] = {}

    @property
    def environ(self) -> dict[str, str]:
        """The environment that makes a command use this home."""
        return {"CODEMIE_HOME": self.home, **self._more}

    def without_windows(self) -> None:
        """Hide the windows' toolkit from the program, as in a package without it."""
        folder = os.path.join(self._folder, "without-windows")
        os.mkdir(folder)
        with open(os.path.join(folder, "sitecustomize.py"), "w", encoding="utf-8") as file:
            file.write(_WITHOUT_WINDOWS)
        paths = filter(None, [folder, self.desktop.environ.get("PYTHONPATH")])
        self._more = {"PYTHONPATH": os.pathsep.join(paths)}

    @property
    def config(self) -> str:
        """Path of the configuration."""
        return os.path.join(self.home, "config.json")

    def make_home(self) -> None:
        """Fill the home with the sample."""
        make_sample_home(self.home, datetime.datetime.now(datetime.UTC))

    def start(self, *, wait: bool = True, under: Sequence[str] = ()) -> Program:
        """Start the program, and wait until its icon is visible; `under` as in `run`."""
        self.program = self.run(under=under)
        if wait:
            self.program.until_ready("the icon to be registered", self.desktop.items)
            self.icon()
            self._wait_for_late_rows()
        return self.program

    def _wait_for_late_rows(self) -> None:
        """Wait until the tray has finished its look-ups after showing the icon: they would change an open
        menu.
        """
        until("all to be counted", lambda: not self._tells("counting..."), on_failure=self.desktop.logs)
        with contextlib.suppress(RigError):  # there may be no keyring
            until("the keyring's name", lambda: not self._tells("the system's keyring"), 2.0)

    def _tells(self, words: str) -> bool:
        return any(words in row.label for row in self.rows())

    def run(self, *, environ: dict[str, str] | None = None, under: Sequence[str] = ()) -> Program:
        """Start the program again, in the same home; `under` is a program that executes it."""
        name = f"tray-{time.monotonic_ns()}"
        return self.desktop.run(name, [*under, *COMMAND], environ={**self.environ, **(environ or {})})

    def end(self) -> None:
        """End the program and clear what it left on the screen."""
        if self.desktop.menus():
            self.desktop.close_menus()
        if self.program is not None:
            self.program.end()
        until("the icon to be gone", lambda: not self.desktop.items())
        self.desktop.notifications.forget()

    def active(self) -> str:
        """Return the active profile in the file."""
        with open(self.config, encoding="utf-8") as file:
            return str(json.load(file)["activeProfile"])

    def write_config(self, text: str) -> None:
        """Write the configuration in place, as an editor or the CLI does."""
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(text)

    def set_active(self, name: str) -> None:
        """Change the active profile like another program would."""
        with open(self.config, encoding="utf-8") as file:
            config = json.load(file)
        config["activeProfile"] = name
        self.write_config(json.dumps(config, indent=2, ensure_ascii=False))

    def top_labels(self) -> list[str]:
        """Return the labels of the menu's first level."""
        return [row.label for row in self.rows() if not row.separator]

    def marked(self) -> str:
        """Return the marked profile's row, or nothing."""
        marked = self.item().checked()
        return marked[0] if len(marked) == 1 else ""

    def row_beginning(self, label: str) -> Row | None:
        """Return the row that begins with this text, if there is one."""
        for row in self.rows():
            if row.label.startswith(label) and not row.separator:
                return row
        return None

    def choose_by_keyboard(self, label: str) -> None:
        """Choose a row of the open menu with arrow keys only.

        When a menu opens, a host may highlight the row under the pointer, or none, so each key's effect
        is checked.
        """
        rows = self.rows()
        target = self.place_of(label, rows)
        top = self.desktop.menus()[0].area
        for _ in range(len(rows) + 1):
            before = self.desktop.settled()
            self.desktop.pointer.press("Down")
            after = until("the key to move the light", functools.partial(self._changed, before), 30.0)
            if after.crop(target).differs_from(before.crop(target)):
                break
        else:
            raise RigError(f"the arrow keys did not reach {label!r} in the menu at {top}")
        self.desktop.pointer.press("Return")
        until("the menu to close", lambda: not self.desktop.menus(), on_failure=self.desktop.logs)
        self.desktop.pointer.move(self.desktop.look.width // 2, self.desktop.look.height // 2)  # off the icon

    def _changed(self, before: Picture) -> Picture | None:
        now = self.desktop.picture()
        return now if now.differs_from(before) else None

    def notified_with(self, colour: Colour) -> bool:
        """Return whether the notification on the screen shows an icon of a colour."""
        picture = self.desktop.settled()
        return picture.crop(picture.area.without_top(picture.area.height // 2)).find(colour) is not None

    def photograph(self, name: str) -> None:
        """Save a picture of the screen under the test's name."""
        self._taken += 1
        self.desktop.settled().save(os.path.join(self._pictures, f"{self._taken}-{name}.png"))

    def photograph_failure(self) -> None:
        """Save a picture of the screen as it is, which may never settle."""
        self.desktop.picture().save(os.path.join(self._pictures, "failed.png"))
