"""The names and values in a configuration's text, each with its place and what is known about it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from codemie_core.config.secret_detection.classifier import harmless_texts_in, is_harmless
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
    harmless: bool
    """Whether it may be shown, unless it is one of the secrets."""


def items_of(text: str, *, around: Sequence[Place] = ()) -> Iterator[Item]:
    """Yield the names and values in valid JSON text, at any depth, including duplicate keys.

    Args:
        text: a configuration, or a part of one that begins and ends between two tokens.
        around: the objects and lists that are already open where the text begins.
    """
    around = list(around)
    profile: str | None = None
    path: tuple[str, ...] = ()
    harmless = harmless_texts_in(path)
    for token in _TOKENS.finditer(text):
        start, end = token.span()
        first = text[start]
        if first == '"':
            if token.lastindex is None:
                value = text[start + 1 : end - 1]
                if "\\" in value:
                    value = json.loads(text[start:end])
                is_name = profile is None and path == ("activeProfile",)
                is_name = is_name or (path == ("name",) and value == profile)
                yield Item(_STRING_ITEM, start, end, value, path, is_name, is_name or harmless(value))
                continue
            end = token.start(1)
            value = text[start + 1 : end - 1]
            if "\\" in value:
                value = json.loads(text[start:end])
            outer = around[-1]
            is_name = len(around) == len(IN_PROFILES) and outer == IN_PROFILES[-1]
            profile, path = (value, ()) if is_name else (outer[0], (*outer[1], value))
            harmless = harmless_texts_in(path)
            yield Item(_KEY_ITEM, start, end, value, outer[1], is_name, is_harmless_name(value))
        elif end - start > 1 and first in "[{":
            mark = text[start:end]
            if first == "[" and mark[1:].strip("] \t\r\n")[:1] not in ("", "[", "{", ","):
                yield from _long_list(mark, start, path)
        elif first in "{[":
            around.append((profile, path))
        elif first in "}]":
            profile, path = around.pop()
            harmless = harmless_texts_in(path)
        else:
            mark = text[start:end]
            yield Item(_NUMBER_ITEM, start, end, mark, path, False, harmless(mark))


def _long_list(mark: str, start: int, path: tuple[str, ...]) -> Iterator[Item]:
    """Yield a list of many numbers as one item if they are hidden, else each number."""
    if form_of(path) is None:
        yield Item(What.NUMBER, start, start + len(mark), mark, path, names_profile=False, harmless=False)
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
            harmless=is_harmless(path, text),
        )
