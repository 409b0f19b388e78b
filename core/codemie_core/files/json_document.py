"""JSON text that can be edited without touching a character that is not meant.

`json` reads and writes whole values: key order may survive that, but `1.0`, `1e3`, duplicate keys,
indentation and the missing final newline do not. Here a text is parsed into places (RFC 8259, strictly:
no NaN, no comments, no trailing comma), and an edit is a splice at such a place. Parsing is iterative, so
that no input can exhaust the stack. Only the upper two levels are taken apart at once; what lies deeper is
checked and decoded by the standard library's C scanner, and taken apart where an edit goes there (`opened`):
ten times faster for a file of ten profiles.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

DEPTH_LIMIT = 500
"""Nesting beyond this is refused: stdlib `json`, which decodes the fields, recurses."""

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]

_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*"')
_SCALAR = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null")
_WORD = re.compile(r"[-+.\w]{1,20}")
_UPPER_LEVELS = 2
_LONGEST_INTEGER_DIGITS = 4000  # Python refuses to convert more than 4300
_SURROGATE = re.compile("[\ud800-\udfff]")


class JsonSyntaxError(Exception):
    """The text is not JSON; `offset` counts characters from 0."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


class Kind(Enum):
    """What a value is, as far as editing needs to know."""

    OBJECT = "an object"
    ARRAY = "a list"
    STRING = "a string"
    OTHER = "a number, true, false or null"


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A value and where it stands."""

    kind: Kind
    start: int
    end: int
    """Offset behind the last character."""
    members: tuple[Member, ...] = ()
    """Of an object, in the order of the text, duplicates included; empty where it is not opened."""
    decoded: JsonValue = field(default=None, repr=False)
    """The value of an object or a list that is not opened."""
    is_open: bool = True

    def find(self, key: str) -> Member | None:
        """Return the member that counts for `key`: the last one, as every JSON reader has it."""
        for member in reversed(self.members):
            if member.key == key:
                return member
        return None

    def effective(self) -> Iterator[Member]:
        """Yield the members that count, each key once, in the order of its first appearance."""
        last = {member.key: member for member in self.members}
        yield from last.values()


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """A key of an object, where it stands, and its value."""

    key: str
    key_start: int
    key_end: int
    value: Node


@dataclass(frozen=True, slots=True, eq=False)
class JsonDocument:
    """A parsed text. Every edit returns a new document."""

    text: str
    root: Node

    @classmethod
    def parse(cls, text: str) -> JsonDocument:
        """Parse `text`; one leading byte order mark is tolerated and kept.

        Raises:
            JsonSyntaxError: it is not JSON, or nested deeper than `DEPTH_LIMIT`.
        """
        return cls(text, _Parser(text).parse())

    def raw(self, node: Node) -> str:
        """Return the characters of a value."""
        return self.text[node.start : node.end]

    def value(self, node: Node) -> JsonValue:
        """Decode a value. An integer of absurd length becomes a float; duplicate keys: the last counts."""
        if not node.is_open:
            return node.decoded
        decoded: JsonValue = json.loads(self.raw(node), parse_int=_integer)
        return decoded

    def opened(self, node: Node) -> Node:
        """Return a value with its members, for an edit in it."""
        return node if node.is_open else _Parser(self.text, node.start, whole=True).value()

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset, both from 1."""
        return place_in(self.text, offset)

    # ---- edits -------------------------------------------------------------------------------------

    def replace(self, node: Node, raw: str) -> JsonDocument:
        """Put other JSON in the place of a value."""
        return self._splice(node.start, node.end, raw)

    def rename_key(self, parent: Node, old: str, new: str) -> JsonDocument:
        """Rename a key wherever it stands in `parent` (duplicates together, so that the same one counts)."""
        document = self
        for member in reversed(parent.members):
            if member.key == old:
                document = JsonDocument(
                    document.text[: member.key_start] + encode_string(new) + document.text[member.key_end :],
                    document.root,
                )
        return JsonDocument.parse(document.text)

    def remove_key(self, parent: Node, key: str) -> JsonDocument:
        """Remove a key wherever it stands in `parent`, each with its comma and the space that it took."""
        text = self.text
        members = parent.members
        kept = [member for member in members if member.key != key]
        if not kept:
            return self._splice(parent.start + 1, parent.end - 1, "")
        last_kept = members.index(kept[-1])
        # From the back, so that offsets in front stay true.
        if last_kept < len(members) - 1:
            text = text[: members[last_kept].value.end] + text[members[-1].value.end :]
        for index in range(last_kept - 1, -1, -1):
            if members[index].key == key:
                text = text[: members[index].key_start] + text[members[index + 1].key_start :]
        return JsonDocument.parse(text)

    def set_key(self, parent: Node, key: str, raw: str) -> JsonDocument:
        """Set a key: its value is replaced where it stands, or a member is added at the end.

        An added member is spaced like its neighbours; in an empty object, like the rest of the text.
        """
        member = parent.find(key)
        if member is not None:
            return self.replace(member.value, raw)
        if parent.members:
            last = parent.members[-1]
            before = self.text[: last.key_start]
            lead = before[len(before.rstrip(" \t\n\r")) :]
            colon = self.text[last.key_end : last.value.start]
            return self._splice(last.value.end, last.value.end, f",{lead}{encode_string(key)}{colon}{raw}")
        pad = self.padding(parent)
        inner = f"{pad.inside}{encode_string(key)}{pad.colon}{raw}{pad.outside}"
        return self._splice(parent.start + 1, parent.end - 1, inner)

    def encode(self, value: JsonValue, parent: Node) -> str:
        """Return `value` as JSON laid out as a member of `parent` would be in this text."""
        pad = self.padding(parent)
        if not pad.inside:
            return _escape_surrogates(
                json.dumps(value, ensure_ascii=False, separators=(pad.comma, pad.colon), allow_nan=False)
            )
        lines = json.dumps(
            value, ensure_ascii=False, indent=pad.unit, separators=(",", pad.colon), allow_nan=False
        ).split("\n")
        return _escape_surrogates(pad.inside.join(lines))

    def padding(self, parent: Node) -> Padding:
        """Return how members of `parent` are spaced, judged by the text."""
        newline = "\r\n" if "\r\n" in self.text else "\n"
        root = self.root
        first = root.members[0] if root.members else None
        colon = ": " if first is None else self.text[first.key_end : first.value.start]
        lead = "\n  " if first is None else self.text[root.start + 1 : first.key_start]
        if "\n" not in lead:
            comma = ","
            if len(root.members) > 1:
                comma = self.text[root.members[0].value.end : root.members[1].key_start]
            return Padding("", "", "", colon, comma)
        unit = lead.rpartition("\n")[2]
        line_start = self.text.rfind("\n", 0, parent.start) + 1
        line = self.text[line_start : parent.start]
        base = line[: len(line) - len(line.lstrip(" \t"))]
        return Padding(newline + base + unit, newline + base, unit, colon, ",")

    def _splice(self, start: int, end: int, replacement: str) -> JsonDocument:
        return JsonDocument.parse(self.text[:start] + replacement + self.text[end:])


