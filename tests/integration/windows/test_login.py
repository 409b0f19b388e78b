"""Start at login, from "on" to the icon after a new login, in a separate Windows."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.desktop.rig.processes.waiting import until
from tests.integration.desktop.rig.tray.sample_home import make_sample_home
from tests.integration.windows.rig.build import IMPORT_PATH
from tests.integration.windows.rig.session import WindowsSession
from tests.integration.windows.rig.tray_on_screen import TrayOnScreen
from tests.integration.windows.rig.windows_python.assembly import PYTHON
from tests.integration.windows.rig.wine.place import remove
from tests.integration.windows.rig.wine.wine import Wine

from codemie_tray.view.colour import colour_of


@pytest.fixture
def computer(windows_session: WindowsSession) -> Iterator[Wine]:
    """A copy of the Windows, with a sample home at the CLI's path."""
    windows_session.wine.stop()
    path = os.path.join(windows_session.wine.place.home, "login")
    remove(path)
    copy = windows_session.wine.copy_to(path)
    try:
        home = os.path.join(copy.person_folder(), ".codemie")
        make_sample_home(home, datetime.datetime.now())
        copy.place.give(home)
        yield copy
    finally:
        copy.stop()
        remove(path)


def autostart(computer: Wine, what: str) -> str:
    environ = {"PYTHONPATH": IMPORT_PATH, "PYTHONUTF8": "1"}
    done = computer.run(PYTHON, "-m", "codemie_tray", "autostart", what, environ=environ)
    assert done.exit_code == 0, done.output
    return done.output


def test_a_login_starts_the_tray_only_while_it_is_turned_on(
    computer: Wine, screen: TrayOnScreen, artifacts: Path
) -> None:
    assert autostart(computer, "on").startswith("The tray starts at login: ")
    computer.restart()
    screen.wait()
    colour = bytes.fromhex(colour_of("work")[1:])
    until(
        "the icon of work",
        lambda: screen.icon().find((colour[0], colour[1], colour[2]), tolerance=3) is not None,
    )
    screen.icon().save(str(artifacts / "icon-at-login.png"))
    computer.stop()
    until("the icon to go", lambda: screen.area() is None)
    log = Path(computer.person_folder(), ".codemie", "logs")
    written = [path for path in log.glob("tray-*.log") if path.stat().st_size]
    assert written
    for path in written:
        path.unlink()
    assert autostart(computer, "off") == "The tray does not start at login.\n"
    computer.restart()
    # Login programs have started before wineboot exits; a tray's first log line takes less than this.
    computer.run(PYTHON, "-c", "import time; time.sleep(3)")
    assert screen.area() is None
    assert not list(log.glob("tray-*.log"))
