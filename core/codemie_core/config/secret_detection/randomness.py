"""Decides whether a text looks random, like keys and tokens, or consists of words, numbers and dates.

A run of letters and digits splits into pieces: words in one case, and numbers. In what people write, pieces
are long (`claude`, `20241022`, `405b`); in random text they are hardly longer than one character. Runs of
letters alone are judged by their pairs of letters, half of which hardly ever occur in words.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable

_RUN = re.compile(r"[A-Za-z0-9]+")
_PIECE = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_DOUBTFUL = re.compile(r"[0-9]|[A-Za-z]{10}")
_HEX = re.compile(r"(?:[0-9a-f]+|[0-9A-F]+)\Z")
_UUID = re.compile(r"(?<![0-9A-Za-z])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9A-Za-z])")

_SHORTEST = 10
"""In characters; a shorter run says nothing by itself."""
_LONG = 16
"""In characters; from this length on, runs are judged more strictly, because people rarely write such."""
_TOO_LONG = 48
"""In characters; no word or number is this long."""
_HYPHENS_OF_A_UUID = 4
_GROUPS = 3
"""This many short runs that mix letters and digits are a key written in groups."""

_FOLLOWERS = {
    pair[0]: pair[1:]
    for pair in (
        *("abcdefghiklmnprstuvwxyz", "babeilorstuy", "cacehikloqrstuy", "dadegilmnorsuvwy"),
        *("eabcdefgiklmnopqrstuvwxy", "faefilorstuy", "gaeghilnorstuy", "haeilmnortuwy"),
        *("iabcdefgklmnopqrstvxz", "jaeou", "kaeilnosy", "labcdefiklmopstuvy", "mabeimnopsuy"),
        *(
            "nacdefgijklnoqstuvy",
            "oabcdefghiklmnoprstuvwxyz",
            "paehiloprstuy",
            "qu",
            "rabcdefgijklmnoprstuvy",
        ),
        *("sacehiklmnopqstuwy", "tacehilmorstuwy", "uabcdefgiklmnprstxz", "vaeioy", "waehilnors"),
        *("xaceiptuy", "yabcdeilmnoprst", "zaeilouyz"),
    )
}
"""Maps each letter to those that follow it in words and names."""


def looks_random(text: str) -> bool:
    """Return whether some part of a text looks random; takes time linear in its length."""
    if _DOUBTFUL.search(text) is None:
        return False
    runs = _RUN.findall(text)
    if any(map(is_random_run, runs)) or _UUID.search(text):
        return True
    odd = sum(len(run) >= 4 and _is_odd(run) for run in runs)
    return odd >= _GROUPS or _is_mixed_through("".join(runs))


def has_random_part(text: str) -> bool:
    """Like `looks_random`, but ignore keys in groups: UUIDs are more often ids of sessions than keys."""
    if text.isalnum() and text.isascii():
        return is_random_run(text) or _is_mixed_through(text)
    runs = _RUN.findall(_UUID.sub("", text) if text.count("-") >= _HYPHENS_OF_A_UUID else text)
    return any(map(is_random_run, runs)) or _is_mixed_through("".join(runs))


def pieces_of(text: str) -> int:
    """Return the number of pieces (words in one case, and numbers) in a text."""
    return len(_PIECE.findall(text))


def is_random_run(run: str) -> bool:
    """Return whether a run of ASCII letters and digits looks random."""
    length = len(run)
    if not _SHORTEST <= length < _TOO_LONG:
        return length >= _TOO_LONG
    if run.isdigit():
        return length > 20  # microseconds have 16, a 64-bit number has 20
    if length < _LONG:
        return _are_short(length, 2.2)(run) is not None
    if run.isalpha():
        return _are_short(length, 3)(run) is not None or _unspeakable(run)
    if run.islower() or run.isupper():
        return _has_pieces(3 if _HEX.match(run) else 4)(run) is not None
    return _are_short(length, 3.3)(run) is not None


@functools.cache
def _are_short(length: int, share: float) -> Callable[[str], object]:
    """Return a matcher for runs of `length` characters whose pieces average fewer than `share` characters."""
    return _has_pieces(next(count for count in itertools.count(1) if length < share * count))


@functools.cache
def _has_pieces(count: int) -> Callable[[str], object]:
    """Return a matcher for runs of at least `count` pieces; faster than `pieces_of`, which builds them."""
    return re.compile(rf"(?>{_PIECE.pattern}){{{count}}}").match


def _is_odd(run: str) -> bool:
    return not run.isdigit() and not run.isalpha() and pieces_of(run) >= 3


def _is_mixed_through(joined: str) -> bool:
    """Return whether cases and digits alternate throughout, as in base64 that is broken up by `-` and `_`."""
    if len(joined) < 20 or joined.islower() or joined.isupper():
        return False
    return len(joined) < 2.1 * pieces_of(joined)


def _unspeakable(letters: str) -> bool:
    lower = letters.lower()
    pairs = list(itertools.pairwise(lower))
    rare = sum(second not in _FOLLOWERS[first] for first, second in pairs)
    return rare * 4 > len(pairs)
