"""Asking a person, or reading what a script hands in: secrets come from nowhere else."""

from __future__ import annotations

import sys

from codemie_core.credentials.secret import Secret
from codemie_core.errors import CredentialInvalid

_LARGEST_INPUT = 1 << 20


def ask_secret(question: str) -> Secret:
    """Return a secret: typed unseen on a terminal, else all of standard input without its last newline.

    Raises:
        CredentialInvalid: nothing was given, or far too much.
    """
    if sys.stdin.isatty():
        import getpass

        try:
            text = getpass.getpass(question)
        except EOFError:
            text = ""
    else:
        text = sys.stdin.read(_LARGEST_INPUT + 1)
        text = text.removesuffix("\n").removesuffix("\r")
    if not text:
        raise CredentialInvalid("no secret was given; nothing was changed")
    if len(text) > _LARGEST_INPUT:
        raise CredentialInvalid("what was given is far too long; nothing was changed")
    return Secret(text)


def confirm(question: str) -> bool:
    """Return whether a person at the terminal says yes; nobody there is a no."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    try:
        return input(f"{question} [y/N] ").strip().casefold() in ("y", "yes")
    except EOFError:
        return False
