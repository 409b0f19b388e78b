"""Shows the Usage window without a screen, and prints which of its texts are cut.

    python -m tests.integration.windows_qt.rig.offscreen.usage FOLDER WIDTH [plain]

The pictures, light and dark, go into FOLDER. `plain` leaves out the toast, which is there to be measured.
The scale is Qt's own `QT_SCALE_FACTOR`.
"""

from __future__ import annotations

import json
import sys

from tests.integration.windows_qt.rig.offscreen.parts import cut, offscreen, texts

from codemie_tray.windows.usage.controller import UsageController
from codemie_tray.windows.usage.window import UsageWindow


def main() -> int:
    """Show it, wait until it has counted, look."""
    folder, width = sys.argv[1], int(sys.argv[2])
    with offscreen("usage") as screen:
        window = UsageWindow(screen.process.theme)
        controller = UsageController(window, screen.process)
        window.resize(width, 640)
        window.show()
        controller.start()
        screen.settle()
        if "plain" not in sys.argv:
            window.toast.say("Copied the table as comma-separated values.")
        screen.save_in_both(window, f"{folder}/usage")
        rows = window.table.rowCount()
        print(json.dumps({"cut": cut(window), "width": window.width(), "rows": rows, "texts": texts(window)}))
    controller.end()
    return 0


if __name__ == "__main__":
    sys.exit(main())
