"""A profile's name as the user types it, and the matching one in the file."""

from __future__ import annotations

from collections.abc import Iterable


def meant_by(typed: str, names: Iterable[str]) -> str | None:
    """Return the name that is meant; None where there is none, or more than one.

    A letter such as the é of café is one character or two (UAX #15): most keyboards write the one, some
    editors and file systems the other. They look the same, so a name in the other form is meant too, if it is
    the only one.
    """
    names = tuple(names)
    if typed in names:
        return typed
    if typed.isascii() and all(name.isascii() for name in names):
        return None
    import unicodedata

    wanted = unicodedata.normalize("NFC", typed)
    alike = [name for name in names if unicodedata.normalize("NFC", name) == wanted]
    return alike[0] if len(alike) == 1 else None
