"""The user's folders, from the environment and the user database.

A relative path in one of these variables is ignored: POSIX and the XDG Base Directory Specification ("must be
absolute") give it no meaning, and the folder would depend on the working directory.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from codemie_core.errors import HomeUnknown

if sys.platform == "win32":

    def _from_user_database() -> str:
        return ""

    def _named(environ: Mapping[str, str]) -> str:
        return environ.get("USERPROFILE") or environ.get("HOMEDRIVE", "") + environ.get("HOMEPATH", "")

else:
    import pwd

    def _from_user_database() -> str:
        try:
            return pwd.getpwuid(os.getuid()).pw_dir
        except KeyError:
            return ""

    def _named(environ: Mapping[str, str]) -> str:
        return environ.get("HOME", "")


def home_folder(environ: Mapping[str, str]) -> str:
    """Return the user's home folder: `HOME` (Windows: `USERPROFILE`), or else from the user database.

    Raises:
        HomeUnknown: neither has an absolute path, as in a container with an unknown user id.
    """
    for folder in (_named(environ), _from_user_database()):
        if os.path.isabs(folder):
            return folder
    variable = "USERPROFILE" if sys.platform == "win32" else "HOME"
    named = environ.get(variable)
    what = f"{variable} is {named!r}, not an absolute path" if named else f"{variable} is not set"
    raise HomeUnknown(
        f"your home folder is unknown: {what}, and the system has no folder on record for this user"
    )


def expanded(path: str, environ: Mapping[str, str]) -> str:
    """Return a path with a leading `~` or `~user` expanded.

    Raises:
        HomeUnknown: that folder is unknown; a folder literally named `~` would not be meant.
    """
    first = (path.replace(os.altsep, os.sep) if os.altsep else path).partition(os.sep)[0]
    if not first.startswith("~"):
        return path
    rest = path[len(first) :]
    if first == "~":
        return home_folder(environ) + rest
    found = os.path.expanduser(first)
    if found == first:
        raise HomeUnknown(f"there is no user {first!r}, as in {path!r}")
    return found + rest


def xdg_folder(environ: Mapping[str, str], variable: str) -> str | None:
    """Return the folder in a variable of the XDG specification; None if it is not set."""
    folder = environ.get(variable, "")
    return folder if os.path.isabs(folder) else None


def xdg_folders(environ: Mapping[str, str], variable: str, default: str) -> list[str]:
    """Return the folders of a list variable such as `XDG_CONFIG_DIRS`, without relative ones.

    Args:
        environ: the environment.
        variable: its name.
        default: used if it is unset or empty.
    """
    return [folder for folder in (environ.get(variable) or default).split(":") if os.path.isabs(folder)]