@dataclass(frozen=True, slots=True)
class Padding:
    """The space around members: empty strings where the text stands on one line."""

    inside: str
    """Line break and indentation before a member."""
    outside: str
    """The same before the closing brace."""
    unit: str
    """One level of indentation."""
    colon: str
    comma: str


def encode_string(value: str) -> str:
    """Return `value` as a JSON string, non-ASCII as it is, lone surrogates escaped (as JavaScript does)."""
    return _escape_surrogates(json.dumps(value, ensure_ascii=False))


def place_in(text: str, offset: int) -> tuple[int, int]:
    """Return line and column of an offset, both from 1; a byte order mark takes no column."""
    line_start = text.rfind("\n", 0, offset) + 1
    if line_start == 0 and text.startswith("\ufeff"):
        line_start = 1
    return text.count("\n", 0, offset) + 1, max(offset - line_start, 0) + 1


def _escape_surrogates(raw: str) -> str:
    return _SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", raw)


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) < _LONGEST_INTEGER_DIGITS else float(digits)


def _refuse(constant: str) -> JsonValue:
    raise ValueError(constant)  # NaN and the infinities are not JSON


_SCANNER = json.JSONDecoder(parse_int=_integer, parse_constant=_refuse)


class _Open:
    """An object or a list that is not closed yet."""

    __slots__ = ("key", "kind", "members", "start")

    def __init__(self, kind: Kind, start: int) -> None:
        self.kind = kind
        self.start = start
        self.members: list[Member] = []
        self.key: tuple[str, int, int] | None = None


