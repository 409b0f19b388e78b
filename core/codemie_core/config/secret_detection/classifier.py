"""Decides what is secret and what is harmless, for everything that shows, keeps or guards a configuration.

The two are not opposites. A value is *secret* if its field's name or its shape says so: its file becomes
private, `doctor` reports it, and the log omits it. A value is *harmless* if its field is known and the value
has the form that the field expects. Only harmless values are shown; the others are hidden without a warning.

A path lists the names of the fields that lead to a value, such as ("jwtConfig", "token"). It starts at the
profile's fields, or at the configuration's for values outside `profiles`. List elements have the list's path.
"""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from codemie_core.config.secret_detection.harmless import Form, form_of, is_address_field, shown_address
from codemie_core.config.secret_detection.names import REMEMBERED, Naming, naming_of
from codemie_core.config.secret_detection.shapes import holds_secret, is_opaque, stands_for_none
from codemie_core.config.secret_detection.stand_ins import (
    ACCESS_KEY_ID,
    PLACEHOLDERS,
    REFERENCE_PREFIX,
    TOKEN_FIELDS,
    is_of_aws,
)
from codemie_core.files.json.document import JsonValue

HIDDEN = "(hidden)"
"""Shown in place of a value that is not known to be harmless."""


@dataclass(slots=True)  # not frozen: that takes twice the time, and a configuration may have thousands
class FoundSecret:
    """A secret in clear text in a configuration."""

    profile: str | None
    """None if it is outside the profiles."""
    path: tuple[str, ...]
    """Field names, safe to show: `HIDDEN` replaces a name that is itself a secret."""
    text: str = field(repr=False)


class Verdict(IntEnum):
    """What is known about a value."""

    HARMLESS = 0
    UNKNOWN = 1
    SECRET = 2


def verdict_on(path: Sequence[str], value: JsonValue) -> Verdict:
    """Return what is known about a value; lists and objects are judged by their parts.

    Args:
        path: the names of the fields that lead to it.
        value: a text, a number, or true, false and null, which are always harmless.
    """
    if isinstance(value, str):
        return _verdict_on_text(tuple(path), value) if value else Verdict.HARMLESS
    if value is None or isinstance(value, bool):
        return Verdict.HARMLESS
    if not isinstance(value, int | float):
        return Verdict.UNKNOWN
    form = form_of(path)
    if form is not None:
        return Verdict.HARMLESS if form(_digits(value)) else Verdict.UNKNOWN
    return Verdict.SECRET if _is_secret_number(path) else Verdict.UNKNOWN


def is_secret(path: Sequence[str], value: JsonValue) -> bool:
    """Return whether a value is known to be or to contain a secret; see `verdict_on`."""
    return verdict_on(path, value) is Verdict.SECRET


def is_harmless(path: Sequence[str], value: JsonValue) -> bool:
    """Return whether a value is known not to be a secret, so that it may be shown; see `verdict_on`."""
    return verdict_on(path, value) is Verdict.HARMLESS


def shown(path: Sequence[str], value: str, *, hidden: str = HIDDEN) -> str:
    """Return what to show for a value: itself, an address without its secret parts, or `hidden`."""
    if is_harmless(path, value):
        return value
    return (shown_address(value, hidden) if is_address_field(path) else None) or hidden


def secrets_in_fields(fields: Mapping[str, JsonValue]) -> Iterator[FoundSecret]:
    """Yield each secret in a profile's fields, at any depth."""
    yield from _walk_profile(None, dict(fields))


def secrets_in_text(text: str) -> Iterator[FoundSecret]:
    """Yield each secret of a configuration, inside and outside profiles, in values and in field names.

    Args:
        text: valid JSON. If a field occurs twice, both values count.
    """
    plain = text.removeprefix("\ufeff")
    yield from secrets_in(
        json.loads(plain, object_pairs_hook=_Object, parse_int=_Number, parse_float=_Number)
    )


def secrets_in(configuration: JsonValue) -> Iterator[FoundSecret]:
    """Yield each secret of a decoded configuration; see `secrets_in_text`."""
    beside = _Object()
    for key, value in _members_of(configuration):
        if key == "profiles" and isinstance(value, _MEMBERS):
            for name, profile in _members_of(value):
                yield from _walk_profile(name, profile)
        else:
            beside.append((key, value))
    yield from _walk_profile(None, beside)  # the CLI's old form: a single provider's fields


