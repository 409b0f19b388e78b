"""Authenticode signatures, if the builder has a certificate."""

from __future__ import annotations

import os
import subprocess

VARIABLE = "WINDOWS_SIGN_COMMAND"
"""Names a command that signs a file; `%1` in it stands for the file's path (as NSIS has it)."""


def command() -> str:
    """Return the command, or nothing where nothing is to be signed."""
    return os.environ.get(VARIABLE, "")


def sign(paths: list[str]) -> None:
    """Sign files, before they are packed.

    Raises:
        subprocess.CalledProcessError: one could not be signed.
    """
    given = command()
    for path in paths if given else ():
        # A whole command line with its own quotes, from whoever builds.
        subprocess.run(given.replace("%1", path), shell=True, check=True)  # noqa: S602
