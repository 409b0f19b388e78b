"""Whether a text is JSON, according to the standard library's C scanner, and if not, where and why.

RFC 8259, strictly: no NaN, no comments, no trailing comma. The C scanner reads a megabyte in a few
milliseconds. It reports the character at which it gave up; what it expected there is worked out here from the
brackets before, so the messages do not depend on Python's version.
"""

from __future__ import annotations

import contextlib
import gc
import json
import re
from collections.abc import Iterator
from json.decoder import scanstring  # type: ignore[attr-defined]

DEPTH_LIMIT = 500
"""Deeper nesting is refused, because the C scanner recurses."""

JsonValue = None | bool | int | float | str | list["JsonValue"] | dict[str, "JsonValue"]

_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = r'"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*"'
_MARKS = re.compile(rf'{_STRING}|["{{}}\[\]]')
"""Strings, brackets, and quotation marks that begin no string."""
_CONSTANTS = re.compile(rf"{_STRING}|-?Infinity|NaN")
_WORD = re.compile(r"[-+.\w]")


Place = tuple[str, int, int, int, int]
"""A key of an object: itself, its start and end, and those of its value."""

_MOST_PLACES = 50
"""In an object with more keys, reading them one by one takes longer than it saves."""


class JsonSyntaxError(Exception):
    """The text is not JSON; `offset` counts characters from 0."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


class _Constant(Exception):
    """NaN or an infinity was found."""


def decode(text: str) -> tuple[JsonValue, int, int, list[Place] | None]:
    """Decode `text` as one value; return it, the offsets of its beginning and end, and its keys if known.

    Tolerates one leading byte order mark. The last of duplicate keys counts. An absurdly long integer becomes
    a float.

    Raises:
        JsonSyntaxError: it is not JSON, or is nested deeper than `DEPTH_LIMIT`.
    """
    start = past_space(text, 1 if text.startswith("\ufeff") else 0)
    if start == len(text):
        raise JsonSyntaxError("the file is empty", start)
    try:
        with uncollected():
            members = _scan_members(text, start)
            value, end, places = members or (*scan(text, start), None)
    except json.JSONDecodeError as error:
        raise _explained(text, error) from None
    except _Constant:
        raise _first_constant(text) from None
    except RecursionError:
        raise _too_deep(text) from None
    if (rest := past_space(text, end)) != len(text):
        raise _explained(text, json.JSONDecodeError("Extra data", text, rest))
    if text.count("{") + text.count("[") > DEPTH_LIMIT and _may_be_deep(value, text):
        _check_depth(text)
    return value, start, end, places


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Keep Python from collecting garbage while values are being created: that would double the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def scan(text: str, at: int) -> tuple[JsonValue, int]:
    """Decode the value that begins at an offset; return it and the offset just past it."""
    try:
        return _SCANNER.raw_decode(text, at)
    except json.JSONDecodeError:
        raise
    except ValueError:  # more digits than Python will convert
        return _PATIENT_SCANNER.raw_decode(text, at)


def _scan_members(text: str, at: int) -> tuple[dict[str, JsonValue], int, list[Place]] | None:
    """Decode an object key by key, to know their places without another scan.

    Returns:
        The value, the offset just past it, and the places; None if it is no object, or one with many keys, or
        if anything is wrong with it: then a scan of the whole says what.
    """
    if not text.startswith("{", at):
        return None
    value: dict[str, JsonValue] = {}
    places: list[Place] = []
    at = past_space(text, at + 1)
    try:
        while text[at] == '"' and len(places) < _MOST_PLACES:
            key, key_end = scan_key(text, at)
            colon = past_space(text, key_end)
            start = past_space(text, colon + 1)
            if text[colon] != ":":
                break
            value[key], end = scan(text, start)
            places.append((key, at, key_end, start, end))
            at = past_space(text, end)
            if text[at] == "}":
                return value, at + 1, places
            if text[at] != ",":
                break
            at = past_space(text, at + 1)
    except (ValueError, IndexError, RecursionError, _Constant):
        pass
    return None


def scan_key(text: str, at: int) -> tuple[str, int]:
    """Decode the string that begins at an offset; return it and the offset just past it."""
    key: tuple[str, int] = scanstring(text, at + 1)
    return key


def past_space(text: str, at: int) -> int:
    """Return the offset of the first non-whitespace character from `at` on."""
    if text[at : at + 1] > " ":
        return at
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _refuse(constant: str) -> JsonValue:
    raise _Constant(constant)


def _integer(digits: str) -> int | float:
    try:
        return int(digits)
    except ValueError:
        return float(digits)


_SCANNER = json.JSONDecoder(parse_constant=_refuse)
_PATIENT_SCANNER = json.JSONDecoder(parse_int=_integer, parse_constant=_refuse)


# ---- what is wrong ---------------------------------------------------------------------------------


def _explained(text: str, error: json.JSONDecodeError) -> JsonSyntaxError:
    """Say what was expected where the scanner gave up."""
    offset = error.pos
    opened: list[str] = []
    in_string = error.msg.startswith(("Unterminated", "Invalid"))
    for found in _MARKS.finditer(text):
        if found.start() >= offset + in_string:
            break
        mark = found[0]
        if mark == '"':
            return JsonSyntaxError(
                "this string has no end, or a character that must be escaped", found.start()
            )
        if mark in "{[":
            opened.append(mark)
        elif mark in "}]":
            opened.pop()
    if text[offset : offset + 1] == "," and error.msg.startswith("Illegal trailing comma"):  # Python 3.13
        offset = past_space(text, offset + 1)
    begin = offset
    while begin and _WORD.match(text, begin) and _WORD.match(text, begin - 1):
        begin -= 1
    if begin != offset:  # `01`, `1.`, `trueish`: a value was read, and this is the rest of it
        return JsonSyntaxError(f"expected a value, found {_found(text, begin)}", begin)
    return JsonSyntaxError(f"{_expected(text, offset, opened, error)}, found {_found(text, offset)}", offset)


def _expected(text: str, offset: int, opened: list[str], error: json.JSONDecodeError) -> str:
    before = _before(text, offset)
    if not opened:
        return "nothing may follow the closing brace" if before else "expected a value"
    if opened[-1] == "[":
        return "expected a value" if before in "[," else "expected a comma or ]"
    if "':'" in error.msg:
        return "expected a colon"
    if before in "{,":
        return "expected a name in double quotes"
    return "expected a value" if before == ":" else "expected a comma or }"


def _before(text: str, offset: int) -> str:
    """Return the last non-whitespace character before `offset`; empty at the beginning."""
    while offset and text[offset - 1] in " \t\n\r\ufeff":
        offset -= 1
    return text[offset - 1 : offset] if offset else ""


def _first_constant(text: str) -> JsonSyntaxError:
    offset = next(found.start() for found in _CONSTANTS.finditer(text) if found[0][0] != '"')
    return JsonSyntaxError(f"expected a value, found {_found(text, offset)}", offset)


def _found(text: str, offset: int) -> str:
    """Quote at most one character: a longer excerpt could be part of a secret."""
    return repr(text[offset]) if offset < len(text) else "the end of the file"


# ---- how deep --------------------------------------------------------------------------------------


def _may_be_deep(value: JsonValue, text: str) -> bool:
    """Return False if the decoded value accounts for every bracket of the text and is not too deep."""
    level = [value] if isinstance(value, dict | list) else []
    seen = depth = 0
    while level:
        seen, depth = seen + len(level), depth + 1
        level = [
            inner
            for outer in level
            for inner in (outer.values() if type(outer) is dict else outer)
            if type(inner) is dict or type(inner) is list
        ]
    # A bracket in a string, or below a duplicate key, appears only in the text.
    return depth > DEPTH_LIMIT or seen != text.count("{") + text.count("[")


def _check_depth(text: str) -> None:
    depth = 0
    for found in _MARKS.finditer(text):
        mark = found[0]
        if mark in "{[":
            depth += 1
            if depth > DEPTH_LIMIT:
                raise JsonSyntaxError(f"nested deeper than {DEPTH_LIMIT} levels", found.start())
        elif mark in "}]":
            depth -= 1


def _too_deep(text: str) -> JsonSyntaxError:
    try:
        _check_depth(text)
    except JsonSyntaxError as error:
        return error
    return JsonSyntaxError(f"nested deeper than {DEPTH_LIMIT} levels", 0)
