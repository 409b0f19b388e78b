"""Show the Profiles window without a screen, and print which of its texts are cut. Run as a program.

    python -m tests.integration.windows_qt.rig.offscreen.profiles (light | dark) PICTURE WIDTH [plain]

`plain` leaves out the error, the notice and the toast, which are there to be measured as well. The pictures
in docs/images are made that way.

The scale is Qt's own `QT_SCALE_FACTOR`.
"""

from __future__ import annotations

import json
import sys

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from tests.integration.windows_qt.rig.offscreen.parts import RIGHT_TO_LEFT, SCHEMES, cut, offscreen, texts

from codemie_tray.windows.profiles.controller import ProfilesController
from codemie_tray.windows.profiles.window import ProfilesWindow


def show_messages(window: ProfilesWindow) -> None:
    """Show one of each kind."""
    name = window.form.name_row.field
    assert isinstance(name, QLineEdit)
    name.setText("work")
    window.form.show_problems()
    window.notice.say("config.json is read-only. To allow changes, run: chmod u+w '~/.codemie/config.json'")
    window.toast.say("Deleted personal. work is the active profile now.", lambda: None)


def moving_effects() -> list[str]:
    """Return the effects of Qt that move or fade something."""
    return [effect.name for effect in Qt.UIEffect if QApplication.isEffectEnabled(effect)]


def main() -> int:
    """Show it, wait until the profiles are there, look."""
    colours, picture, width = SCHEMES[sys.argv[1]], sys.argv[2], int(sys.argv[3])
    with offscreen("profiles") as screen:
        of = screen.process
        of.theme.use(colours)
        window = ProfilesWindow(of.theme)
        controller = ProfilesController(of.home, window, of.work, of.live)
        window.resize(width, 640)
        window.show()
        controller.start("")
        screen.settle(lambda: window.list.model_of_rows.rowCount() > 0)
        names = [row.name for row in window.list.model_of_rows.rows]
        window.list.setCurrentIndex(window.list.model_of_rows.index(names.index("personal")))
        if "plain" not in sys.argv:
            show_messages(window)
        screen.settle()
        window.grab().save(picture)
        dark = of.theme.colours is SCHEMES["dark"]
        found: dict[str, object] = {"dark": dark, "cut": cut(window), "width": window.width()}
        if RIGHT_TO_LEFT in sys.argv:
            found |= {"list": window.list.mapTo(window, QPoint()).x(), "effects": moving_effects()}
        print(json.dumps(found | ({"texts": texts(window)} if "plain" in sys.argv else {})))
    return 0


if __name__ == "__main__":
    sys.exit(main())
