"""The packages that bring the libraries which the windows take from the system.

A package only recommends them: the tray and the commands need none, and a server should not get a graphics
driver.
"""

from __future__ import annotations

from installers.frozen.qt import linux

DEBIAN = (
    "libdbus-1-3",
    "libegl1",
    "libfontconfig1",
    "libfreetype6",
    "libgl1",
    "libglib2.0-0",  # provided by libglib2.0-0t64 where that took its place
    "libstdc++6",
    "libwayland-client0",
    "libwayland-cursor0",
    "libx11-6",
    "libx11-xcb1",
    "libxcb1",
    "libzstd1",
    "xkb-data",  # read by the bundled libxkbcommon
)
"""For `linux.FROM_THE_SYSTEM`, under the names of Debian and Ubuntu."""


def rpm() -> list[str]:
    """Return the same for RPM, which can name the libraries themselves."""
    return [*(f"{library}()(64bit)" for library in linux.FROM_THE_SYSTEM), "xkeyboard-config"]