class _Parser:
    """Reads one value at an offset; `whole`: takes apart every level, not only the upper ones."""

    def __init__(self, text: str, at: int = 0, *, whole: bool = False) -> None:
        self._text = text
        self._at = at
        self._stack: list[_Open] = []
        # The C scanner recurses: it may only be given what can't be too deep.
        self._whole = whole or text.count("{") + text.count("[") > DEPTH_LIMIT

    def parse(self) -> Node:
        """Read the one value that the text is."""
        if self._text.startswith("\ufeff"):
            self._at = 1
        self._skip_space()
        if self._at == len(self._text):
            raise JsonSyntaxError("the file is empty", self._at)
        node = self.value()
        self._skip_space()
        if self._at != len(self._text):
            raise JsonSyntaxError(f"nothing may follow the closing brace, found {self._found()}", self._at)
        return node

    def value(self) -> Node:
        """Read the value that begins at the offset."""
        node = self._value()
        while True:
            while node is None:  # something was opened: go on with its first entry
                node = self._first_entry()
            if not self._stack:
                break
            node = self._next_entry(node)
        return node

    def _value(self) -> Node | None:
        """Read a scalar, or open an object or a list (None)."""
        start, char = self._at, self._text[self._at : self._at + 1]
        if char == '"':
            self._string()
            return Node(Kind.STRING, start, self._at)
        if char in ("{", "["):
            kind = Kind.OBJECT if char == "{" else Kind.ARRAY
            if len(self._stack) >= _UPPER_LEVELS and not self._whole:
                try:
                    decoded, self._at = _SCANNER.raw_decode(self._text, start)
                except ValueError:
                    self._whole = True  # take it apart: that tells the place and the reason
                else:
                    return Node(kind, start, self._at, (), decoded, is_open=False)
            if len(self._stack) >= DEPTH_LIMIT:
                raise JsonSyntaxError(f"nested deeper than {DEPTH_LIMIT} levels", start)
            self._stack.append(_Open(kind, start))
            self._at += 1
            return None
        scalar = _SCALAR.match(self._text, start)
        if scalar is None or _WORD.match(self._text, scalar.end()):
            raise JsonSyntaxError(f"expected a value, found {self._found()}", start)
        self._at = scalar.end()
        return Node(Kind.OTHER, start, self._at)

    def _first_entry(self) -> Node | None:
        self._skip_space()
        top = self._stack[-1]
        if self._text.startswith("}" if top.kind is Kind.OBJECT else "]", self._at):
            return self._close()
        return self._entry(top)

    def _next_entry(self, node: Node) -> Node | None:
        """Put a finished value where it belongs, then go on behind it."""
        top = self._stack[-1]
        if top.kind is Kind.OBJECT:
            assert top.key is not None  # noqa: S101 - for the type checker; `_entry` has set it
            top.members.append(Member(*top.key, node))
        self._skip_space()
        closing = "}" if top.kind is Kind.OBJECT else "]"
        if self._text.startswith(closing, self._at):
            return self._close()
        if not self._text.startswith(",", self._at):
            raise JsonSyntaxError(f"expected a comma or {closing}, found {self._found()}", self._at)
        self._at += 1
        self._skip_space()
        return self._entry(top)

    def _entry(self, top: _Open) -> Node | None:
        if top.kind is Kind.OBJECT:
            start = self._at
            if not self._text.startswith('"', start):
                raise JsonSyntaxError(f"expected a name in double quotes, found {self._found()}", start)
            key = self._string()
            top.key = (key, start, self._at)
            self._skip_space()
            if not self._text.startswith(":", self._at):
                raise JsonSyntaxError(f"expected a colon, found {self._found()}", self._at)
            self._at += 1
            self._skip_space()
        return self._value()

    def _close(self) -> Node:
        done = self._stack.pop()
        self._at += 1
        return Node(done.kind, done.start, self._at, tuple(done.members))

    def _string(self) -> str:
        found = _STRING.match(self._text, self._at)
        if found is None:
            raise JsonSyntaxError("this string has no end, or a character that must be escaped", self._at)
        self._at = found.end()
        raw = found[0]
        if "\\" not in raw:
            return raw[1:-1]
        decoded: str = json.loads(raw)
        return decoded

    def _skip_space(self) -> None:
        if self._text[self._at : self._at + 1] <= " ":
            space = _SPACE.match(self._text, self._at)
            self._at = space.end() if space else self._at

    def _found(self) -> str:
        """Name what stands here, one character: a longer piece could be part of a secret."""
        if self._at >= len(self._text):
            return "the end of the file"
        return repr(self._text[self._at])
