"""The windows of a Wayland session of KDE, read by a script inside KWin: Wayland shows them to no client."""

from __future__ import annotations

import itertools
import json
import os

from tests.integration.desktop.rig.display.windows import Area, Window
from tests.integration.desktop.rig.processes.bus import Bus
from tests.integration.desktop.rig.processes.program import Program
from tests.integration.desktop.rig.processes.waiting import until

_KWIN = "org.kde.KWin"
_SCRIPT = """\
print("%s " + JSON.stringify(workspace.clientList().map(window => {
    const kind = window.tooltip ? "TOOLTIP" : window.popupWindow ? "POPUP_MENU" : window.dock ? "DOCK"
        : window.notification || window.criticalNotification ? "NOTIFICATION" : "NORMAL";
    const at = window.frameGeometry;
    return [kind, String(window.resourceClass), [at.x, at.y, at.width, at.height]];
})));
"""
"""KWin 5's scripting interface: https://develop.kde.org/docs/plasma/kwin/api/"""


class KWinWindows:
    """Asks KWin; the answer is in its log, where scripts print."""

    def __init__(self, bus: Bus, kwin: Program, folder: str) -> None:
        self._bus = bus
        self._kwin = kwin
        self._path = os.path.join(folder, "windows.js")
        self._numbers = itertools.count(1)

    def read(self, scale: int) -> list[Window]:
        """Return the windows, lowest first, in pixels of a screen of that scale."""
        name = f"windows-{next(self._numbers)}."
        with open(self._path, "w", encoding="utf-8") as file:
            file.write(_SCRIPT % name)
        scripting = (_KWIN, "/Scripting", "org.kde.kwin.Scripting")
        (number,) = self._bus.call(*scripting, "loadScript", self._path, name, signature="ss")
        self._bus.call(_KWIN, f"/{number}", "org.kde.kwin.Script", "run")
        printed = until("KWin to list its windows", lambda: self._printed(name), on_failure=self._kwin.tail)
        self._bus.call(*scripting, "unloadScript", name, signature="s")
        return [
            Window(kind, program, Area(*(round(scale * part) for part in place)))
            for kind, program, place in json.loads(printed)
        ]

    def _printed(self, name: str) -> str:
        for line in reversed(self._kwin.output().splitlines(keepends=True)):
            before, found, text = line.partition(f"{name} ")
            if found and before == "js: " and text.endswith("\n"):
                return text
        return ""
