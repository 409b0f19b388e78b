"""A command line that can't be carried out as typed."""

from __future__ import annotations

from codemie_core import CodeMieError


class WrongUsage(CodeMieError):
    """The words make no sense, or something is missing that only the person can say.

    Args:
        reason: what is wrong, in a sentence.
        usage: argparse's line for the command; empty where the reason says it all.
        prog: the command as it is typed, `codemie-tray profile add`.
        advice: what to do next.
    """

    def __init__(self, reason: str, *, usage: str = "", prog: str = "", advice: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.usage = usage
        self.prog = prog
        self.advice = advice
