"""The two executables a program has on Windows: one with a console, and beside it one without.

Windows ties "opens a console" to the executable, so there are pairs: `python.exe` and `pythonw.exe`, and of
the frozen program `codemie-tray.exe` and `codemie-trayw.exe`. What one of a pair starts may need the other.
"""

from __future__ import annotations

import os
import sys

_EXTENSION = ".exe"
_MARK = "w"


def windowed_executable(executable: str) -> str:
    """Return the executable that opens no console window: the one given, where it has no such sibling."""
    stem, extension = os.path.splitext(executable)
    if extension.lower() != _EXTENSION or stem.lower().endswith(_MARK):
        return executable
    return _if_there(stem + _MARK + extension, executable)


def console_executable(executable: str = sys.executable) -> str:
    """Return the executable whose standard streams can be read: the one given, where it has no such sibling.

    A process of ours that answers through a pipe is started by it: the frozen program without a console may
    have no standard streams at all.
    """
    stem, extension = os.path.splitext(executable)
    if extension.lower() != _EXTENSION or not stem.lower().endswith(_MARK):
        return executable
    return _if_there(stem[: -len(_MARK)] + extension, executable)


def own_command(module: str, *arguments: str, frozen_option: str = "") -> list[str]:
    """Return the command that runs a module of ours in a process that answers through its streams.

    Args:
        module: what `python -m` runs.
        arguments: what it is given.
        frozen_option: by which the frozen program, which has no `python -m`, is that module. Empty: it is
            the program itself.
    """
    if getattr(sys, "frozen", False):
        return [console_executable(), *filter(None, [frozen_option]), *arguments]
    # -P: the folder we happen to be in must not provide modules: some of these meet secrets.
    return [console_executable(), "-P", "-m", module, *arguments]


def _if_there(path: str, otherwise: str) -> str:
    return path if os.path.isfile(path) else otherwise
