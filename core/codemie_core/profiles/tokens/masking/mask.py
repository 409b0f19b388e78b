"""Shows configurations with everything `hidden` that is not known to be harmless.

Equal hidden values get the same number, so a comparison shows that a token changed, but no part of it.
`config/secret_detection` decides what may be shown. Profile names are always shown, because users choose by
them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from codemie_core.config.secret_detection.classifier import is_count
from codemie_core.config.secret_detection.harmless import form_of, is_address_field, shown_address
from codemie_core.config.secret_detection.search import Possible, SecretTexts
from codemie_core.files.json.document import JsonDocument
from codemie_core.files.json.syntax import uncollected
from codemie_core.profiles.tokens.masking.items import Item, Place, What, items_of
from codemie_core.profiles.tokens.masking.repeated import Repeated


class Mask:
    """Hides secrets in texts that are shown together."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def text_of(self, document: JsonDocument) -> str:
        """Return the document's text, still JSON, with everything hidden that is not known to be harmless."""
        with uncollected():
            items = self.items_of(document.text)
            secrets = SecretTexts()
            secrets.add(possible_among(items))
            repeated = Repeated(secrets.possible(), secrets)
            repeated.look_for(shown_among(items))
            return self.masked(document.text, items, repeated)

    def items_of(self, text: str, *, around: Sequence[Place] = ()) -> list[Item]:
        """Return the names and values of a text; arguments as for `items.items_of`."""
        return list(items_of(text, around=around))

    def masked(self, text: str, items: Iterable[Item], repeated: Repeated) -> str:
        """Return a text with its secrets hidden.

        Args:
            text: a configuration, or a part of one.
            items: its names and values.
            repeated: secrets to hide wherever they appear.
        """
        parts, at = list[str](), 0
        for item in items:
            if item.names_profile or (item.harmless and not repeated.within(item.text)):
                continue
            parts.append(text[at : item.start])
            parts.append(self._hidden(item, repeated))
            at = item.end
        return "".join([*parts, text[at:]])

    def _hidden(self, item: Item, repeated: Repeated) -> str:
        """Return the JSON to show instead of an item that is not shown as it is."""
        numbered = self._numbered(item.text)
        if item.harmless or not _is_address(item) or repeated.within(item.text):
            return f'"{numbered}"'
        return json.dumps(shown_address(item.text, numbered) or numbered, ensure_ascii=False)

    def _numbered(self, text: str) -> str:
        return f"(hidden, no. {self._numbers.setdefault(text, len(self._numbers) + 1)})"


def _is_address(item: Item) -> bool:
    return "://" in item.text and item.what is What.STRING and is_address_field(item.path)


def possible_among(items: Iterable[Item]) -> Iterator[Possible]:
    """Yield what may be a secret: the names and values that are not harmless."""
    for item in items:
        if item.harmless or item.names_profile:
            continue
        if item.what is What.KEY:
            yield None, (), item.text, False
        elif item.what is What.STRING or form_of(item.path) is not None:
            yield None, item.path, item.text, False
        elif not is_count(item.path):
            yield None, item.path, item.text, True


def shown_among(items: Iterable[Item]) -> Iterator[str]:
    """Yield the texts of which at least a part is shown if no secret is in them."""
    for item in items:
        if (item.harmless and not item.names_profile) or _is_address(item):
            yield item.text
