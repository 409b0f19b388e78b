"""Asks the user at the terminal for a line, or to choose from several things."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from codemie_core import CodeMieError
from codemie_tray.commands.console.prompt import clean_interrupt
from codemie_tray.text.terminal import escaped


class NotAnswered(CodeMieError):
    """The person gave no answer: end of input, or too many invalid answers."""

    def __init__(self) -> None:
        super().__init__("no answer; nothing was changed")


_TRIES = 5
_SHOWN = 60
"""At most this many choices are listed; typing part of a name finds the others."""


def can_ask() -> bool:
    """Return whether a user can answer: standard input and standard error are a terminal."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stderr))


def ask_line(question: str, *, default: str = "", problem: Callable[[str], str] = lambda _: "") -> str:
    """Return a typed line, without surrounding spaces.

    Args:
        question: without its colon.
        default: what an empty line means.
        problem: returns why an answer is invalid, as a sentence, and the question is repeated; empty if
            valid.

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


def choose(question: str, options: Sequence[str], *, marked: str = "", names: Sequence[str] = ()) -> int:
    """Return the position of the chosen option, by its number, its name, or part of that.

    Args:
        question: asked below the list.
        options: what is shown of each; no two are alike.
        marked: the one that an empty line means, marked with a star; empty if there is none.
        names: the names of the options, in their order, if more than those is shown.

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
        found = _meant(answer, options, names or options)
        if len(found) == 1:
            return found[0]
        _say(
            f"  {'Several names contain' if found else 'No name contains'} {answer!r}."
            if answer
            else "  Type a number."
        )
        shown = found if found else shown  # type: ignore[assignment]
    raise NotAnswered


def _meant(answer: str, options: Sequence[str], names: Sequence[str]) -> list[int]:
    if answer.isdecimal() and answer.isascii() and 1 <= int(answer) <= len(options):
        return [int(answer) - 1]
    if answer in names:  # although other names may contain it
        return [names.index(answer)]
    part = answer.casefold()
    return [at for at, option in enumerate(options) if part and part in option.casefold()]


def _line(question: str) -> str:
    sys.stderr.write(escaped(question))
    sys.stderr.flush()
    with clean_interrupt():
        line = sys.stdin.readline()
    if not line:
        sys.stderr.write("\n")
        raise NotAnswered
    return line


def _say(text: str) -> None:
    sys.stderr.write(escaped(text) + "\n")
