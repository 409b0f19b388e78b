"""One window on a desktop of the rig, used with mouse and keyboard and read back."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.integration.desktop.rig.desktops.desktop import Desktop
from tests.integration.desktop.rig.desktops.session import python
from tests.integration.desktop.rig.desktops.wayland import WaylandDesktop
from tests.integration.desktop.rig.processes.bus import BusError
from tests.integration.desktop.rig.processes.program import Program
from tests.integration.desktop.rig.processes.waiting import RigError, until
from tests.integration.windows_qt.rig.accessible import (
    ENABLED,
    FOCUSABLE,
    FOCUSED,
    SHOWING,
    Accessible,
    Node,
    Place,
)

ARTIFACTS = os.environ.get("CODEMIE_TEST_ARTIFACTS", "")
_ACCESSIBILITY = "org.a11y.Bus"


def start_accessibility(desktop: Desktop | WaylandDesktop) -> str:
    """Start the accessibility bus of a desktop and return its address."""
    desktop.start_part("at-spi", ["/usr/libexec/at-spi-bus-launcher", "--launch-immediately"])

    def address() -> str:
        if not desktop.bus.has_owner(_ACCESSIBILITY):
            return ""
        return str(desktop.bus.call(_ACCESSIBILITY, "/org/a11y/bus", _ACCESSIBILITY, "GetAddress")[0])

    return until("the accessibility bus", address)


_BUTTONS = ("push button", "button menu")
CLICK_SECONDS = 10.0
"""How long a click may take to show an effect, which is at least the focus."""
LOOKS_AT_REST = 8
"""So many looks in a row must find a widget in one place before it is clicked."""
_WITH_TIME_TO_UNDO = """
import sys
from codemie_tray.windows.parts import notices
notices.UNDO_SECONDS = 600
from codemie_tray.__main__ import main
sys.exit(main(sys.argv[1:]))
"""
"""A busy machine takes longer to click than a user."""


_WATCH_CLIPBOARD = """
import json
from PySide6.QtGui import QGuiApplication
qt = QGuiApplication([])
clipboard = qt.clipboard()
def say():
    print("clipboard:", json.dumps(clipboard.text()), flush=True)
