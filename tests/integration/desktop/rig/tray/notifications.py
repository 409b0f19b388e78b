"""The notifications of a desktop: shown by dunst, and read back from it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

from tests.integration.desktop.rig.display.look import FONT, Look
from tests.integration.desktop.rig.processes.bus import Bus

NAME = "org.freedesktop.Notifications"
_DUNST = "org.dunstproject.cmd0"


@dataclass(frozen=True, slots=True)
class Notification:
    """One notification as it was shown."""

    app: str
    title: str
    text: str


class Notifications:
    """Reads from dunst what it shows and has shown."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._forgotten = 0
        """Microseconds: entries of dunst's history up to then do not count."""

    def are_served(self) -> bool:
        """Return whether dunst runs."""
        return self._bus.has_owner(NAME)

    def displayed(self) -> int:
        """Return how many are on the screen now."""
        return int(self._bus.property(NAME, "/org/freedesktop/Notifications", _DUNST, "displayedLength"))

    def close(self) -> None:
        """Clear the screen; they stay readable."""
        self._call("NotificationCloseAll")

    def seen(self) -> list[Notification]:
        """Close all and return those since `forget`, oldest first."""
        self.close()
        entries = sorted(self._history(), key=lambda entry: int(entry["timestamp"]))
        new = [entry for entry in entries if entry["timestamp"] > self._forgotten]
        return [Notification(entry["appname"], entry["summary"], entry["body"]) for entry in new]

    def forget(self) -> None:
        """Close all and exclude them from `seen`."""
        self.close()
        self._forgotten = max((int(entry["timestamp"]) for entry in self._history()), default=self._forgotten)

    def _history(self) -> list[dict[str, Any]]:
        (history,) = self._call("NotificationListHistory")
        return [{name: value for name, (_, value) in entry.items()} for entry in history]

    def _call(self, member: str) -> tuple[Any, ...]:
        return self._bus.call(NAME, "/org/freedesktop/Notifications", _DUNST, member)


def write_dunst_settings(config_home: str, look: Look, *, points: int) -> str:
    """Write dunst's settings and return their path: bottom right, far from any panel, one pinned look.

    Args:
        config_home: the user's configuration folder.
        look: of the desktop.
        points: size of the letters.
    """
    folder = os.path.join(config_home, "dunst")
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "dunstrc")
    ground, ink = ("#303030", "#f2f2f2") if look.dark else ("#fafafa", "#1e1e1e")
    with open(path, "w", encoding="utf-8") as file:
        file.write(
            "[global]\n"
            f"width = 340\nheight = 200\norigin = bottom-right\noffset = 16x16\nscale = {look.scale}\n"
            f"font = {FONT} {points}\nmarkup = full\nformat = <b>%s</b>\\n%b\n"
            "padding = 12\nhorizontal_padding = 14\ntext_icon_padding = 12\nframe_width = 1\n"
            'frame_color = "#9a9996"\ncorner_radius = 8\n'
            "min_icon_size = 32\nmax_icon_size = 48\nicon_theme = Adwaita\n"
            "enable_recursive_icon_lookup = true\n"
            "show_indicators = no\n"
            "sticky_history = yes\nhistory_length = 100\nstack_duplicates = false\nidle_threshold = 0\n"
            + "".join(
                f'[urgency_{level}]\nbackground = "{ground}"\nforeground = "{ink}"\ntimeout = 60\n'
                for level in ("low", "normal", "critical")
            )
        )
    return path
