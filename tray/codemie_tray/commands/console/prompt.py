"""Reads secrets that the user types or a script pipes in; never from anywhere else."""

from __future__ import annotations

import codecs
import contextlib
import sys

from codemie_core.credentials.secret import Secret
from codemie_core.errors import CredentialInvalid

TYPE_CHECKING = False  # as in `typing`, whose import would slow down every command
if TYPE_CHECKING:
    from collections.abc import Iterator

_LARGEST_INPUT = 1 << 20
"""Bytes."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks, which PowerShell puts before what it pipes, with the encoding that follows."""


def ask_secret(question: str) -> Secret:
    """Return a secret typed unseen on a terminal, or else all of standard input without the last line ending.

    Raises:
        CredentialInvalid: nothing was given, far too much, or something that is not text.
    """
    typed = sys.stdin is not None and sys.stdin.isatty()
    text = _typed_unseen(question) if typed else _piped()
    if not text:
        error = CredentialInvalid("no secret was given; nothing was changed")
        error.advice = "Run the command in a terminal and type the secret, or pipe it to standard input."
        raise error
    return Secret(text)


def ask_optional_secret(question: str) -> Secret | None:
    """Return a secret typed unseen at the terminal; None if only Enter was pressed."""
    text = _typed_unseen(question)
    return Secret(text) if text else None


@contextlib.contextmanager
def clean_interrupt() -> Iterator[None]:
    """If the user presses Ctrl-C at a question, leave its line, so that the shell's prompt gets its own."""
    try:
        yield
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        raise


def _typed_unseen(question: str) -> str:
    import getpass

    try:
        with clean_interrupt():
            return getpass.getpass(question)
    except EOFError:
        return ""


def _piped() -> str:
    # Bytes: a text stream would take each CR for a line ending, and assume the locale's encoding for the
    # pipe.
    data = sys.stdin.buffer.read(_LARGEST_INPUT + 1) if sys.stdin is not None else b""
    if len(data) > _LARGEST_INPUT:
        raise CredentialInvalid("the input is far too long; nothing was changed")
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise CredentialInvalid(
            "the input is neither UTF-8 text nor UTF-16 with a byte order mark; nothing was changed"
        )
    return text.removesuffix("\r\n") if text.endswith("\r\n") else text.removesuffix("\n")


def confirm(question: str) -> bool:
    """Return whether the user at the terminal says yes; False if there is no terminal."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    try:
        with clean_interrupt():
            return input(f"{question} [y/N] ").strip().casefold() in ("y", "yes")
    except EOFError:
        sys.stdout.write("\n")  # Ctrl-D leaves the cursor behind the question
        return False
