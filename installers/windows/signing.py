"""Authenticode signatures, if the builder has a certificate."""

from __future__ import annotations

import os
import subprocess

VARIABLE = "WINDOWS_SIGN_COMMAND"
"""Contains a command that signs a file; `%1` in it stands for the file's path (as in NSIS)."""


def command() -> str:
    """Return the command; empty if nothing should be signed."""
    return os.environ.get(VARIABLE, "")


def sign(paths: list[str]) -> None:
    """Sign files, before they are packed.

    Raises:
        subprocess.CalledProcessError: one could not be signed.
    """
    given = command()
    for path in paths if given else ():
        # A whole command line with its own quotes, from whoever runs the build.
        subprocess.run(given.replace("%1", path), shell=True, check=True)  # noqa: S602
