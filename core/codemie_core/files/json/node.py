"""Positions of the values in a JSON text: one object is examined at a time, and only on demand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from codemie_core.files.json.syntax import Place, past_space, scan, scan_key, uncollected


class Kind(Enum):
    """The kind of a value, as far as editing needs it."""

    OBJECT = "an object"
    ARRAY = "a list"
    STRING = "a string"
    OTHER = "a number, true, false or null"


_KINDS = {"{": Kind.OBJECT, "[": Kind.ARRAY, '"': Kind.STRING}


class Node:
    """A value and its position in a text that is known to be JSON."""

    __slots__ = ("_members", "_places", "_text", "end", "kind", "start")

    def __init__(self, text: str, start: int, end: int, places: Iterable[Place] | None = None) -> None:
        self._text = text
        self.kind = _KINDS.get(text[start], Kind.OTHER)
        self.start = start
        self.end = end
        """Offset just past the last character."""
        self._places = places
        """Those of an object's keys if they are known."""
        self._members: tuple[Member, ...] | None = None

    @property
    def members(self) -> tuple[Member, ...]:
        """The members of an object in text order, duplicates included; looked up once."""
        if self._members is None:
            with uncollected():
                self._members = tuple(self._each_member())
        return self._members

    def _each_member(self) -> Iterator[Member]:
        places = self._places
        if places is None:
            places = _places_of(self._text, self.start) if self.kind is Kind.OBJECT else ()
        for key, key_start, key_end, start, end in places:
            yield Member(key, key_start, key_end, Node(self._text, start, end))

    def find(self, key: str) -> Member | None:
        """Return the effective member for `key`: the last one, as in every JSON reader."""
        return next((member for member in reversed(self.members) if member.key == key), None)

    def effective(self) -> Iterator[Member]:
        """Yield the effective members, each key once, in the order of first appearance."""
        last = {member.key: member for member in self.members}
        yield from last.values()


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """A key of an object, its position, and its value."""

    key: str
    key_start: int
    key_end: int
    value: Node


def _places_of(text: str, at: int) -> Iterator[Place]:
    """Yield the keys of the object that begins at this offset of a JSON text."""
    at = past_space(text, at + 1)
    while text[at] != "}":
        if text[at] == ",":
            at = past_space(text, at + 1)
        key, key_end = scan_key(text, at)
        start = past_space(text, past_space(text, key_end) + 1)
        _, end = scan(text, start)
        yield key, at, key_end, start, end
        at = past_space(text, end)
