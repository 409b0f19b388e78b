"""JSON text that can be edited without touching any other character.

`json` reads and writes whole values: key order may survive that, but `1.0`, `1e3`, duplicate keys,
indentation and the missing final newline do not. Here an edit is a splice of the text. The standard
library's C scanner checks and decodes the text (`syntax.py`); positions are looked up only along the
path that an edit takes, one object at a time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from codemie_core.files.json.node import Kind, Member, Node
from codemie_core.files.json.syntax import DEPTH_LIMIT, JsonSyntaxError, JsonValue, decode, scan

__all__ = [
    "DEPTH_LIMIT",
    "JsonDocument",
    "JsonSyntaxError",
    "JsonValue",
    "Kind",
    "Member",
    "Node",
    "Splice",
    "encode_string",
    "place_in",
]

Splice = tuple[int, int, str]
"""Offsets of the first removed character and just past the last one, and the replacement."""


@dataclass(frozen=True, slots=True, eq=False)
class JsonDocument:
    """A JSON text. Every edit returns a new document."""

    text: str
    root: Node
    decoded: JsonValue = field(repr=False)
    """The whole document as a value; the last of duplicate keys counts."""

    @classmethod
    def parse(cls, text: str) -> JsonDocument:
        """Parse `text`; one leading byte order mark is tolerated and kept.

        Raises:
            JsonSyntaxError: it is not JSON, or is nested deeper than `DEPTH_LIMIT`.
        """
        value, start, end, places = decode(text)
        return cls(text, Node(text, start, end, places), value)

    def with_text(self, key: str, value: str, raw: str) -> JsonDocument:
        """Return the document in which another text is the value of a key at the top.

        Both texts are checked where they are; everything else has been, and is not parsed again.

        Args:
            key: of the top object.
            value: the text.
            raw: the text as JSON.
        """
        member, decoded = self.root.find(key), self.decoded
        if (
            member is None
            or not isinstance(decoded, dict)
            or not isinstance(before := decoded[key], str)
            or not _is_text(self.text, member.value.start, before, member.value.end)
        ):
            return self.set_key(self.root, key, raw)
        start = member.value.start
        text = self.text[:start] + raw + self.text[member.value.end :]
        if text == self.text:
            return self
        if not _is_text(text, start, value, start + len(raw)):
            return JsonDocument.parse(text)
        root = Node(text, self.root.start, self.root.end + len(text) - len(self.text))
        return JsonDocument(text, root, decoded | {key: value})

    def raw(self, node: Node) -> str:
        """Return the characters of a value."""
        return self.text[node.start : node.end]

    def value(self, node: Node) -> JsonValue:
        """Decode a value. An absurdly long integer becomes a float; the last of duplicate keys counts."""
        return self.decoded if node is self.root else scan(self.text, node.start)[0]

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column of an offset, both from 1."""
        return place_in(self.text, offset)

    # ---- edits -------------------------------------------------------------------------------------

    def spliced(self, splices: Iterable[Splice]) -> JsonDocument:
        """Make several changes that do not overlap; checks the result."""
        text = self.text
        for start, end, replacement in sorted(splices, reverse=True):
            text = text[:start] + replacement + text[end:]
        return self if text == self.text else JsonDocument.parse(text)

    def replace(self, node: Node, raw: str) -> JsonDocument:
        """Replace a value with other JSON."""
        return self.spliced([(node.start, node.end, raw)])

    def rename_key(self, parent: Node, old: str, new: str) -> JsonDocument:
        """Rename every `parent` member with this key (duplicates too, so that the same one counts)."""
        return self.spliced(renaming(parent, old, new))

    def remove_key(self, parent: Node, key: str) -> JsonDocument:
        """Remove every `parent` member with this key, each with its comma and spacing."""
        return self.spliced(removing(parent, {key}))

    def set_key(self, parent: Node, key: str, raw: str) -> JsonDocument:
        """Set a key: replace its value in place, or add a member at the end."""
        return self.set_keys(parent, {key: raw})

    def set_keys(self, parent: Node, raws: Mapping[str, str]) -> JsonDocument:
        """Set keys: replace their values in place, or add members at the end.

        An added member is spaced like its neighbours; in an empty object, like the rest of the text.
        """
        return self.spliced(self.setting(parent, raws))

    def setting(self, parent: Node, raws: Mapping[str, str]) -> list[Splice]:
        """Return the changes of `set_keys`, to combine with changes to other objects."""
        standing = {member.key: member for member in parent.members}
        splices = [
            (member.value.start, member.value.end, raws[key])
            for key, member in standing.items()
            if key in raws
        ]
        if added := [(key, raw) for key, raw in raws.items() if key not in standing]:
            splices.append(self._adding(parent, added))
        return splices

    def _adding(self, parent: Node, pairs: list[tuple[str, str]]) -> Splice:
        if parent.members:
            last = parent.members[-1]
            before = self.text[: last.key_start]
            lead = before[len(before.rstrip(" \t\n\r")) :]
            colon = self.text[last.key_end : last.value.start]
            added = "".join(f",{lead}{encode_string(key)}{colon}{raw}" for key, raw in pairs)
            return last.value.end, last.value.end, added
        pad = self.padding(parent)
        added = ",".join(f"{pad.inside}{encode_string(key)}{pad.colon}{raw}" for key, raw in pairs)
        return parent.start + 1, parent.end - 1, f"{added}{pad.outside}"

    def encode(self, value: JsonValue, parent: Node) -> str:
        """Return `value` as JSON, laid out as a member of `parent` in this text."""
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
        """Return how members of `parent` are spaced, judging by the text."""
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


