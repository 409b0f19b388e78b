"""Shows configurations with everything `hidden` that is not known to be harmless.

Equal hidden values get the same number, so a comparison shows that a token changed, but no part of it.
`config/secret_detection` decides what may be shown. Profile names are always shown, because users choose by
them.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from codemie_core.config.secret_detection.classifier import Verdict, verdict_on
from codemie_core.config.secret_detection.harmless import is_address_field, shown_address
from codemie_core.config.secret_detection.shapes import (
    SHORTEST_BY_ITSELF,
    is_undivided,
    secret_spans,
    short_parts,
)
from codemie_core.files.json.document import JsonDocument
from codemie_core.files.json.syntax import uncollected
from codemie_core.profiles.tokens.masking.items import Item, Place, What, items_of

_PIECE = 6
"""In characters; secrets of at least this length are hidden within longer texts, too."""
_SEARCHES = 150
"""Number of searches in the joined secrets; each takes up to a millisecond if these are a megabyte in all."""


class Mask:
    """Hides secrets in texts that are shown together."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def text_of(self, document: JsonDocument) -> str:
        """Return the document's text, still JSON, with everything hidden that is not known to be harmless."""
        with uncollected():
            items = self.items_of(document.text)
            return self.masked(document.text, items, Repeated(secrets_among(items)))

    def items_of(self, text: str, *, around: Sequence[Place] = ()) -> list[Item]:
        """Return the names and values of a text; arguments as for `items.items_of`."""
        return list(items_of(text, verdict_on, around=around))

    def masked(self, text: str, items: Iterable[Item], repeated: Repeated) -> str:
        """Return a text with its secrets hidden.

        Args:
            text: a configuration, or a part of one.
            items: its names and values.
            repeated: secrets to hide wherever they appear.
        """
        parts, at = [], 0
        for item in items:
            hidden = self._hidden(item, repeated)
            if hidden is not None:
                parts += [text[at : item.start], hidden]
                at = item.end
        return "".join([*parts, text[at:]])

    def _hidden(self, item: Item, repeated: Repeated) -> str | None:
        """Return the JSON to show instead of the item; None to show the item itself."""
        if item.names_profile:
            return None
        harmless = item.verdict is Verdict.HARMLESS
        if not (harmless or _is_address(item)) or repeated.within(item.text):
            return f'"{self._numbered(item.text)}"'
        if harmless:
            return None
        numbered = self._numbered(item.text)
        return json.dumps(shown_address(item.text, numbered) or numbered, ensure_ascii=False)

    def _numbered(self, text: str) -> str:
        return f"(hidden, no. {self._numbers.setdefault(text, len(self._numbers) + 1)})"


def _is_address(item: Item) -> bool:
    return is_address_field(item.path) and item.what is What.STRING


def secrets_among(items: Iterable[Item]) -> set[str]:
    """Return the values that are known to be secrets."""
    return {item.text for item in items if item.verdict is Verdict.SECRET}


class Repeated:
    """Secrets to hide even under a harmless name, or within a longer text.

    A secret may be part of another one, as in `Bearer ...`. Most texts to be shown have nothing in common
    with the secrets. So we examine only secrets that share a piece with the text, until there have been so
    many searches that examining all secrets is faster.
    """

    def __init__(self, secrets: set[str]) -> None:
        self._secrets = set(secrets)
        self._by_piece: dict[str, list[str]] = {}
        for secret in secrets:
            self._note(secret)
        self._divided = [secret for secret in secrets if not is_undivided(secret)]
        self._joined = "\0".join(self._divided)
        self._starts = list(accumulate((len(secret) + 1 for secret in self._divided), initial=0))
        self._short: dict[str, list[int]] | None = None
        """Possible short secrets within longer ones, and where they are; None if not searched yet."""
        self._searches_left = _SEARCHES if self._divided else 0
        self._known: dict[str, bool] = {}

    def within(self, text: str) -> bool:
        """Return whether `text` is one of the secrets or contains a long one."""
        if text not in self._known:
            if self._searches_left > 0 and text and text not in self._secrets:
                self._look_at_those_like(text)
            self._known[text] = text in self._secrets or self._has_one_in_it(text)
        return self._known[text]

    def _look_at_those_like(self, text: str) -> None:
        """Examine each secret that may share a part with `text`, or all secrets if these are many."""
        if len(text) < SHORTEST_BY_ITSELF:
            if self._short is None:
                self._short = short_parts(self._joined)
            for at in self._short.pop(text, ()):
                self._look_at([self._divided[self._number_at(at)]])
            return
        for piece in {text[start : start + _PIECE] for start in range(len(text) - _PIECE + 1)}:
            at = 0
            while self._searches_left > 0:
                self._searches_left -= 1
                at = self._joined.find(piece, at)
                if at < 0:
                    break
                number = self._number_at(at)
                self._look_at([self._divided[number]])
                at = self._starts[number + 1]
        if self._searches_left <= 0:
            self._look_at(self._divided)

    def _number_at(self, offset: int) -> int:
        return bisect_right(self._starts, offset) - 1

    def _look_at(self, secrets: Iterable[str]) -> None:
        for secret in secrets:
            for start, end in secret_spans(secret):
                part = secret[start:end]
                if part not in self._secrets:
                    self._secrets.add(part)
                    self._note(part)

    def _note(self, secret: str) -> None:
        if len(secret) >= _PIECE:
            self._by_piece.setdefault(secret[:_PIECE], []).append(secret)

    def _has_one_in_it(self, text: str) -> bool:
        by_piece = self._by_piece
        for start in range(len(text) - _PIECE + 1):
            piece = text[start : start + _PIECE]
            if piece in by_piece and any(text.startswith(secret, start) for secret in by_piece[piece]):
                return True
        return False
