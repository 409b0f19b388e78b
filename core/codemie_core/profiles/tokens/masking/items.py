"""The names and values in a configuration's text, each with its place and what is known about it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from codemie_core.config.secret_detection.classifier import Verdict, verdict_on
from codemie_core.config.secret_detection.harmless import form_of, is_harmless_name

_NUMBER = r"-?[0-9][0-9.eE+-]*"
_NUMBERS = re.compile(_NUMBER)
_EMPTY = r"(?:\[\s*\]|\{\s*\})"
_LONG_LIST = rf"\[\s*(?:{_NUMBER}\s*,\s*){{8,}}+{_NUMBER}\s*\]"
LONG_LISTS = re.compile(_LONG_LIST)
"""Lists of many numbers, each hidden as a whole."""
_TOKENS = re.compile(
    r'"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?'
    rf"|{_EMPTY}(?:\s*,\s*{_EMPTY})*+"  # empty lists and objects, skipped together
    rf"|{_LONG_LIST}"
    rf"|[{{}}\[\]]|{_NUMBER}"
)
Judge = Callable[[tuple[str, ...], str], Verdict]
Place = tuple[str | None, tuple[str, ...]]
"""A value's profile (None if outside the profiles) and path; list elements have the list's path."""
IN_PROFILES: tuple[Place, ...] = ((None, ()), (None, ("profiles",)))
"""The objects that are open before a profile's name: the configuration and `profiles`."""


class What(Enum):
    """The kinds of item."""

    KEY = "the name of a field"
    STRING = "a string"
    NUMBER = "a number"


_KEY_ITEM, _STRING_ITEM, _NUMBER_ITEM = What  # enum attributes are slow to look up


@dataclass(slots=True)  # not frozen: that takes twice the time, and a large configuration has many
class Item:
    """A name or a value, with its position."""

    what: What
    start: int
    end: int
    text: str
    path: tuple[str, ...]
    """The names of the fields that lead to it, starting in the profile."""
    names_profile: bool
    """Whether it is a profile's name, in any place where one is written."""
    verdict: Verdict


def items_of(text: str, judge: Judge, *, around: Sequence[Place] = ()) -> Iterator[Item]:
    """Yield the names and values in valid JSON text, at any depth, including duplicate keys.

    Args:
        text: a configuration, or a part of one that begins and ends between two tokens.
        judge: `verdict_on` for a text in a field.
        around: the objects and lists that are already open where the text begins.
    """
    around = list(around)
    here: Place = (None, ())
    for token in _TOKENS.finditer(text):
        start, end = token.span()
        colon = token.start(1)
        if colon >= 0:
            end = colon
        mark = text[start:end]
        if len(mark) > 1 and mark[0] in "[{":
            if mark[0] == "[" and mark[1:].strip("] \t\r\n")[:1] not in ("", "[", "{", ","):
                yield from _long_list(mark, start, here[1], judge)
        elif mark in "{[":
            around.append(here)
        elif mark in "}]":
            here = around.pop()
        elif mark[0] != '"':
            path = here[1]
            verdict = verdict_on(path, 0) if form_of(path) is None else judge(path, mark)
            yield Item(_NUMBER_ITEM, start, end, mark, path, False, verdict)
        else:
            value = json.loads(mark) if "\\" in mark else mark[1:-1]
            if colon >= 0:
                outer = around[-1]
                is_name = len(around) == len(IN_PROFILES) and outer == IN_PROFILES[-1]
                here = (value, ()) if is_name else (outer[0], (*outer[1], value))
                verdict = Verdict.HARMLESS if is_harmless_name(value) else Verdict.UNKNOWN
                yield Item(_KEY_ITEM, start, end, value, outer[1], is_name, verdict)
            else:
                profile, path = here
                is_name = profile is None and path == ("activeProfile",)
                is_name = is_name or (path == ("name",) and value == profile)
                verdict = Verdict.HARMLESS if is_name else judge(path, value)
                yield Item(_STRING_ITEM, start, end, value, path, is_name, verdict)


def _long_list(mark: str, start: int, path: tuple[str, ...], judge: Judge) -> Iterator[Item]:
    """Yield a list of many numbers as one item if they are hidden, else each number."""
    if form_of(path) is None:
        verdict = verdict_on(path, 0)
        yield Item(What.NUMBER, start, start + len(mark), mark, path, names_profile=False, verdict=verdict)
        return
    for number in _NUMBERS.finditer(mark):
        first, end = number.span()
        text = number[0]
        yield Item(
            What.NUMBER,
            start + first,
            start + end,
            text,
            path,
            names_profile=False,
            verdict=judge(path, text),
        )
