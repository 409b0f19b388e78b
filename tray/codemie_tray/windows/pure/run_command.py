"""The command that starts the CLI with one profile, for one terminal."""

from __future__ import annotations

import shlex
import subprocess

from codemie_tray import PROGRAM

CLI = "codemie-claude"


def run_command(profile: str, *, windows: bool) -> str:
    """Return the command as typed.

    Args:
        profile: the profile's name, with any characters.
        windows: for cmd and PowerShell; otherwise for a POSIX shell.
    """
    words = [PROGRAM, "run", "--profile", profile, "--", CLI]
    return subprocess.list2cmdline(words) if windows else shlex.join(words)
