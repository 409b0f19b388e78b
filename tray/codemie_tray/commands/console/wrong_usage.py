"""A command line that can't be carried out as typed."""

from __future__ import annotations

import os

from codemie_core import CodeMieError


def whole_path(option: str, path: str) -> str:
    """Return a path relative to the working folder as a whole one.

    Raises:
        WrongUsage: the working folder has been removed.
    """
    try:
        return os.path.abspath(path)
    except OSError as error:
        raise WrongUsage(
            f"{option} {path}: the current folder no longer exists",
            advice="Go to another folder, or give the whole path.",
        ) from error


class WrongUsage(CodeMieError):
    """The arguments make no sense, or something is missing that only the user can provide.

    Args:
        reason: what is wrong, in a sentence.
        usage: argparse's usage line for the command; empty if the reason says it all.
        prog: the command as typed, `codemie-tray profile add`.
        advice: what to do next.
    """

    def __init__(self, reason: str, *, usage: str = "", prog: str = "", advice: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.usage = usage
        self.prog = prog
        self.advice = advice
