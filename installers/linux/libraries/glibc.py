"""Which glibc a bundle needs: the newest symbol version that any of its files requires.

The windows count for themselves: where they can't be loaded, the tray and the commands work all the same.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable

from installers.frozen.qt import kept, linux
from installers.linux.libraries.binaries import binaries

_VERSION = re.compile(r"\bGLIBC_(\d+)\.(\d+)")


def needed(folder: str) -> str:
    """Return the version that the tray and the commands need, such as `2.28`."""
    return _newest(path for path in binaries(folder) if not _is_for_windows(folder, path))


def needed_by_windows(folder: str) -> str:
    """Return the version that the windows need."""
    return _newest(path for path in binaries(folder) if _is_for_windows(folder, path))


def _is_for_windows(folder: str, path: str) -> bool:
    inside = os.path.relpath(path, folder).removeprefix("_internal/")
    return kept.is_qt(inside) or inside in linux.HELPERS


def _newest(paths: Iterable[str]) -> str:
    found = {(2, 0)}
    for path in paths:
        ran = subprocess.run(
            ["objdump", "--dynamic-syms", path], capture_output=True, text=True, check=True, errors="replace"
        )
        found |= {(int(major), int(minor)) for major, minor in _VERSION.findall(ran.stdout)}
    return "{}.{}".format(*max(found))
