"""Moves profiles in a long list without a screen, and prints the seconds until the list shows each move.

python -m tests.integration.windows_qt.rig.offscreen.many TIMES
"""

from __future__ import annotations

import json
import sys
import time

from tests.integration.windows_qt.rig.offscreen.parts import offscreen

from codemie_tray.windows.profiles.controller import ProfilesController
from codemie_tray.windows.profiles.window import ProfilesWindow


def main() -> int:
    """Drop the last profile on the first one, again and again."""
    with offscreen("profiles") as screen:
        of = screen.process
        window = ProfilesWindow(of.theme)
        controller = ProfilesController(of.home, window, of.work, of.live)
        window.show()
        controller.start("")
        rows = window.list.model_of_rows
        screen.settle(lambda: rows.rowCount() > 0)
        seconds = []
        for _ in range(int(sys.argv[1])):
            first, last = rows.rows[0].name, rows.rows[-1].name
            began = time.monotonic()
            window.list.dropped.emit(last, first, False)
            screen.application.processEvents()
            assert rows.rows[0].name == last
            seconds.append(round(time.monotonic() - began, 4))
            screen.settle()
        assert not window.notice.isVisible(), window.notice.text
        print(json.dumps({"rows": rows.rowCount(), "seconds": seconds, "first": rows.rows[0].name}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
