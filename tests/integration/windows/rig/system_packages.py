"""Which Debian packages the rig needs.

Run as `python -m tests.integration.windows.rig.system_packages [--install]`. Standard library only: it runs
before the project's own environment exists.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tests.integration.desktop.rig.system_packages import Part, report

PARTS = (
    Part("windows", "nsis", "makensis", "makes the Windows installer"),
    Part("windows", "wine", "wineserver", "runs Windows programs"),
    Part("windows", "wine64", "/usr/lib/wine/wine64", "64-bit ones"),
    Part("windows", "xvfb", "Xvfb", "an X screen in memory"),
    Part("windows", "xdotool", "xdotool", "the mouse and the keyboard"),
    Part(
        "windows",
        "gcc-mingw-w64-x86-64-win32",
        "x86_64-w64-mingw32-gcc",
        "builds python.exe and two libraries",
    ),
)


def main(arguments: Sequence[str]) -> int:
    """Print what is missing; with `--install`, install it. Returns 0 where all is there."""
    return report("Windows under Wine", PARTS, install="--install" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
