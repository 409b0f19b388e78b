"""A command line that can't be carried out as typed."""

from __future__ import annotations

from codemie_core import CodeMieError


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
