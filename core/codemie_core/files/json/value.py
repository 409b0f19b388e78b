"""JSON as Python values: what is accepted as JSON, and when two values are equal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from codemie_core.files.json.syntax import JsonValue

JsonInput = None | bool | int | float | str | Sequence["JsonInput"] | Mapping[str, "JsonInput"]
"""What is accepted as JSON: a `dict[str, str]` and a tuple are, too."""


def plain_json(value: JsonInput) -> JsonValue:
    """Return a value with other mappings and sequences replaced by dictionaries and lists.

    What can't be JSON is left as is; writing it fails.
    """
    if isinstance(value, Mapping):
        return {key: plain_json(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray):
        return [plain_json(inner) for inner in value]
    return value  # type: ignore[return-value]


def same_value(old: JsonValue, new: JsonValue) -> bool:
    """Compare as JSON: 1, 1.0 and true are three different values, at any depth."""
    if type(old) is not type(new):
        return False
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(same_value(old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(same_value, old, new))
    return old == new
