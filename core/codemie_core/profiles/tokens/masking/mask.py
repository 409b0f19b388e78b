"""Configurations as a person may be shown them: all is `hidden` that is not known to be harmless.

Equal hidden values get the same number, so that a comparison shows that a token changed, and nothing of it.
`config/secret_detection` decides what may be shown. Names of profiles are always shown, as people choose
by them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from codemie_core.config.secret_detection.classifier import Verdict, verdict_on
from codemie_core.config.secret_detection.harmless import is_address_field, shown_address
from codemie_core.config.secret_detection.shapes import secret_spans
from codemie_core.files.json.document import JsonDocument
from codemie_core.profiles.tokens.masking.items import Item, Place, What, items_of

_PIECE = 6
"""Characters from which on a secret is hidden also where it is a part of a longer text."""


class Mask:
    """Hides secrets in texts that are shown together."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._verdicts: dict[tuple[tuple[str, ...], str], Verdict] = {}
        """What was judged already: two versions of a configuration differ in little."""

    def text_of(self, document: JsonDocument) -> str:
        """Return the document's text, all hidden that is not known to be harmless; it is JSON still."""
        items = self.items_of(document.text)
        return self.masked(document.text, items, Repeated(secrets_among(items)))

    def items_of(self, text: str, *, around: Sequence[Place] = ()) -> list[Item]:
        """Return the names and values of a text; arguments as `items.items_of`."""
        return list(items_of(text, self._verdict_on, around=around))

    def masked(self, text: str, items: Iterable[Item], repeated: Repeated) -> str:
        """Return a text as it may be shown.

        Args:
            text: a configuration, or a part of one.
            items: its names and values.
            repeated: the secrets to hide wherever they are.
        """
        parts, at = [], 0
        for item in items:
            hidden = self._hidden(item, repeated)
            if hidden is not None:
                parts += [text[at : item.start], json.dumps(hidden, ensure_ascii=False)]
                at = item.end
        return "".join([*parts, text[at:]])

    def _hidden(self, item: Item, repeated: Repeated) -> str | None:
        """Return what is shown in the item's place; None: the item itself."""
        if item.names_profile:
            return None
        harmless = item.verdict is Verdict.HARMLESS
        in_part = not harmless and item.what is What.STRING and is_address_field(item.path)
        if not (harmless or in_part) or repeated.within(item.text):
            return self._numbered(item.text)
        if harmless:
            return None
        numbered = self._numbered(item.text)
        return shown_address(item.text, numbered) or numbered

    def _verdict_on(self, path: tuple[str, ...], text: str) -> Verdict:
        key = (path, text)
        if key not in self._verdicts:
            self._verdicts[key] = verdict_on(path, text)
        return self._verdicts[key]

    def _numbered(self, text: str) -> str:
        return f"(hidden, no. {self._numbers.setdefault(text, len(self._numbers) + 1)})"


def secrets_among(items: Iterable[Item]) -> set[str]:
    """Return the values that are known to be secrets."""
    return {item.text for item in items if item.verdict is Verdict.SECRET}


class Repeated:
    """Secrets that are to be hidden also under a harmless name, or within a longer text."""

    def __init__(self, secrets: set[str]) -> None:
        self._secrets = secrets | {text[start:end] for text in secrets for start, end in secret_spans(text)}
        self._by_piece: dict[str, list[str]] = {}
        for secret in self._secrets:
            if len(secret) >= _PIECE:
                self._by_piece.setdefault(secret[:_PIECE], []).append(secret)
        self._known: dict[str, bool] = {}

    def within(self, text: str) -> bool:
        """Return whether `text` is one of the secrets, or has a long one in it."""
        if text not in self._known:
            self._known[text] = text in self._secrets or self._has_one_in_it(text)
        return self._known[text]

    def _has_one_in_it(self, text: str) -> bool:
        by_piece = self._by_piece
        for start in range(len(text) - _PIECE + 1):
            piece = text[start : start + _PIECE]
            if piece in by_piece and any(text.startswith(secret, start) for secret in by_piece[piece]):
                return True
        return False
