"""The AppImage that this program runs from, if it does.

An AppImage's runtime mounts (or unpacks) its files and names itself in the environment. Programs that an
AppImage starts often inherit these variables, so they are ours only if `APPDIR` contains our own program.
https://docs.appimage.org/packaging-guide/environment-variables.html
"""

from __future__ import annotations

import os
from collections.abc import Mapping

_VARIABLES = ("APPIMAGE", "APPDIR", "OWD", "ARGV0")


def appimage_variables(environ: Mapping[str, str], inside: str) -> dict[str, str]:
    """Return the variables that our AppImage's runtime set; none if another AppImage did, or there is none.

    Args:
        environ: the environment.
        inside: path of our program, or of a folder that belongs to it.
    """
    folder = environ.get("APPDIR", "")
    # Both sides resolved: the mount may be reached through a link (/tmp on some systems).
    if not os.path.isabs(folder) or not os.path.isabs(environ.get("APPIMAGE", "")):
        return {}
    if not os.path.realpath(inside).startswith(os.path.realpath(folder).rstrip(os.sep) + os.sep):
        return {}
    return {name: environ[name] for name in _VARIABLES if name in environ}
