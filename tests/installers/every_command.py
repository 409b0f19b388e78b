"""Every command of docs/commands.md as a person types it, in one order, on one home; and what must come of it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from installers import product

PAGE = Path(product.inside("docs", "commands.md"))


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended."""

    exit_code: int
    output: str
    """What it printed, on both streams."""


Run = Callable[[tuple[str, ...], str], Ran]
"""Runs a command of the installed program; the second argument is its standard input."""


@dataclass(frozen=True, slots=True)
class Case:
    """One command line."""

    words: tuple[str, ...]
    """`{newest}` and `{oldest}` stand for versions of the configuration."""
    says: str
    """A regular expression that is found in the output."""
    exit_code: int = 0
    given: str = ""
    """Standard input."""
    where: str = ""
    """The one system it is for: `linux` or `win32`."""


def case(line: str, says: str, exit_code: int = 0, *, given: str = "", where: str = "") -> Case:
    """Return the case of a line as it is typed; the words have no blanks in them."""
    return Case(tuple(line.split()), says, exit_code, given, where)


# ---- the page ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Named:
    """Something that the page says one can type."""

    command: tuple[str, ...]
    option: str = ""
    """Empty: the command without any."""
    value: str = ""
    """One of several that are spelt out, as `model` in `--by day|model`."""

    def is_in(self, words: tuple[str, ...]) -> bool:
        """Tell whether a command line has it."""
        if words[: len(self.command)] != self.command:
            return False
        own = words[: words.index("--")] if "--" in words else words
        if not self.option:
            return not any(word.startswith("--") for word in own)
        if self.option not in own:
            return False
        return not self.value or own[own.index(self.option) + 1] == self.value


def named(page: str) -> list[Named]:
    """Return what the table of commands names."""
    table = page.partition("| command | does |")[2].partition("\n\n")[0]
    found: list[Named] = []
    for row in table.splitlines()[2:]:
        cell = row.replace(r"\|", "\0").split("|")[1].replace("\0", "|")
        group: tuple[str, ...] = ()
        for span in re.findall(r"`([^`]+)`", cell):
            words = span.split()
            if group:
                words = [*group, *words]  # `credentials protect`, `unprotect`
            group = tuple(words[:1]) if len(words) > 1 and words[1][0].islower() else ()
            found += _of_span(" ".join(words))
    return list(dict.fromkeys(found))


def _of_span(span: str) -> Iterable[Named]:
    """Yield what one usage line names, as `usage [--since 30d] [--by day|model]`."""
    span = span.partition(" -- ")[0]
    words: list[str] = []
    for word in span.replace("[", " [").split():
        if not re.fullmatch(r"[a-z][a-z|-]*", word):
            break
        words.append(word)
    options = re.findall(r"(\[?)(--[a-z-]+)(?: ((?!\|)[^\s\]\[]+))?", span)
    for command in _each(words):
        if all(bracket or _inside_brackets(span, option) for bracket, option, _ in options):
            yield Named(command)
        for _, option, value in options:
            choices = value.split("|") if "|" in value else [""]
            for choice in choices:
                yield Named(command, option, choice)


def _each(words: list[str]) -> list[tuple[str, ...]]:
    """Spell out alternatives: `autostart on|off`."""
    found: list[tuple[str, ...]] = [()]
    for word in words:
        found = [(*before, choice) for before in found for choice in word.split("|")]
    return found


def _inside_brackets(span: str, option: str) -> bool:
    before = span[: span.index(option)]
    return before.count("[") > before.count("]")


# ---- the home ----------------------------------------------------------

METRICS_BYTES = 100 << 20
"""More than is counted by one process (`usage.parallel.LEAST_BYTES`)."""
TOKENS_OF_A_LINE = 3
_LINE = {
    "timestamp": "2026-01-16T10:00:00.000Z",
    "sessionId": "large",
    "agent": "claude",
    "profile": "work",
    "model": "claude-4-5-sonnet",
    "tokensUsed": TOKENS_OF_A_LINE,
    "note": "x" * 200,
}


def write_large_metrics(path: Path) -> int:
    """Write a metrics file that is counted by two processes; return its number of records."""
    line = json.dumps(_LINE).encode() + b"\n"
    at_once = 4096
    rounds = METRICS_BYTES // (len(line) * at_once) + 1
    with path.open("wb") as file:
        for _ in range(rounds):
            file.write(line * at_once)
    return rounds * at_once
