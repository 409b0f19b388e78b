"""Finds the secrets that are repeated in what is shown: under a harmless name, or within a longer text.

A secret may be part of another one, as in `Bearer ...`. Most texts to be shown have nothing in common with
the secrets, of which there may be thousands. So only those are examined that share a piece with such a text.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Container, Iterable, Iterator
from itertools import accumulate

from codemie_core.config.secret_detection.shapes import (
    SHORTEST_BY_ITSELF,
    is_undivided,
    secret_spans,
    short_parts,
)

_PIECE = 6
"""In characters; secrets of at least this length are hidden within longer texts, too."""
_FEW_PIECES = 150
"""Up to so many pieces, searching for one after the other is faster: 0.1 ms each per megabyte of secrets."""
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
        self._by_beginning: dict[str, list[str]] = {}
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
                self._look_at(self._short.pop(text, ()))
        pieces = {text[start : start + _PIECE] for text in new for start in range(len(text) - _PIECE + 1)}
        if pieces:
            self._look_at(self._one_by_one(pieces) if len(pieces) <= _FEW_PIECES else self._at_once(pieces))

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

    def _look_at(self, offsets: Iterable[int]) -> None:
        """Note the parts of the secrets at these offsets of the joined texts."""
        for offset in offsets:
            number = self._number_at(offset)
            if number in self._looked_at:
                continue
            self._looked_at.add(number)
            text = self._divided[number]
            for start, end in secret_spans(text) if text in self._secrets else ():
                part = text[start:end]
                if part not in self._parts:
                    self._parts.add(part)
                    if len(part) >= _PIECE:
                        self._beginnings.add(part[:_PIECE])
                        self._starting(part[:_PIECE]).append(part)

    def _starting(self, beginning: str) -> list[str]:
        """Return the texts of at least `_PIECE` characters that start in this way."""
        if not self._by_beginning:
            for text in self._possible:
                if len(text) >= _PIECE:
                    self._by_beginning.setdefault(text[:_PIECE], []).append(text)
        return self._by_beginning.setdefault(beginning, [])

    def _has_one_in_it(self, text: str) -> bool:
        for start in range(len(text) - _PIECE + 1):
            piece = text[start : start + _PIECE]
            if piece in self._beginnings and any(
                text.startswith(secret, start) and self._is_secret(secret) for secret in self._starting(piece)
            ):
                return True
        return False
