"""Finds the secrets in a configuration, and judges no more texts than the caller needs to know about.

A configuration may have thousands of texts, and judging one takes far longer than reading it. So the search
yields what may be a secret, and whoever asks for less than all of them judges less.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from codemie_core.config.secret_detection.classifier import (
    HIDDEN,
    is_count,
    is_secret,
    is_secret_name,
)
from codemie_core.config.secret_detection.stand_ins import ACCESS_KEY_ID, is_of_aws
from codemie_core.files.json.document import JsonValue

Path = tuple[str, ...]


@dataclass(slots=True)  # not frozen: that takes twice the time, and a configuration may have thousands
class FoundSecret:
    """A secret in clear text in a configuration."""

    profile: str | None
    """None if it is outside the profiles."""
    path: Path
    """Field names, safe to show: `HIDDEN` replaces a name that is itself a secret."""
    text: str = field(repr=False)


Possible = tuple[str | None, Path, str, bool]
"""What may be a secret: profile, path and text as in `FoundSecret`, and whether it is known to be one."""


def secrets_in_fields(fields: Mapping[str, JsonValue]) -> Iterator[FoundSecret]:
    """Yield each secret in a profile's fields, at any depth."""
    return _judged(_in_profile(None, dict(fields)))


def secrets_in_text(text: str) -> Iterator[FoundSecret]:
    """Yield each secret of a configuration, inside and outside profiles, in values and in field names.

    Args:
        text: valid JSON. If a field occurs twice, both values count.
    """
    return _judged(possible_secrets_in(text))


def secret_fields_in(text: str) -> Iterator[FoundSecret]:
    """Yield the first secret of each field; a list or an object is one field with its elements' path.

    Args:
        text: as for `secrets_in_text`.
    """
    found = set[tuple[str | None, Path]]()
    for profile, path, value, known in possible_secrets_in(text):
        if (profile, path) not in found and (known or is_secret(path, value)):
            found.add((profile, path))
            yield FoundSecret(profile, path, value)


def possible_secrets_in(text: str) -> Iterator[Possible]:
    """Yield what may be a secret in a configuration: every text, and the names and numbers that are secrets.

    Args:
        text: as for `secrets_in_text`.
    """
    plain = text.removeprefix("\ufeff")
    configuration: object = json.loads(
        plain, object_pairs_hook=_Object, parse_int=_Number, parse_float=_Number
    )
    beside = _Object()
    for key, value in _members_of(configuration):
        if key == "profiles" and isinstance(value, _MEMBERS):
            for name, profile in _members_of(value):
                yield from _in_profile(name, profile)
        else:
            beside.append((key, value))
    yield from _in_profile(None, beside)  # the CLI's old form: a single provider's fields


def _judged(possible: Iterable[Possible]) -> Iterator[FoundSecret]:
    for profile, path, text, known in possible:
        if known or is_secret(path, text):
            yield FoundSecret(profile, path, text)


class SecretTexts:
    """The secrets among some texts, each judged when someone asks about it."""

    def __init__(self) -> None:
        self._places: dict[str, list[Path]] = {}
        self._known: set[str] = set()

    @classmethod
    def in_configuration(cls, text: str) -> SecretTexts:
        """Return those of a configuration; see `secrets_in_text`."""
        texts = cls()
        texts.add(possible_secrets_in(text))
        return texts

    def add(self, possible: Iterable[Possible]) -> None:
        """Add what may be a secret."""
        places = self._places
        for _, path, text, known in possible:
            if known:
                self._known.add(text)
            else:
                places.setdefault(text, []).append(path)

    def possible(self) -> set[str]:
        """Return the texts that may be secrets."""
        return self._known.union(self._places)

    def __contains__(self, text: object) -> bool:
        """Return whether a text is one of the secrets."""
        if not isinstance(text, str):
            return False
        if text in self._known:
            return True
        return any(is_secret(path, text) for path in self._places.get(text, ()))

    def __iter__(self) -> Iterator[str]:
        """Yield each secret once, judging one text after the other."""
        return (text for text in self.possible() if text in self)

    def __bool__(self) -> bool:
        """Return whether there is a secret."""
        return next(iter(self), None) is not None


class _Object(list[tuple[str, object]]):
    """The members of an object, duplicates included."""


_MEMBERS = (dict, _Object)


class _Number(str):
    """A number as written."""

    __slots__ = ()


_EMPTY = frozenset((bool,))
_PLAIN = frozenset((bool, _Number, int, float))


def _members_of(value: object) -> list[tuple[str, object]]:
    if isinstance(value, dict):
        return list(value.items())
    return value if isinstance(value, _Object) else []


def _in_profile(name: str | None, fields: object) -> Iterator[Possible]:
    walk = _walk(name, fields)
    if not is_of_aws(dict(_members_of(fields))):
        return walk
    return (found for found in walk if not (found[1] == ("apiKey",) and ACCESS_KEY_ID.fullmatch(found[2])))


def _walk(profile: str | None, fields: object) -> Iterator[Possible]:
    open_now: list[Iterator[tuple[Path, object]]] = [iter((((), fields),))]
    while open_now:
        for path, value in open_now[-1]:
            if type(value) is str:
                if value:
                    yield profile, path, value, False
            elif isinstance(value, _MEMBERS):
                members = _members_of(value)
                found = {key for key, _ in members if is_secret_name(key)}
                yield from ((profile, (*path, HIDDEN), key, True) for key, _ in members if key in found)
                paths = [(*path, HIDDEN if key in found else key) for key, _ in members]
                open_now.append(zip(paths, [inner for _, inner in members], strict=True))
                break
            elif isinstance(value, list):
                # A million plain counts or empty lists need not be judged one by one.
                passed = _PLAIN if is_count(path) else _EMPTY
                elements = [element for element in value if element and type(element) not in passed]
                open_now.append(zip(itertools.repeat(path), elements, strict=False))
                break
            elif isinstance(value, _Number):
                if not is_count(path):
                    yield profile, path, str(value), True
            elif isinstance(value, int | float) and is_secret(path, value):
                yield profile, path, str(value), True
        else:
            open_now.pop()
