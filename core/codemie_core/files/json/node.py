"""Positions of the values in a JSON text: one object is examined at a time, and only on demand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from codemie_core.files.json.syntax import past_space, scan, scan_key, uncollected


class Kind(Enum):
    """The kind of a value, as far as editing needs it."""

    OBJECT = "an object"
    ARRAY = "a list"
    STRING = "a string"
    OTHER = "a number, true, false or null"


_KINDS = {"{": Kind.OBJECT, "[": Kind.ARRAY, '"': Kind.STRING}


class Node:
    """A value and its position in a text that is known to be JSON."""

    __slots__ = ("_members", "_text", "end", "kind", "start")

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text = text
        self.kind = _KINDS.get(text[start], Kind.OTHER)
        self.start = start
        self.end = end
        """Offset just past the last character."""
        self._members: tuple[Member, ...] | None = None

    @property
    def members(self) -> tuple[Member, ...]:
        """The members of an object in text order, duplicates included; looked up once."""
        if self._members is None:
            with uncollected():
                self._members = tuple(_members_of(self._text, self.start)) if self.kind is Kind.OBJECT else ()
        return self._members

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


def _members_of(text: str, at: int) -> Iterator[Member]:
    """Yield the members of the object that begins at this offset of a JSON text."""
    at = past_space(text, at + 1)
    while text[at] != "}":
        if text[at] == ",":
            at = past_space(text, at + 1)
        key, key_end = scan_key(text, at)
        start = past_space(text, past_space(text, key_end) + 1)
        _, end = scan(text, start)
        yield Member(key, at, key_end, Node(text, start, end))
        at = past_space(text, end)
