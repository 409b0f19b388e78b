"""Shows each page of the Settings window without a screen, and prints which of its texts are cut.

    python -m tests.integration.windows_qt.rig.offscreen_settings FOLDER WIDTH [plain]

The pictures, light and dark, go into FOLDER. `plain` leaves out the notice and the toast, which are there to
be measured as well; the pictures in docs/images are made that way. The scale is Qt's own `QT_SCALE_FACTOR`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

from PySide6.QtWidgets import QApplication, QWidget
from tests.integration.windows_qt.rig.offscreen import LIMIT_SECONDS, cut

from codemie_core import Home
from codemie_tray.windows.look.palette import DARK, LIGHT
from codemie_tray.windows.look.theme import Theme
from codemie_tray.windows.parts.application import Process
from codemie_tray.windows.parts.live import Live
from codemie_tray.windows.parts.one_window import OneWindow
from codemie_tray.windows.parts.translated import ShownLanguage
from codemie_tray.windows.parts.work import Work
from codemie_tray.windows.settings.controller import SettingsController
from codemie_tray.windows.settings.dialogs.recovery import RecoveryDialog
from codemie_tray.windows.settings.window import SettingsWindow

PAGES = ("general", "logs", "credentials", "history", "about")


def settle(application: QApplication, done: Callable[[], bool]) -> None:
    """Process events until a condition is true."""
    end = time.monotonic() + LIMIT_SECONDS
    while not done() and time.monotonic() < end:
        application.processEvents()
        time.sleep(0.005)
    for _ in range(30):
        application.processEvents()


def main() -> int:
    """Show every page, wait until it has read its files, look."""
    folder, width = sys.argv[1], int(sys.argv[2])
    application = QApplication(sys.argv[:1])
    theme = Theme(application)
    home = Home.from_environ()
    live, work = Live(home, OneWindow(home, "settings"), application), Work(application)
    window = SettingsWindow(theme)
    controller = SettingsController(window, Process(home, theme, ShownLanguage(application), live, work))
    window.resize(width, 620)
    window.show()
    controller.start("general")
    if "plain" not in sys.argv:
        window.notice.say(
            "settings.json is read-only. To allow changes, run: chmod u+w '~/.codemie/settings.json'"
        )
        window.toast.say("Sessions are kept for 90 days.", lambda: None)
    found: dict[str, list[str]] = {}

    def look(shown: QWidget, name: str) -> None:
        for colours, scheme in ((LIGHT, "light"), (DARK, "dark")):
            theme.use(colours)  # without a screen there is no system to follow
            settle(application, lambda: not work.busy)
            shown.grab().save(f"{folder}/settings-{name}-{scheme}.png")
        found[name] = cut(shown)

    for at, page in enumerate(PAGES):
        window.list.setCurrentRow(at)
        settle(application, lambda: not work.busy)
        look(window, page)
    dialog = RecoveryDialog(window, replaces=True)
    dialog.show()
    look(dialog, "recovery")
    dialog.reject()
    print(json.dumps({"cut": found, "width": window.width()}))
    live.stop()
    controller.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
