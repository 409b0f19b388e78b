"""Parts of a text that could be secrets, found without judging them."""

from __future__ import annotations

import re

from codemie_core.config.secret_detection.lazy_pattern import Pattern
from codemie_core.config.secret_detection.shapes.keys import AWS_ID, BASE64_OF_40, RANDOM, START

LONG_PART = 16
"""In characters; secrets without a name, a known prefix or an address around them have at least as many."""
_WITHOUT_SHORT_PARTS = re.compile(r"(?:https?://)?[A-Za-z0-9._~%+/?#&!$*()-]*")
"""No name before a value, no user in an address, no words: only the random kinds of secret can be in it."""
SHORTEST_BY_ITSELF = 6
"""Minimum length, in characters, of a secret that is found by its own shape."""
_AFTER_A_SHORT_ONE = Pattern(r"[\s;&,})\]\"'<>@\\\0]|\Z")
_BEFORE_A_SHORT_ONE = Pattern(r"[=:>\"'/\s](?=.{1,5}?(?:[\s;&,})\]\"'<>@\\\0]|\Z))", re.DOTALL)


def is_undivided(text: str) -> bool:
    """Return whether a text has no punctuation, so that the only secret in it can be the whole text."""
    return text.isalnum() and text.isascii() and not (text[0] == "A" and AWS_ID.match(text))


def short_parts(text: str) -> dict[str, list[int]]:
    """Return the parts of a text that could be secrets shorter than `SHORTEST_BY_ITSELF`.

    Each is mapped to the offsets at which it begins.

    Only a name before it or an address around it can make such a short part a secret, so there is punctuation
    on both sides.
    """
    parts: dict[str, list[int]] = {}
    for sign in _BEFORE_A_SHORT_ONE.finditer(text):
        start = sign.end()
        for end in range(start + 1, min(start + SHORTEST_BY_ITSELF, len(text) + 1)):
            if _AFTER_A_SHORT_ONE.match(text, end):
                parts.setdefault(text[start:end], []).append(start)
    return parts


def beginnings_of_long_parts(text: str) -> list[str] | None:
    """Return the first `LONG_PART` characters of each part of a text that could be a secret.

    Nothing is judged, so there are more of them than secrets, but none is missing.

    Returns:
        None if a part that is shorter could be a secret, too.
    """
    if _WITHOUT_SHORT_PARTS.fullmatch(text) is None or START.search(text):
        return None
    kinds = (RANDOM, AWS_ID, BASE64_OF_40)
    starts = {found.start() for kind in kinds for found in kind.finditer(text)}
    return [text[start : start + LONG_PART] for start in starts]
