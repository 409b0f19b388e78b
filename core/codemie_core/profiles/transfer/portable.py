"""The part of a profile that may leave the machine.

Only values that are known to be harmless are written and read. So tokens stay behind, and so do hooks,
whose commands would run on the other machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from codemie_core.config.secret_detection.classifier import is_harmless
from codemie_core.config.secret_detection.stand_ins import REFERENCE_PREFIX
from codemie_core.files.json.document import JsonValue


@dataclass(frozen=True, slots=True)
class Portable:
    """A profile without the values that must not leave the machine."""

    name: str
    fields: Mapping[str, JsonValue]
    left_out: tuple[str, ...] = ()
    """Names of the fields that were left out, parts joined by dots."""


def portable(name: str, fields: Mapping[str, JsonValue]) -> Portable:
    """Return the part of a profile that may be written to a file, or read from one."""
    left_out: list[str] = []
    kept = {
        key: value
        for key, whole in fields.items()
        if key != "name" and (value := _harmless((key,), whole, left_out)) is not None
    }
    return Portable(name, kept, tuple(left_out))


def _harmless(path: tuple[str, ...], value: JsonValue, left_out: list[str]) -> JsonValue:
    """Return the harmless part of a value; None if there is none."""
    if isinstance(value, dict):
        inner = {key: _harmless((*path, key), one, left_out) for key, one in value.items()}
        kept: dict[str, JsonValue] = {key: one for key, one in inner.items() if one is not None}
        return kept or None
    if isinstance(value, list):
        if all(_may_travel(path, one) for one in _leaves(value)):
            return value
    elif _may_travel(path, value):
        return value
    left_out.append(".".join(path))
    return None


def _may_travel(path: tuple[str, ...], value: JsonValue) -> bool:
    reference = isinstance(value, str) and value.startswith(REFERENCE_PREFIX)
    return not reference and not isinstance(value, dict) and is_harmless(path, value)


def _leaves(values: list[JsonValue]) -> Iterator[JsonValue]:
    for value in values:
        if isinstance(value, list):
            yield from _leaves(value)
        else:
            yield value