clipboard.dataChanged.connect(say)
say()
qt.exec()
"""


class OpenWindow:
    """A window of a home.

    Args:
        desktop: where it opens; it has an accessibility bus.
        address: that bus's.
        home: the CodeMie home; an existing folder.
        title: names its pictures.
        kind: which window.
        before: Python that its process runs first, to wait less than a person would.
    """

    def __init__(
        self,
        desktop: Desktop | WaylandDesktop,
        address: str,
        home: Path,
        title: str,
        kind: str = "profiles",
        before: str = "",
    ) -> None:
        self.desktop, self.home, self.title, self.kind = desktop, home, title, kind
        self.before = before
        self._address = address
        self.program: Program | None = None
        self._helpers: list[Program] = []
        self._attached = 0
        self._screen: Accessible | None = None

    @property
    def config(self) -> dict[str, Any]:
        """The configuration on disk."""
        found = json.loads((self.home / "config.json").read_text(encoding="utf-8"))
        assert isinstance(found, dict)
        return found

    def command(self, *words: str) -> list[str]:
        """Return a command of the program."""
        return python("-m", "codemie_tray", *words)

    def window_command(self, *words: str) -> list[str]:
        """Return the command that opens the window."""
        return python("-c", f"{self.before}\n{_WITH_TIME_TO_UNDO}", "window", self.kind, *words)

    def environ(self) -> Mapping[str, str]:
        """Return the environment of the program's processes."""
        return {
            **self.desktop.environ,
            "CODEMIE_HOME": str(self.home),
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "QT_IM_MODULE": "",
        }

    def open(self, *words: str, environ: Mapping[str, str] | None = None) -> OpenWindow:
        """Start the window and wait until it shows something."""
        self._forget_screen()
        self.program = self.desktop.run(
            f"window-{self.title[:60]}",
            self.window_command(*words),
            environ={**self.environ(), **(environ or {})},
        )
        until("the window to be read", lambda: len(self.screen.nodes()) > 4, on_failure=self.failure)
        return self

    def attach(self, process: int) -> None:
        """Use a window that another program started."""
        self._forget_screen()
        self._attached = process

    @property
    def screen(self) -> Accessible:
        """Its accessible widgets."""
        if self._screen is None:
            self._screen = Accessible(self._address, self.program.pid if self.program else self._attached)
        return self._screen

    def run(self, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run another command of the program on the same home."""
        return subprocess.run(
            self.command(*words), env=self.environ(), input=given, capture_output=True, text=True, check=False
        )

    # ---- the user's hands --------------------------------------------------------------------------

    def click(self, node: Node) -> None:
        """Click in the middle of a widget with the mouse."""
        self.desktop.pointer.click(*node.place.middle)

    def press_button(self, name: str) -> None:
        """Wait until a button is enabled, and click it."""

        def ready() -> Node | None:
            found = [node for node in self.screen.nodes() if node.role in _BUTTONS and node.name == name]
            # The last one: a dialog comes after the window below it.
            return found[-1] if found and found[-1].has(ENABLED) else None

        self._click_at_rest(f"the button {name!r}", ready)

    def click_named(self, name: str) -> None:
        """Wait for a widget by the name that a screen reader says, and click it."""

        def look() -> Node | None:
            return next(
                (
                    node
                    for node in self.screen.nodes()
                    if node.role not in ("label", "cell") and node.spoken_name == name
                ),
                None,
            )

        self._click_at_rest(f"the widget {name!r}", look)

    def _click_at_rest(self, what: str, look: Callable[[], Node | None]) -> None:
        """Wait until a widget no longer moves, and click it: a user would wait, too.

        A busy window answers with the place before its next layout: `LOOKS_AT_REST` looks must agree.
        """
        places: list[Place] = []

        def at_rest() -> Node | None:
            try:
                if (found := look()) is None:
                    return None
                places.append(found.place)
            except BusError:
                return None  # it disappeared in the meantime
            latest = places[-LOOKS_AT_REST:]
            return found if len(latest) == LOOKS_AT_REST and len(set(latest)) == 1 else None

        node = until(what, at_rest, on_failure=self.failure)
        effect = self._effect_of_a_click_on(node)
        self.click(node)
        try:
            until("an effect of the click", effect, CLICK_SECONDS)
        except RigError:
            # Lost while the window manager placed the window, or a menu closed; a person clicks again.
            places.clear()
            self.click(until(what, at_rest, on_failure=self.failure))

    def _effect_of_a_click_on(self, node: Node) -> Callable[[], bool]:
        """Return what tells whether a click, from now on, has arrived.

        A button takes the focus. Its action may disable or remove it, or open a dialog, which takes the
        focus. Whatever else changes, such as the name of a keyring that was found meanwhile, is not due to
        the click.
        """
        if node.role != "push button" or not node.has(FOCUSABLE) or node.has(FOCUSED):
            before = self._seen()
            return lambda: (now := self._seen()) is not None and now != before
        focus = self._focused()

        def acted() -> bool:
            try:
                return not node.has(ENABLED) or not node.has(SHOWING) or self._focused() != focus
            except BusError:
                return True  # it is gone

        return acted

    def _seen(self) -> list[tuple[str, str, bool]] | None:
        """Return what is on the screen, and what has the focus; None if it changed meanwhile."""
        try:
            return [(node.role, node.name, node.has(FOCUSED)) for node in self.screen.nodes()]
        except BusError:
            return None

    def _focused(self) -> list[str]:
        found = []
        for node in self.screen.nodes():
            with contextlib.suppress(BusError):  # it disappeared in the meantime
                if node.has(FOCUSED):
                    found.append(node.path)
        return found

    def keys(self, *keys: str) -> None:
        """Press keys by their X names, one after the other."""
        self.desktop.pointer.press(*keys)

    def type(self, text: str) -> None:
        """Type a text into the focused widget."""
        subprocess.run(
            ["xdotool", "type", "--delay", "8", text],
            env=dict(self.environ()),
            check=True,
            capture_output=True,
        )

    def fill(self, field: str, text: str, role: str = "text") -> None:
        """Click a field, and replace its text."""
        self.click(self.screen.find(role, field))
        self.keys("ctrl+a")
        self.type(text)

    def choose(self, profile: str) -> None:
        """Click a profile in the list."""

        def row() -> Node | None:
            return next(
                (n for n in self.screen.nodes() if n.role == "list item" and n.name.startswith(profile)), None
            )

        self._click_at_rest(f"the row of {profile}", row)

    def until_says(self, sentence: str) -> None:
        """Wait for a sentence on the screen."""
        until(repr(sentence), lambda: self.screen.says(sentence), on_failure=self.failure)

    def clipboard(self) -> str:
        """Return what another program would paste."""
        paste = (
            "import os; from PySide6.QtGui import QGuiApplication; qt = QGuiApplication([]);"
            "print(qt.clipboard().text(), end='', flush=True); os._exit(0)"
        )
        pasted = subprocess.run(
            python("-c", paste), env=dict(self.environ()), capture_output=True, text=True, check=True
        )
        return pasted.stdout

    def watch_clipboard(self) -> Callable[[], list[str]]:
        """Return what lists every text in the clipboard from now on, oldest first."""
        name = f"clipboard-{self.title[:60]}"
        watcher = self.desktop.run(name, python("-c", _WATCH_CLIPBOARD), environ=self.environ())

        def texts() -> list[str]:
            whole = watcher.output().rpartition("\n")[0].splitlines()
            said = (line.partition("clipboard: ") for line in whole)
            return [json.loads(text) for _, mark, text in said if mark]

        watcher.until_ready("the clipboard to be read", texts)
        self._helpers.append(watcher)
        return texts

    def failure(self) -> str:
        """Return the screen's content and the logs, for the message of a failed test; save a picture."""
        self.picture("failed")
        return f"{self.screen.listing()}\n{self._titles()}\n{self.desktop.logs(running=True)}"

    def _titles(self) -> str:
        """Return the titles of all windows: another one may cover ours, or have taken mouse and keyboard."""
        search = ["xdotool", "search", "--onlyvisible", "--name", ".+", "getwindowname", "%@"]
        found = subprocess.run(search, env=dict(self.environ()), capture_output=True, text=True, check=False)
        return f"windows: {found.stdout.splitlines()}"

    def picture(self, name: str) -> None:
        """Save a picture of the screen, if pictures are requested."""
        if ARTIFACTS:
            self.desktop.settled().save(os.path.join(ARTIFACTS, "windows", f"{self.title}-{name}.png"))

    def end(self) -> None:
        """End it."""
        self._forget_screen()
        for program in (*self._helpers, *([self.program] if self.program else [])):
            program.end()

    def _forget_screen(self) -> None:
        if self._screen is not None:
            self._screen.close()
            self._screen = None
