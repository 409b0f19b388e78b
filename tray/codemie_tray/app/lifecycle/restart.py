"""Restarts the program in place after a package has installed newer files.

A frozen program reads each module from its own executable on first import; once another version replaces that
file, the next import fails. So the package's script sends the tray a signal, and the tray becomes the new
program under the same process id. Windows can't replace files in use: its installer ends the tray and starts
it again.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Mapping, Sequence

from codemie_core.system.process.appimage import appimage_variables
from codemie_core.system.process.foreign_environment import foreign_environment

LOG = logging.getLogger(__name__)


def exec_self() -> None:
    """Replace this process with the installed program; returns only if it can't be started."""
    command = same_command()
    LOG.info("restarting: %s", command[0])
    try:
        os.execve(command[0], command, environment_again(os.environ))  # noqa: S606 - ourselves, not a shell
    except OSError as error:
        LOG.warning("%s can't be restarted: %s", command[0], error.strerror)


def same_command(
    *,
    frozen: bool | None = None,
    arguments: Sequence[str] | None = None,
    original: Sequence[str] | None = None,
) -> list[str]:
    """Return the command that this process was started with. All arguments default to those of this process.

    Args:
        frozen: whether the interpreter is part of the program.
        arguments: of the program, its name first.
        original: the interpreter's whole command line.
    """
    frozen = bool(getattr(sys, "frozen", False)) if frozen is None else frozen
    arguments = sys.argv if arguments is None else arguments
    original = sys.orig_argv if original is None else original
    return [sys.executable, *(arguments[1:] if frozen else original[1:])]


def environment_again(environ: os._Environ[str] | dict[str, str]) -> Mapping[str, str]:
    """Return the environment from before the frozen program's bootloader added to it."""
    return {
        **foreign_environment(environ),
        **appimage_variables(environ, sys.executable),
        # PyInstaller documents this for a program that restarts itself rather than a child.
        "PYINSTALLER_RESET_ENVIRONMENT": "1",
    }
