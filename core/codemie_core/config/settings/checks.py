"""What a setting's value may be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any], Any]
"""Returns the value, or raises ValueError saying what is valid."""


def whole(low: int, high: int) -> Check:
    """Return a check for an integer in an inclusive range."""

    def check(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return value

    return check


def amount(low: float, high: float) -> Check:
    """Return a check for a number in an inclusive range."""

    def check(value: Any) -> Any:
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise ValueError(f"must be a number from {low:g} to {high:g}")
        return value

    return check


def optional(check: Check) -> Check:
    """Return a check that also accepts null, which turns a feature off."""
    return lambda value: None if value is None else check(value)


def flag(value: Any) -> Any:
    """Check for true or false."""
    if value is not True and value is not False:
        raise ValueError("must be true or false")
    return value


def one_of(*words: str) -> Check:
    """Return a check for one of some words."""

    def check(value: Any) -> Any:
        if not isinstance(value, str) or value not in words:
            raise ValueError(f"must be one of: {', '.join(words)}")
        return value

    return check


def names(value: Any) -> Any:
    """Check for a list of names; a repeated name counts once."""
    if not isinstance(value, list | tuple) or not all(isinstance(name, str) for name in value):
        raise ValueError("must be a list of names")
    return tuple(dict.fromkeys(value))


def texts_by_name(value: Any) -> Any:
    """Check for an object whose members are texts."""
    if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
        raise ValueError("must be an object of texts by name")
    return dict(value)
