"""The error for a command that does not exist, with the one that was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Collection

from codemie_tray import PROGRAM
from codemie_tray.commands.console.wrong_usage import WrongUsage

_ELSEWHERE = {
    "list": "profiles",
    "ls": "profiles",
    "use": "switch",
    "add": "profile add",
    "version": "-V",
    "profile list": "profiles",
    "profile ls": "profiles",
    "profile switch": "switch",
    "profile use": "switch",
    "profile current": "current",
    "profile status": "status",
    "profile remove": "profile delete",
    "profile rm": "profile delete",
    "profile new": "profile add",
    "profile create": "profile add",
    "credentials add": "credentials set",
    "credentials show": "credentials get",
    "credentials delete": "credentials remove",
}
"""What people type who know the CLI, git, gh, aws-vault or kubectl, and what it is called here."""


def no_such_command(word: str, commands: Collection[str], *, usage: str, within: str = "") -> WrongUsage:
    """Return the error for a word that is no command.

    Args:
        word: as typed.
        commands: those there are.
        usage: argparse's usage line.
        within: the command that they belong to, `profile`; empty for all.
    """
    typed = f"{within} {word}".strip()
    near = difflib.get_close_matches(word, commands, n=1)
    meant = _ELSEWHERE.get(typed) or (f"{within} {near[0]}".strip() if near else "")
    hint = f". Did you mean {PROGRAM} {meant}?" if meant else ""
    advice = f"See the commands: {PROGRAM} help {within}".strip()
    return WrongUsage(f"there is no command {typed!r}{hint}", usage=usage, prog=PROGRAM, advice=advice)
