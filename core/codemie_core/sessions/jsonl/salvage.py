"""Decodes a damaged line with the standard library's parser.

That accepts what JavaScript writes and msgspec refuses (half a surrogate pair), and invalid UTF-8 in fields.
"""

from __future__ import annotations

import json
from typing import Any, TypeVar

import msgspec

Row = TypeVar("Row")


def salvaged(line: bytes, row: type[Row]) -> list[Row]:
    """Return the records of a line.

    Raises:
        ValueError, TypeError, RecursionError: it has something else.
    """
    # After a power cut there can be NULs before the next record that was appended.
    text = line.lstrip(b"\0").decode("utf-8", "replace").strip("\ufeff \t\r")
    rows: list[Row] = []
    at = 0
    while at < len(text):
        value, at = _LENIENT.raw_decode(text, at)
        rows.append(msgspec.convert(value, row))
        while at < len(text) and text[at] in " \t\r":
            at += 1
    if not rows:
        raise ValueError("nothing but NULs")
    return rows


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _number(text: str) -> float | int:
    value = float(text)
    return int(value) if value.is_integer() else value


_LENIENT = json.JSONDecoder(parse_float=_number, parse_constant=_refuse_constant)