@dataclass(frozen=True, slots=True)
class Padding:
    """The space around members; the strings are empty if the text is on one line."""

    inside: str
    """Line break and indentation before a member."""
    outside: str
    """The same before the closing brace."""
    unit: str
    """One level of indentation."""
    colon: str
    comma: str


def renaming(parent: Node, old: str, new: str) -> list[Splice]:
    """Return the changes that rename a key everywhere in `parent`."""
    raw = encode_string(new)
    return [(member.key_start, member.key_end, raw) for member in parent.members if member.key == old]


def removing(parent: Node, keys: Collection[str]) -> list[Splice]:
    """Return the changes that remove keys everywhere in `parent`, with their commas and spacing."""
    members = parent.members
    kept = [index for index, member in enumerate(members) if member.key not in keys]
    if not kept:
        return [(parent.start + 1, parent.end - 1, "")] if members else []
    splices = [
        (members[index].key_start, members[index + 1].key_start, "")
        for index in range(kept[-1])
        if members[index].key in keys
    ]
    if kept[-1] < len(members) - 1:
        splices.append((members[kept[-1]].value.end, members[-1].value.end, ""))
    return splices


def encode_string(value: str) -> str:
    """Return `value` as a JSON string, non-ASCII as it is, lone surrogates escaped (as JavaScript does)."""
    return _escape_surrogates(json.dumps(value, ensure_ascii=False))


def place_in(text: str, offset: int) -> tuple[int, int]:
    """Return line and column of an offset, both from 1; a byte order mark takes no column."""
    line_start = text.rfind("\n", 0, offset) + 1
    if line_start == 0 and text.startswith("\ufeff"):
        line_start = 1
    return text.count("\n", 0, offset) + 1, max(offset - line_start, 0) + 1


def _is_text(text: str, start: int, value: str, end: int) -> bool:
    """Whether there is a JSON string between these offsets, and it has this value."""
    try:
        return text.startswith('"', start) and scan(text, start) == (value, end)
    except ValueError:
        return False


def _escape_surrogates(raw: str) -> str:
    try:
        raw.encode("utf-8")
    except UnicodeEncodeError:  # which only a lone surrogate causes
        return re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", raw)
    return raw
