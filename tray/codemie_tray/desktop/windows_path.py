"""Windows: a terminal finds `codemie-tray` if its folder is in the user's PATH.

The installer has the program add and remove it (`--search-path on|off|status`), because NSIS cuts texts at
1,024 characters and users' search paths are longer. Every other entry stays unchanged, including
`%variables%`. Linux has a link in /usr/bin.

Tested under Wine, where a new command line found the program; not run on Windows yet.
"""

from __future__ import annotations

import ntpath
import sys
from collections.abc import Sequence

SEPARATOR = ";"


def with_folder(path: str, folder: str) -> str:
    """Return a search path with `folder` appended, unless it already contains it.

    A folder with a semicolon in its name can't be in a search path.
    """
    if is_in(path, folder) or SEPARATOR in folder:
        return path
    return f"{path}{SEPARATOR if path else ''}{folder}"


def without_folder(path: str, folder: str) -> str:
    """Return a search path without `folder`: exactly as it was before `with_folder`."""
    return SEPARATOR.join(entry for entry in path.split(SEPARATOR) if not _is(entry, folder))


def is_in(path: str, folder: str) -> bool:
    """Whether a search path contains `folder`."""
    return any(_is(entry, folder) for entry in path.split(SEPARATOR))


def _is(entry: str, folder: str) -> bool:
    return bool(entry) and _plain(entry) == _plain(folder)


def _plain(folder: str) -> str:
    return ntpath.normcase(ntpath.normpath(ntpath.expandvars(folder.strip('" '))))


if sys.platform == "win32":
    import ctypes
    import os
    import winreg

    _KEY, _NAME = "Environment", "Path"
    _BROADCAST, _SETTING_CHANGE, _ABORT_IF_HUNG, _LIMIT_MS = 0xFFFF, 0x1A, 0x2, 1000

    def run(arguments: Sequence[str]) -> int:
        """Carry out `on`, `off` or `status`.

        Returns:
            0: done, or it is in the path; 1: it is not in the path; 2: wrong argument, Windows refused, or
            the search path is not text.
        """
        if list(arguments) not in (["on"], ["off"], ["status"]):
            return 2
        folder = os.path.dirname(sys.executable)
        try:
            with winreg.CreateKeyEx(
                winreg.HKEY_CURRENT_USER, _KEY, 0, winreg.KEY_QUERY_VALUE | winreg.KEY_SET_VALUE
            ) as key:
                return _carry_out(key, arguments, folder)
        except OSError:
            return 2

    def _carry_out(key: winreg.HKEYType, arguments: Sequence[str], folder: str) -> int:
        try:
            path, kind = winreg.QueryValueEx(key, _NAME)
        except FileNotFoundError:
            path, kind = "", winreg.REG_EXPAND_SZ
        if not isinstance(path, str):
            return 2
        if list(arguments) == ["status"]:
            return 0 if is_in(path, folder) else 1
        changed = (with_folder if list(arguments) == ["on"] else without_folder)(path, folder)
        if changed == path:
            return 0
        if changed:
            winreg.SetValueEx(key, _NAME, 0, kind, changed)
        else:
            winreg.DeleteValue(key, _NAME)
        # Programs that start others (the desktop, terminals) then use the new path.
        ctypes.windll.user32.SendMessageTimeoutW(
            _BROADCAST, _SETTING_CHANGE, None, "Environment", _ABORT_IF_HUNG, _LIMIT_MS, None
        )
        return 0

else:

    def run(arguments: Sequence[str]) -> int:
        """Do nothing: other systems install a link instead."""
        del arguments
        return 2
