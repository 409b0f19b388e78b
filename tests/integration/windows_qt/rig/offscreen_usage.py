"""Shows the Usage window without a screen, and prints which of its texts are cut.

    python -m tests.integration.windows_qt.rig.offscreen_usage FOLDER WIDTH

The pictures, light and dark, go into FOLDER. The scale is Qt's own `QT_SCALE_FACTOR`.
"""

from __future__ import annotations

import json
import sys

from PySide6.QtWidgets import QApplication
from tests.integration.windows_qt.rig.offscreen import cut
from tests.integration.windows_qt.rig.offscreen_settings import settle

from codemie_core import Home
from codemie_tray.windows.look.palette import DARK, LIGHT
from codemie_tray.windows.look.theme import Theme
from codemie_tray.windows.parts.application import Process
from codemie_tray.windows.parts.live import Live
from codemie_tray.windows.parts.one_window import OneWindow
from codemie_tray.windows.parts.translated import ShownLanguage
from codemie_tray.windows.parts.work import Work
from codemie_tray.windows.usage.controller import UsageController
from codemie_tray.windows.usage.window import UsageWindow


def main() -> int:
    """Show it, wait until it has counted, look."""
    folder, width = sys.argv[1], int(sys.argv[2])
    application = QApplication(sys.argv[:1])
    theme = Theme(application)
    home = Home.from_environ()
    live, work = Live(home, OneWindow(home, "usage"), application), Work(application)
    window = UsageWindow(theme)
    controller = UsageController(window, Process(home, theme, ShownLanguage(application), live, work))
    window.resize(width, 600)
    window.show()
    controller.start()
    settle(application, lambda: not work.busy)
    window.toast.say("Copied the table as comma-separated values.")
    for colours, scheme in ((LIGHT, "light"), (DARK, "dark")):
        theme.use(colours)  # without a screen there is no system to follow
        settle(application, lambda: not work.busy)
        window.grab().save(f"{folder}/usage-{scheme}.png")
    found = cut(window)
    print(json.dumps({"cut": found, "width": window.width(), "rows": window.table.rowCount()}))
    live.stop()
    controller.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