class _Object(list[tuple[str, object]]):
    """The members of an object, duplicates included."""


_MEMBERS = (dict, _Object)


class _Number(str):
    """A number as written."""

    __slots__ = ()


def _members_of(value: object) -> list[tuple[str, object]]:
    if isinstance(value, dict):
        return list(value.items())
    return value if isinstance(value, _Object) else []


def _walk_profile(name: str | None, fields: object) -> Iterator[FoundSecret]:
    uses_aws = is_of_aws(dict(_members_of(fields)))
    for found in _walk(name, fields):
        if not (uses_aws and found.path == ("apiKey",) and ACCESS_KEY_ID.fullmatch(found.text)):
            yield found


def _walk(profile: str | None, fields: object) -> Iterator[FoundSecret]:
    open_now: list[Iterator[tuple[tuple[str, ...], object]]] = [iter((((), fields),))]
    while open_now:
        for path, value in open_now[-1]:
            if type(value) is str:
                if value and _verdict_on_text(path, value) is Verdict.SECRET:
                    yield FoundSecret(profile, path, value)
            elif isinstance(value, _MEMBERS):
                members = _members_of(value)
                found = {key for key, _ in members if _name_holds_secret(key)}
                yield from (FoundSecret(profile, (*path, HIDDEN), key) for key, _ in members if key in found)
                paths = [(*path, HIDDEN if key in found else key) for key, _ in members]
                open_now.append(zip(paths, [inner for _, inner in members], strict=True))
                break
            elif isinstance(value, list):
                # A million plain counts or empty lists need not be judged one by one.
                passed = _PLAIN if _counts(path) else _EMPTY
                elements = [element for element in value if element and type(element) not in passed]
                open_now.append(zip(itertools.repeat(path), elements, strict=False))
                break
            elif isinstance(value, _Number):
                if not _counts(path):
                    yield FoundSecret(profile, path, str(value))
            elif isinstance(value, int | float) and is_secret(path, value):
                yield FoundSecret(profile, path, str(value))
        else:
            open_now.pop()


_EMPTY = frozenset((bool,))
_PLAIN = frozenset((bool, _Number, int, float))


def _counts(path: Sequence[str]) -> bool:
    """Whether a number at this place is never a secret."""
    return form_of(path) is not None or not _is_secret_number(path)


@functools.lru_cache(maxsize=REMEMBERED)
def _name_holds_secret(name: str) -> bool:
    return holds_secret(name)


# Profiles have much in common, and a command judges each several times: for its tokens, history and mode.
@functools.lru_cache(maxsize=REMEMBERED)
def _verdict_on_text(path: tuple[str, ...], value: str) -> Verdict:
    form, naming = _expected_at(path)
    if form is not None and form(value):
        return Verdict.HARMLESS
    if value.startswith(REFERENCE_PREFIX) or (value in PLACEHOLDERS and path in TOKEN_FIELDS):
        return Verdict.UNKNOWN if holds_secret(value.removeprefix(REFERENCE_PREFIX)) else Verdict.HARMLESS
    if not value.strip():
        return Verdict.UNKNOWN
    if naming is Naming.SECRET and not stands_for_none(value):
        return Verdict.SECRET
    named = naming is Naming.PERHAPS and is_opaque(value)
    return Verdict.SECRET if named or holds_secret(value) else Verdict.UNKNOWN


@functools.lru_cache(maxsize=REMEMBERED)
def _expected_at(path: tuple[str, ...]) -> tuple[Form | None, Naming]:
    form = form_of(path)
    return form, _naming_of(path) if form is None else Naming.PLAIN


def _naming_of(path: Sequence[str]) -> Naming:
    """Return what the last field's name says or, if it says nothing, one above it."""
    own = naming_of(path[-1]) if path else Naming.PLAIN
    if own is Naming.ABOUT_ONE or own is Naming.SECRET:
        return own
    return max((own, *(naming_of(name) for name in path[:-1] if naming_of(name) is Naming.SECRET)))


def _is_secret_number(path: Sequence[str]) -> bool:
    # In `tokens` or `cookies`, a number is a count.
    return bool(path) and naming_of(path[-1]) is Naming.SECRET and not path[-1].lower().endswith("s")


def _digits(value: float) -> str:
    return repr(value) if abs(value) < _LARGEST else ""


_LARGEST = 1e15
"""No timeout is larger than this, and integers with thousands of digits are slow to convert."""
