"""What is a secret, and what is harmless: one answer for all that shows, keeps or guards a configuration.

The two are no opposites. A *secret* is what is known to be one, by its field's name or by what it looks
like: it makes its file private, `doctor` reports it, the log leaves it out. *Harmless* is what is known
to be none: a known field with a value of the form that belongs there. Only that is shown. Between the two
lies what nobody knows: it is hidden, and nobody is warned of it.

A path is the names of the fields above a value: ("jwtConfig", "token"). It begins at the profile's own
fields, or at the configuration's for what stands beside `profiles`. Elements of a list have the list's
path.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from codemie_core.files.json_document import JsonValue
from codemie_core.secret_detection.harmless import form_of, is_address_field, shown_address
from codemie_core.secret_detection.names import Naming, naming_of
from codemie_core.secret_detection.shapes import holds_secret, is_opaque, stands_for_none

REFERENCE_PREFIX = "credential:"
"""A token of this form names an entry of the credential store and is no secret itself."""
PLACEHOLDERS = frozenset({"sso-provided", "aws-profile", "not-required"})
"""What the CLI's setup writes as `apiKey` of profiles that have no key: SSO, Bedrock by an AWS profile,
LiteLLM without a key. The CLI compares these words literally, so they must stay in its file."""
ACCESS_KEY_ID = re.compile(r"A[KS]IA[A-Z0-9]{12,124}")
"""AWS, "IAM identifiers": AKIA begins the id of a long-lived access key, ASIA that of a temporary one. AWS
itself shows it in logs, and without the secret access key it is of no use: hidden, and nobody is warned."""
HIDDEN = "(hidden)"
"""What is shown in place of a value that is not known to be harmless."""


@dataclass(frozen=True, slots=True)
class FoundSecret:
    """A secret that stands in a configuration in the clear."""

    profile: str | None
    """None: it stands beside the profiles."""
    path: tuple[str, ...]
    """Where, for a person: names of fields alone, one that is a secret itself left out."""
    text: str = field(repr=False)


def is_secret(path: Sequence[str], value: JsonValue) -> bool:
    """Return whether a value is known to be a secret, or to have one in it.

    Args:
        path: the names of the fields above it.
        value: a text or a number; what else there is in JSON is none. Look at the parts of lists and objects.
    """
    if isinstance(value, str):
        return _is_secret_text(path, value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return _is_secret_number(path)


def is_harmless(path: Sequence[str], value: JsonValue) -> bool:
    """Return whether a value is known to be no secret, so that it may be shown.

    Args:
        path: the names of the fields above it.
        value: a text, a number, or true, false and null, which are always harmless.
    """
    if value is None or isinstance(value, bool) or value == "":
        return True
    if isinstance(value, str):
        if _takes_no_secret(path, value):
            return not holds_secret(value.removeprefix(REFERENCE_PREFIX))
    elif not isinstance(value, int | float):
        return False
    form = form_of(path)
    return form is not None and form(value if isinstance(value, str) else _digits(value))


def shown(path: Sequence[str], value: str, *, hidden: str = HIDDEN) -> str:
    """Return a value as it may be shown: itself, an address without its secret parts, or `hidden`."""
    if is_harmless(path, value):
        return value
    return (shown_address(value, hidden) if is_address_field(path) else None) or hidden


def secrets_in_fields(fields: Mapping[str, JsonValue]) -> Iterator[FoundSecret]:
    """Yield each secret that stands in a profile's fields, at any depth."""
    yield from _walk(None, (), list(fields.items()))


def secrets_in_text(text: str) -> Iterator[FoundSecret]:
    """Yield each secret of a configuration, in profiles and beside them, in values and in names of fields.

    Args:
        text: known to be JSON. Of a field that stands there twice, both values count.
    """
    root = json.loads(
        text.removeprefix("\ufeff"), object_pairs_hook=_Object, parse_int=_Number, parse_float=_Number
    )
    for key, value in root if isinstance(root, _Object) else ():
        if key == "profiles" and isinstance(value, _Object):
            for name, profile in value:
                yield from _walk(name, (), profile)
        else:
            yield from _walk(None, (key,), value)


class _Object(list[tuple[str, JsonValue]]):
    """The members of an object, duplicates included."""


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


def _walk(profile: str | None, path: tuple[str, ...], value: object) -> Iterator[FoundSecret]:
    waiting: list[tuple[tuple[str, ...], object]] = [(path, value)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, Mapping | _Object):
            members = list(value.items() if isinstance(value, Mapping) else value)
            yield from (FoundSecret(profile, path, key) for key, _ in members if holds_secret(key))
            waiting += [
                ((*path, HIDDEN if holds_secret(key) else key), inner) for key, inner in reversed(members)
            ]
        elif isinstance(value, list):
            waiting += [(path, element) for element in reversed(value)]
        elif isinstance(value, _Number):
            if _is_secret_number(path):
                yield FoundSecret(profile, path, str(value))
        elif is_secret(path, value):  # type: ignore[arg-type]  # what is left is a JSON scalar
            yield FoundSecret(profile, path, str(value))


def _is_secret_text(path: Sequence[str], value: str) -> bool:
    if not value.strip() or _takes_no_secret(path, value):
        return False
    if tuple(path) in _ACCESS_KEY_ID_FIELDS and ACCESS_KEY_ID.fullmatch(value):
        return False
    if form_of(path) is None:
        naming = _naming_of(path)
        if naming is Naming.SECRET and not stands_for_none(value):
            return True
        if naming is Naming.PERHAPS and is_opaque(value):
            return True
    return holds_secret(value)


_ACCESS_KEY_ID_FIELDS = (("apiKey",), ("awsAccessKeyId",))


def _takes_no_secret(path: Sequence[str], value: str) -> bool:
    """Return whether a token's field holds something in place of a token."""
    return value.startswith(REFERENCE_PREFIX) or (value in PLACEHOLDERS and _naming_of(path) is Naming.SECRET)


def _naming_of(path: Sequence[str]) -> Naming:
    """Return what the names of the fields say: the last one, else one above it."""
    own = naming_of(path[-1]) if path else Naming.PLAIN
    if own is Naming.ABOUT_ONE or own is Naming.SECRET:
        return own
    return max((own, *(naming_of(name) for name in path[:-1] if naming_of(name) is Naming.SECRET)))


def _is_secret_number(path: Sequence[str]) -> bool:
    # `tokens`, `cookies`: a number there counts them.
    return bool(path) and naming_of(path[-1]) is Naming.SECRET and not path[-1].lower().endswith("s")


def _digits(value: float) -> str:
    return repr(value) if abs(value) < _LARGEST else ""


_LARGEST = 1e15
"""Beyond it a number is nobody's timeout; an integer of thousands of digits is slow to write."""
