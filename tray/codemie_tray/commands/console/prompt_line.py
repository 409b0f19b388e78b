"""Asking a person at the terminal for a line, or for one of several things."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from codemie_core import CodeMieError
from codemie_tray.text.terminal import escaped


class NotAnswered(CodeMieError):
    """The person gave no answer: end of input, or too many that make no sense."""

    def __init__(self) -> None:
        super().__init__("no answer; nothing was changed")


_TRIES = 5
_SHOWN = 60
"""So many things to choose from are listed; typing a part of a name finds the others."""


def can_ask() -> bool:
    """Return whether a person is there to answer: standard input and standard error are a terminal."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def ask_line(question: str, *, default: str = "", problem: Callable[[str], str] = lambda _: "") -> str:
    """Return a line that was typed, without blanks around it.

    Args:
        question: without its colon.
        default: what an empty line stands for.
        problem: why an answer can't be, as a sentence, and then it is asked again; empty: it can.

    Raises:
        NotAnswered: nobody answers.
    """
    for _ in range(_TRIES):
        answer = _line(f"{question} [{default}]: " if default else f"{question}: ").strip() or default
        reason = problem(answer)
        if not reason:
            return answer
        _say(f"  {reason}")
    raise NotAnswered


def choose(question: str, options: Sequence[str], *, marked: str = "") -> int:
    """Return the position of the one that was chosen, by its number, its name, or a part of that.

    Args:
        question: asked below the list.
        options: their names as they are shown; no two alike.
        marked: the one that an empty line stands for, with a star in front; empty: none.

    Raises:
        NotAnswered: nobody answers.
    """
    width = len(str(len(options)))
    shown = range(min(len(options), _SHOWN))
    for _ in range(_TRIES):
        for at in shown:
            _say(f"{'*' if options[at] == marked else ' '} {at + 1:>{width}}  {options[at]}")
        if len(options) > _SHOWN and len(shown) == _SHOWN:
            _say(f"  {len(options) - _SHOWN} more; type a part of a name to find them")
        answer = _line(f"{question} [{marked}]: " if marked else f"{question}: ").strip() or marked
        found = _meant(answer, options)
        if len(found) == 1:
            return found[0]
        _say(
            f"  {'Several names contain' if found else 'No name contains'} {answer!r}."
            if answer
            else "  Type a number."
        )
        shown = found if found else shown  # type: ignore[assignment]
    raise NotAnswered


def _meant(answer: str, options: Sequence[str]) -> list[int]:
    if answer.isdecimal() and answer.isascii() and 1 <= int(answer) <= len(options):
        return [int(answer) - 1]
    if answer in options:
        return [options.index(answer)]
    part = answer.casefold()
    return [at for at, option in enumerate(options) if part and part in option.casefold()]


def _line(question: str) -> str:
    sys.stderr.write(escaped(question))
    sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        sys.stderr.write("\n")
        raise NotAnswered
    return line


def _say(text: str) -> None:
    sys.stderr.write(escaped(text) + "\n")
