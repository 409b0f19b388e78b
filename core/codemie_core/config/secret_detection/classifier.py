"""Decides what is secret and what is harmless, for everything that shows, keeps or guards a configuration.

The two are not opposites. A value is *secret* if its field's name or its shape says so: its file becomes
private, `doctor` reports it, and the log omits it. A value is *harmless* if its field is known and the value
has the form that the field expects. Only harmless values are shown; the others are hidden without a warning.

A path lists the names of the fields that lead to a value, such as ("jwtConfig", "token"). It starts at the
profile's fields, or at the configuration's for values outside `profiles`. List elements have the list's path.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from enum import IntEnum

from codemie_core.config.secret_detection.harmless import Form, form_of, is_address_field, shown_address
from codemie_core.config.secret_detection.names import REMEMBERED, Naming, naming_of
from codemie_core.config.secret_detection.shapes.named import is_opaque, stands_for_none
from codemie_core.config.secret_detection.shapes.spans import holds_secret
from codemie_core.config.secret_detection.stand_ins import PLACEHOLDERS, REFERENCE_PREFIX, TOKEN_FIELDS
from codemie_core.files.json.document import JsonValue

HIDDEN = "(hidden)"
"""Shown in place of a value that is not known to be harmless."""


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
    if isinstance(value, str):
        return harmless_texts_in(tuple(path))(value)
    return verdict_on(path, value) is Verdict.HARMLESS


@functools.lru_cache(maxsize=REMEMBERED)
def harmless_texts_in(path: tuple[str, ...]) -> Callable[[str], bool]:
    """Return `is_harmless` for texts in one field.

    It does not find out whether a text is a secret, because that takes longer.
    """
    fits = form_of(path) is not None

    def is_harmless(value: str) -> bool:
        if not value or (fits and _fits(path, value)):
            return True
        return _stands_in(value) and _verdict_on_text(path, value) is Verdict.HARMLESS

    return is_harmless


def shown(path: Sequence[str], value: str, *, hidden: str = HIDDEN) -> str:
    """Return what to show for a value: itself, an address without its secret parts, or `hidden`."""
    if is_harmless(path, value):
        return value
    return (shown_address(value, hidden) if is_address_field(path) else None) or hidden


def is_count(path: Sequence[str]) -> bool:
    """Return whether a number in this field is never a secret."""
    return form_of(path) is not None or not _is_secret_number(path)


@functools.lru_cache(maxsize=REMEMBERED)
def is_secret_name(name: str) -> bool:
    """Return whether a field's name itself contains a secret."""
    return holds_secret(name)


# Profiles have much in common, and a command judges each several times: for its tokens, history and mode.
@functools.lru_cache(maxsize=REMEMBERED)
def _verdict_on_text(path: tuple[str, ...], value: str) -> Verdict:
    form, naming = _expected_at(path)
    if form is not None and _fits(path, value):
        return Verdict.HARMLESS
    if _stands_in(value) and (value not in PLACEHOLDERS or path in TOKEN_FIELDS):
        return Verdict.UNKNOWN if holds_secret(value.removeprefix(REFERENCE_PREFIX)) else Verdict.HARMLESS
    if not value.strip():
        return Verdict.UNKNOWN
    if naming is Naming.SECRET and not stands_for_none(value):
        return Verdict.SECRET
    named = naming is Naming.PERHAPS and is_opaque(value)
    return Verdict.SECRET if named or holds_secret(value) else Verdict.UNKNOWN


@functools.lru_cache(maxsize=REMEMBERED)
def _fits(path: tuple[str, ...], value: str) -> bool:
    """Whether a value has the form of its field, which is one with a form."""
    form = form_of(path)
    return form is not None and form(value)


def _stands_in(value: str) -> bool:
    """Whether a value may stand in for a token; a placeholder does so only in a token field."""
    return value.startswith(REFERENCE_PREFIX) or value in PLACEHOLDERS


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
