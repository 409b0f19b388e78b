"""Shows each page of the Settings window without a screen, and prints which of its texts are cut.

    python -m tests.integration.windows_qt.rig.offscreen.settings FOLDER WIDTH [plain]

The pictures, light and dark, go into FOLDER. `plain` leaves out the notice and the toast, which are there to
be measured as well; the pictures in docs/images are made that way. The scale is Qt's own `QT_SCALE_FACTOR`.
"""

from __future__ import annotations

import json
import sys

from PySide6.QtWidgets import QWidget
from tests.integration.windows_qt.rig.offscreen.parts import cut, offscreen, texts

from codemie_tray.windows.settings.controller import SettingsController
from codemie_tray.windows.settings.dialogs.recovery import RecoveryDialog
from codemie_tray.windows.settings.window import SettingsWindow

PAGES = ("general", "logs", "credentials", "history", "about")


def main() -> int:
    """Show every page, wait until it has read its files, look."""
    folder, width = sys.argv[1], int(sys.argv[2])
    with offscreen("settings") as screen:
        window = SettingsWindow(screen.process.theme)
        controller = SettingsController(window, screen.process)
        window.resize(width, 620)
        window.show()
        controller.start("general")
        if "plain" not in sys.argv:
            window.notice.say(
                "settings.json is read-only. To allow changes, run: chmod u+w '~/.codemie/settings.json'"
            )
            window.toast.say("Sessions are kept for 90 days.", lambda: None)
        found: dict[str, list[str]] = {}
        shown_texts: dict[str, list[str]] = {}

        def look(shown: QWidget, name: str) -> None:
            screen.save_in_both(shown, f"{folder}/settings-{name}")
            found[name] = cut(shown)
            shown_texts[name] = texts(shown)

        for at, page in enumerate(PAGES):
            window.list.setCurrentRow(at)
            screen.settle()
            look(window, page)
        if "plain" in sys.argv:
            print(json.dumps({"texts": shown_texts}))
            controller.end()
            return 0
        dialog = RecoveryDialog(window, replaces=True)
        dialog.show()
        look(dialog, "recovery")
        dialog.reject()
        print(json.dumps({"cut": found, "width": window.width()}))
    controller.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
