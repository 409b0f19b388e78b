"""The two executables of a program on Windows: one with a console, and one without.

On Windows, the executable determines whether a console is opened, so there are pairs: `python.exe` and
`pythonw.exe`, and `codemie-tray.exe` and `codemie-trayw.exe` for the frozen program. A process of one kind
may have to start the other.
"""

from __future__ import annotations

import os
import sys

_EXTENSION = ".exe"
_MARK = "w"


def windowed_executable(executable: str) -> str:
    """Return the sibling that opens no console window, or the given executable if there is none."""
    stem, extension = os.path.splitext(executable)
    if extension.lower() != _EXTENSION or stem.lower().endswith(_MARK):
        return executable
    return _if_there(stem + _MARK + extension, executable)


def console_executable(executable: str = sys.executable) -> str:
    """Return the sibling with standard streams, or the given executable if there is none.

    It is needed for a process that answers through a pipe: the frozen program without a console may have no
    standard streams.
    """
    stem, extension = os.path.splitext(executable)
    if extension.lower() != _EXTENSION or not stem.lower().endswith(_MARK):
        return executable
    return _if_there(stem[: -len(_MARK)] + extension, executable)


def own_command(module: str, *arguments: str, frozen_option: str = "") -> list[str]:
    """Return the command that runs one of our modules in a process that answers through its streams.

    Args:
        module: what `python -m` runs.
        arguments: its arguments.
        frozen_option: option that makes the frozen program, which has no `python -m`, run that module;
            empty if the module is the program itself.
    """
    if getattr(sys, "frozen", False):
        return [console_executable(), *filter(None, [frozen_option]), *arguments]
    # -P: the current folder must not provide modules, because some of these processes handle secrets.
    return [console_executable(), "-P", "-m", module, *arguments]


def _if_there(path: str, otherwise: str) -> str:
    return path if os.path.isfile(path) else otherwise
