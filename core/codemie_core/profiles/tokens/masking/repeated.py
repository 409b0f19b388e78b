"""Finds the secrets that are repeated in what is shown: under a harmless name, or within a longer text.

A secret may be part of another one, as in `Bearer ...`. Most texts to be shown have nothing in common with
the secrets, of which there may be thousands. So only those are examined that share a piece with such a text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Container, Iterable, Iterator, Set
from itertools import accumulate

from codemie_core.config.secret_detection.shapes.parts import (
    LONG_PART,
    SHORTEST_BY_ITSELF,
    beginnings_of_long_parts,
    is_undivided,
    short_parts,
)
from codemie_core.config.secret_detection.shapes.spans import secret_spans

_PIECE = 6
"""In characters; secrets of at least this length are hidden within longer texts, too."""
_FEW_PIECES = 150
"""Up to so many pieces, searching for one after the other is faster: 0.1 ms each per megabyte of secrets."""
_BEFORE_A_HOST = frozenset(
    text[start : start + _PIECE] for text in ("http://", "https://") for start in (0, 1, 2)
)
"""Pieces that most addresses have; a text that shares more with a secret shares other pieces, too."""
_CORE, _STEP = 3, 4
"""Every piece contains one of the texts of `_CORE` characters that begin `_STEP` characters apart."""


class Repeated:
    """Secrets to hide wherever they appear.

    Args:
        possible: the texts that may be secrets.
        secrets: those of them that are; asking takes longer than searching, so few are asked about.
    """

    def __init__(self, possible: Collection[str], secrets: Container[str]) -> None:
        self._possible = possible
        self._secrets = secrets
        self._parts = set[str]()
        """Parts of secrets that are secrets as well."""
        self._beginnings = {text[:_PIECE] for text in possible if len(text) >= _PIECE}
        self._lengths: dict[str, set[int]] = {}
        """The lengths of the possible secrets with each beginning."""
        self._divided = [text for text in possible if not is_undivided(text)]
        self._joined = "\0".join(self._divided)
        self._starts: list[int] = []
        self._short: dict[str, list[int]] | None = None
        """Possible short secrets within longer ones, and their positions; None if not searched yet."""
        self._looked_for = set[str]()
        self._looked_at = set[int]()
        self._known: dict[str, bool] = {}

    def look_for(self, texts: Iterable[str]) -> None:
        """Prepare `within` for these texts; doing so for many at once is faster."""
        new = set(texts) - self._looked_for
        self._looked_for |= new
        if not self._divided:
            return
        for text in new:
            if 0 < len(text) < SHORTEST_BY_ITSELF:
                if self._short is None:
                    self._short = short_parts(self._joined)
                self._look_at(self._short.pop(text, ()), frozenset())
        pieces = _pieces_of(new, _PIECE) - _BEFORE_A_HOST
        if pieces:
            offsets = self._one_by_one(pieces) if len(pieces) <= _FEW_PIECES else self._at_once(pieces)
            self._look_at(offsets, _pieces_of(new, LONG_PART))

    def within(self, text: str) -> bool:
        """Return whether `text` is one of the secrets or contains a long one."""
        if text not in self._known:
            if text not in self._looked_for:
                self.look_for((text,))
            self._known[text] = self._is_secret(text) or self._has_one_in_it(text)
        return self._known[text]

    def _is_secret(self, text: str) -> bool:
        return text in self._parts or text in self._secrets

    def _one_by_one(self, pieces: Iterable[str]) -> Iterator[int]:
        """Yield the offsets of pieces in the joined texts, at least one of each text that contains any."""
        for piece in pieces:
            at = self._joined.find(piece)
            while at >= 0:
                yield at
                at = self._joined.find(piece, self._starts[self._number_at(at) + 1])

    def _at_once(self, pieces: set[str]) -> Iterator[int]:
        """Yield the same as `_one_by_one`, in a single pass."""
        joined = self._joined
        cores = {piece[start : start + _CORE] for piece in pieces for start in range(_STEP)}
        places = range(0, len(joined) - _CORE + 1, _STEP)
        done = 0
        for at in [at for at in places if joined[at : at + _CORE] in cores]:
            if at < done:
                continue
            starts = range(max(at - _STEP + 1, 0), at + 1)
            if any(joined[start : start + _PIECE] in pieces for start in starts):
                yield at
                done = self._starts[self._number_at(at) + 1]

    def _number_at(self, offset: int) -> int:
        if not self._starts:
            self._starts = list(accumulate((len(text) + 1 for text in self._divided), initial=0))
        return bisect_right(self._starts, offset) - 1

    def _look_at(self, offsets: Iterable[int], long_pieces: Set[str]) -> None:
        """Note the parts of the secrets at these offsets of the joined texts.

        Args:
            offsets: as found.
            long_pieces: what is to be shown, in pieces of `LONG_PART` characters.
        """
        for offset in offsets:
            number = self._number_at(offset)
            if number in self._looked_at:
                continue
            text = self._divided[number]
            long_parts = beginnings_of_long_parts(text)
            if long_parts is not None and long_pieces.isdisjoint(long_parts):
                continue  # only for now: other texts may be looked for later
            self._looked_at.add(number)
            spans = secret_spans(text)
            for start, end in spans if spans and text in self._secrets else ():
                part = text[start:end]
                if part not in self._parts:
                    self._parts.add(part)
                    if len(part) >= _PIECE:
                        self._beginnings.add(part[:_PIECE])
                        self._lengths_of(part[:_PIECE]).add(len(part))

    def _lengths_of(self, beginning: str) -> set[int]:
        """Return the lengths of the texts of at least `_PIECE` characters that start in this way."""
        if not self._lengths:
            for text in self._possible:
                if len(text) >= _PIECE:
                    self._lengths.setdefault(text[:_PIECE], set()).add(len(text))
        return self._lengths.setdefault(beginning, set())

    def _has_one_in_it(self, text: str) -> bool:
        for start in range(len(text) - _PIECE + 1):
            piece = text[start : start + _PIECE]
            if piece in self._beginnings:
                longest = len(text) - start
                lengths = [length for length in self._lengths_of(piece) if length <= longest]
                if any(self._is_secret(text[start : start + length]) for length in lengths):
                    return True
        return False


def _pieces_of(texts: Iterable[str], length: int) -> set[str]:
    return {text[start : start + length] for text in texts for start in range(len(text) - length + 1)}
