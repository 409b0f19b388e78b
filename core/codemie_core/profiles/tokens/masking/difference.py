"""Shows how two configurations differ, with secrets hidden.

Most profiles of a large configuration are the same in both, and only those next to a change are shown. So
equal parts are compared without masking them: a placeholder replaces each of their lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from codemie_core.config.secret_detection.search import Possible, SecretTexts, possible_secrets_in
from codemie_core.files.json.document import JsonDocument
from codemie_core.files.json.syntax import uncollected
from codemie_core.profiles.tokens.masking.items import IN_PROFILES, LONG_LISTS, Item, Place
from codemie_core.profiles.tokens.masking.mask import Mask, possible_among, shown_among
from codemie_core.profiles.tokens.masking.repeated import Repeated
from codemie_core.profiles.tokens.masking.unified import unified_diff

_STAND_IN = re.compile("\0([0-9]+)\0")
"""Placeholder for a line; valid JSON never contains this character."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of a configuration: a profile with the comma before it, or the text around the profiles."""

    text: str
    around: tuple[Place, ...]
    """The objects that are still open where it begins."""
    is_profile: bool = False


def masked_difference(before: JsonDocument, after: JsonDocument, *, names: tuple[str, str]) -> list[str]:
    """Return the lines of a unified diff of two configurations, with secrets hidden.

    Args:
        before: the older one.
        after: the newer one.
        names: their names in the heading.
    """
    if before.text == after.text:
        return []
    with uncollected():
        return _unified(list(_pieces(before)), list(_pieces(after)), names)


def _unified(old: list[_Piece], new: list[_Piece], names: tuple[str, str]) -> list[str]:
    view = _View(old, new)
    while True:
        lines = list(unified_diff(view.lines_of(old), view.lines_of(new), names))
        numbers = {int(number) for line in lines for number in _STAND_IN.findall(line)}
        if not numbers:
            return lines
        view.unveil(numbers)


def _pieces(document: JsonDocument) -> Iterator[_Piece]:
    text, at, around = document.text, 0, tuple[Place, ...]()
    profiles = document.root.find("profiles")
    for member in profiles.value.members if profiles else ():
        if not around:
            yield _Piece(text[: member.key_start], ())
            at, around = member.key_start, IN_PROFILES
        yield _Piece(text[at : member.value.end], around, is_profile=True)
        at = member.value.end
    yield _Piece(text[at:], around)


def _possible_in(pieces: list[_Piece]) -> Iterator[Possible]:
    """Yield what may be a secret in these parts of a configuration, without their places in the text."""
    profiles = [piece.text.lstrip(" \t\r\n,") for piece in pieces if piece.is_profile]
    yield from possible_secrets_in(f'{{"profiles":{{{",".join(profiles)}}}}}')
    for piece in pieces:
        if not piece.is_profile:
            yield from possible_secrets_in(
                f'{{"profiles":{{"":0{piece.text}' if piece.around else f"{piece.text}}}}}"
            )


class _View:
    """The two configurations, masked as far as needed."""

    def __init__(self, old: list[_Piece], new: list[_Piece]) -> None:
        self._mask = Mask()
        in_both = set(old) & set(new)
        self._veiled = {
            piece: number
            for number, piece in enumerate(dict.fromkeys(old))
            if piece in in_both and not LONG_LISTS.search(piece.text)  # masking shortens those to fewer lines
        }
        self._by_number = {number: piece for piece, number in self._veiled.items()}
        self._items: dict[_Piece, list[Item]] = {}
        secrets = SecretTexts()
        secrets.add(_possible_in(list(self._veiled)))
        changed = [piece for piece in dict.fromkeys((*old, *new)) if piece not in self._veiled]
        for piece in changed:
            secrets.add(possible_among(self._items_of(piece)))
        self._repeated = Repeated(secrets.possible(), secrets)
        self._look_for_secrets_in(changed)
        self._masked: dict[_Piece, str] = {}

    def unveil(self, numbers: set[int]) -> None:
        """Mask the pieces that the diff turned out to show."""
        for number in numbers:
            self._veiled.pop(self._by_number[number], None)
        self._look_for_secrets_in(self._by_number[number] for number in numbers)

    def _look_for_secrets_in(self, pieces: Iterable[_Piece]) -> None:
        self._repeated.look_for(text for piece in pieces for text in shown_among(self._items_of(piece)))

    def lines_of(self, pieces: list[_Piece]) -> list[str]:
        """Return a configuration's lines."""
        return "".join(map(self._text_of, pieces)).splitlines()

    def _text_of(self, piece: _Piece) -> str:
        number = self._veiled.get(piece)
        if number is not None:
            # A line break at its end starts another line, which the next piece continues.
            count = len(f"{piece.text}.".splitlines())
            return "\n".join([f"\0{number}\0{line}" for line in range(count)])
        if piece not in self._masked:
            self._masked[piece] = self._mask.masked(piece.text, self._items_of(piece), self._repeated)
        return self._masked[piece]

    def _items_of(self, piece: _Piece) -> list[Item]:
        if piece not in self._items:
            self._items[piece] = self._mask.items_of(piece.text, around=piece.around)
        return self._items[piece]
