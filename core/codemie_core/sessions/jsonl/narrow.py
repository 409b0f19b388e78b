"""Decodes records faster, by a type that allows only what earlier records were like.

Names repeat: thousands of records have one agent, two profiles and three models. If a type allows only the
names seen so far, msgspec returns the string it has instead of creating an equal one, and equal strings are
compared by their address. Where a type excludes null, nobody has to look for it.

Records that don't fit are decoded by the general type, and then widen the narrow one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from operator import attrgetter
from types import MappingProxyType, NoneType
from typing import (
    Annotated,
    Any,
    Generic,
    Literal,
    NamedTuple,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import msgspec

MOST_NAMES = 8
"""Of one field; among more, finding a string costs as much as creating it."""

Row = TypeVar("Row", bound=msgspec.Struct)


class Allowed(NamedTuple):
    """What the fields of a row's class allow."""

    types: Mapping[str, frozenset[type]] = MappingProxyType({})
    """Field -> the types of its value; empty for the general class."""
    constant: frozenset[str] = frozenset()
    """The fields with one name in all rows, or none in any."""


class NarrowDecoder(Generic[Row]):
    """Decodes whole blocks to rows that have the fields of `row`, once it has seen some.

    The rows are of another class than `row`: `allowed_in` tells what its fields allow.

    Args:
        row: the general type; every field has a default.
        names: the fields with names that repeat, which are strings or null.
    """

    def __init__(self, row: type[Row], names: Collection[str]) -> None:
        hints = get_type_hints(row, include_extras=True)
        fields = msgspec.structs.fields(row)
        self._hints = {field.name: hints[field.name] for field in fields}
        self._renamed = {field.name: field.encode_name for field in fields}
        self._types: Mapping[str, frozenset[type]] = dict.fromkeys(self._hints, frozenset())
        self._names: Mapping[str, frozenset[str] | None] = dict.fromkeys(names, frozenset())
        """None: any names."""
        self._decode: Callable[[memoryview], list[Row]] | None = None

    def decode_lines(self, view: memoryview) -> list[Row] | None:
        """Return the records of whole lines, or None if one does not fit."""
        try:
            return None if self._decode is None else self._decode(view)
        except (msgspec.DecodeError, ValueError, RecursionError):
            return None

    def learn(self, rows: Sequence[Row]) -> None:
        """Allow what these records of the general type have, too."""
        types, names = {}, dict(self._names)
        for name, before in self._types.items():
            values = list(map(attrgetter(name), rows))
            types[name] = before.union(map(type, values))
            known = names.get(name)
            if known is not None:
                known = known.union(value for value in values if value is not None)
                names[name] = known if len(known) <= MOST_NAMES and all(map(_is_unicode, known)) else None
        if (types, names) != (self._types, self._names):
            self._types, self._names = types, names
            self._decode = msgspec.json.Decoder(self._row_type()).decode_lines

    def _row_type(self) -> type[Row]:
        fields: list[Any] = []
        for name, hint in self._hints.items():
            types, names = self._types[name], self._names.get(name)
            kind = _narrowed(hint, types)
            if names:
                kind = Literal[(*sorted(names), *([None] if NoneType in types else []))]
            fields.append((name, kind, None) if NoneType in types else (name, kind))
        allowed = Allowed(self._types, frozenset(filter(self._is_constant, self._names)))
        of_class = {"kw_only": True, "gc": False, "rename": self._renamed, "namespace": {_ALLOWED: allowed}}
        return msgspec.defstruct("NarrowRow", fields, **of_class)  # type: ignore[arg-type, return-value]

    def _is_constant(self, name: str) -> bool:
        names = self._names[name]
        return names is not None and len(names) + (NoneType in self._types[name]) == 1


_ALLOWED = "__allowed__"
_ANYTHING = Allowed()


def allowed_in(row: object) -> Allowed:
    """Return what the fields of a row's class allow."""
    return getattr(row, _ALLOWED, _ANYTHING)


def _narrowed(hint: Any, types: frozenset[type]) -> Any:
    """Return the part of a union that has values of these types."""
    return Union[tuple(one for one in get_args(hint) if _type_of(one) in types)]  # noqa: UP007


def _type_of(hint: Any) -> Any:
    bare = get_args(hint)[0] if get_origin(hint) is Annotated else hint
    return get_origin(bare) or bare


def _is_unicode(name: str) -> bool:
    """Whether it is not half a surrogate pair, which msgspec's types can't name."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
