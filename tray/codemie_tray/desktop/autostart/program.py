"""The command that starts this very program again: frozen, installed with pip, or run from source."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence

import codemie_tray
from codemie_core.system.process.executables import windowed_executable
from codemie_tray import PROGRAM
from codemie_tray.desktop.autostart.lasting import lasting_program

BACKGROUND = "--background"
_NOT_FROM_HERE = "-P"
"""Without it, Python first looks for modules in the current folder. At login that is the user's home folder,
where their own `logging.py` would replace Python's."""


def login_command(
    *,
    frozen: bool | None = None,
    executable: str | None = None,
    argv0: str | None = None,
    environ: Mapping[str, str] | None = None,
    package: str | None = None,
    windows: bool = sys.platform == "win32",
) -> tuple[str, ...]:
    """Return what a login entry should start. All arguments default to those of this process.

    Args:
        frozen: whether the interpreter is part of the program (PyInstaller).
        executable: the interpreter, or the frozen program.
        argv0: how the program was started.
        environ: for PYTHONPATH, through which uninstalled source is found.
        package: the folder of `codemie_tray`.
        windows: whether this is Windows, where a console program opens its own window.
    """
    frozen = bool(getattr(sys, "frozen", False)) if frozen is None else frozen
    executable = os.path.abspath(executable or sys.executable)
    if windows:
        executable = windowed_executable(executable)
    if frozen:
        return (lasting_program(executable, os.environ if environ is None else environ), BACKGROUND)
    package = package or os.path.dirname(os.path.abspath(codemie_tray.__file__))
    environ = os.environ if environ is None else environ
    roots = _roots_from_environment(os.path.dirname(package), environ)
    if roots:
        # The variable as well, for our programs that this one starts, and so that it returns this command
        # when asked for its own.
        code = (
            f"import os,sys;p={roots!r};sys.path[:0]=p;os.environ['PYTHONPATH']=os.pathsep.join(p);"
            "from codemie_tray.__main__ import main;sys.exit(main())"
        )
        return (executable, _NOT_FROM_HERE, "-c", code, BACKGROUND)
    if not windows:
        for script in (argv0 or sys.argv[0], os.path.join(os.path.dirname(executable), PROGRAM)):
            if os.path.basename(script) == PROGRAM and os.path.isfile(script) and os.access(script, os.X_OK):
                return (os.path.abspath(script), BACKGROUND)
    return (executable, _NOT_FROM_HERE, "-m", "codemie_tray", BACKGROUND)


def same_command(one: Sequence[str], other: Sequence[str]) -> bool:
    """Return whether two commands start the same program in the same way; links are resolved."""
    if len(one) != len(other) or list(one[1:]) != list(other[1:]):
        return False
    return not one or one[0] == other[0] or os.path.realpath(one[0]) == os.path.realpath(other[0])


def _roots_from_environment(root: str, environ: Mapping[str, str]) -> list[str]:
    """Return the folders in PYTHONPATH that hold our packages; a login has no PYTHONPATH."""
    added = [os.path.abspath(part) for part in environ.get("PYTHONPATH", "").split(os.pathsep) if part]
    if root not in added:
        return []
    names = ("codemie_tray", "codemie_core")
    return [part for part in dict.fromkeys(added) if any(os.path.isdir(os.path.join(part, n)) for n in names)]
