"""Show the Profiles window without a screen, and print which of its texts are cut. Run as a program.

    python -m tests.integration.windows_qt.rig.offscreen (light | dark) PICTURE WIDTH [plain]

`plain` leaves out the error, the notice and the toast, which are there to be measured as well. The pictures
in docs/images are made that way.

The scale is Qt's own `QT_SCALE_FACTOR`.
"""

from __future__ import annotations

import json
import sys
import time

from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from codemie_core import Home
from codemie_tray.windows.look.palette import DARK, LIGHT
from codemie_tray.windows.look.theme import Theme
from codemie_tray.windows.parts.live import Live
from codemie_tray.windows.parts.one_window import OneWindow
from codemie_tray.windows.parts.work import Work
from codemie_tray.windows.profiles.controller import ProfilesController
from codemie_tray.windows.profiles.window import ProfilesWindow

LIMIT_SECONDS = 60.0


def cut(window: QWidget) -> list[str]:
    """Return the texts of visible labels and buttons that need more room than they have."""
    found = []
    texts: list[QLabel | QAbstractButton] = [
        *window.findChildren(QLabel),
        *window.findChildren(QAbstractButton),
    ]
    for widget in texts:
        if not widget.text() or not widget.isVisibleTo(window):
            continue
        wraps = isinstance(widget, QLabel) and widget.wordWrap()
        needs = widget.heightForWidth(widget.width()) if wraps else widget.sizeHint().height()
        wide = wraps or widget.sizeHint().width() <= widget.width()
        if not wide or needs > widget.height():
            found.append(widget.text())
    return found


def show_messages(window: ProfilesWindow) -> None:
    """Show one of each kind."""
    name = window.form.name_row.field
    assert isinstance(name, QLineEdit)
    name.setText("work")
    window.form.show_problems()
    window.notice.say("config.json is read-only. To allow changes, run: chmod u+w '~/.codemie/config.json'")
    window.toast.say("Deleted personal. work is the active profile now.", lambda: None)


def main() -> int:
    """Show it, wait until the profiles are there, look."""
    dark, picture, width = sys.argv[1] == "dark", sys.argv[2], int(sys.argv[3])
    application = QApplication(sys.argv[:1])
    theme = Theme(application)
    theme.use(DARK if dark else LIGHT)  # without a screen there is no system to follow
    home = Home.from_environ()
    live, work = Live(home, OneWindow(home, "profiles"), application), Work(application)
    window = ProfilesWindow(theme)
    controller = ProfilesController(home, window, work, live)
    window.resize(width, 640)
    window.show()
    controller.start("")
    end = time.monotonic() + LIMIT_SECONDS
    while window.list.model_of_rows.rowCount() == 0 and time.monotonic() < end:
        application.processEvents()
        time.sleep(0.005)
    window.list.setCurrentIndex(window.list.model_of_rows.index(1))
    if "plain" not in sys.argv:
        show_messages(window)
    for _ in range(50):
        application.processEvents()
    window.grab().save(picture)
    print(json.dumps({"dark": theme.colours is DARK, "cut": cut(window), "width": window.width()}))
    live.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
