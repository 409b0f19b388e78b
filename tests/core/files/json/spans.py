"""Positions in a JSON text, found by the standard library's own scanners.

The tests' second opinion: nothing of `codemie_core.files.json.document` is used here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any


class Pairs(list[Any]):
    """An object as the list of its members, duplicates and order included."""


@dataclass(frozen=True)
class Number:
    """A number by its spelling."""

    raw: str


def _refuse(constant: str) -> Any:
    raise ValueError(constant)


def tree(text: str) -> Any:
    """Decode strictly; keep order, duplicate keys and the spelling of numbers."""
    return json.loads(
        text.removeprefix("\ufeff"),
        object_pairs_hook=Pairs,
        parse_int=Number,
        parse_float=Number,
        parse_constant=_refuse,
    )


@dataclass(frozen=True)
class Span:
    """One member of an object."""

    key: str
    key_start: int
    key_end: int
    start: int
    end: int


_SKIP = json.JSONDecoder(parse_int=Number, parse_float=Number)


def members(text: str, at: int) -> list[Span]:
    """Return the members of the object that begins at or after `at`."""
    found: list[Span] = []
    at = text.index("{", at) + 1
    while True:
        at = _past_space(text, at)
        if text[at] == "}":
            return found
        if text[at] == ",":
            at = _past_space(text, at + 1)
        key_start = at
        key, key_end = scanstring(text, at + 1)
        at = _past_space(text, key_end)
        assert text[at] == ":"
        start = _past_space(text, at + 1)
        _, end = _SKIP.raw_decode(text, start)
        found.append(Span(key, key_start, key_end, start, end))
        at = end


def last(spans: list[Span], key: str) -> Span | None:
    """Return the member that counts."""
    return next((span for span in reversed(spans) if span.key == key), None)


def _past_space(text: str, at: int) -> int:
    while text[at] in " \t\r\n":
        at += 1
    return at
