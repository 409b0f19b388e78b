"""Configurations as a person may be shown them: all is `hidden` that is not known to be harmless.

Equal hidden values get the same number, so that a comparison shows that a token changed, and nothing of it.
What may be shown is decided by `secret_detection`. Names of profiles are always shown: people choose by them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from codemie_core.files.json_document import JsonDocument
from codemie_core.secret_detection.classifier import Verdict, shown, verdict_on
from codemie_core.secret_detection.harmless import form_of, is_harmless_name
from codemie_core.secret_detection.shapes import secret_spans

_TOKENS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\]]|-?[0-9][0-9.eE+-]*')
_COLON = re.compile(r"[ \t\n\r]*:")
_PIECE = 6
"""Characters from which on a secret is hidden also where it is a part of a longer text."""


class _What(Enum):
    KEY = "the name of a field"
    STRING = "a string"
    NUMBER = "a number"


@dataclass(slots=True)  # not frozen: a large configuration has many, and that takes twice the time
class _Item:
    """A name or a value: what it is, and where it stands."""

    what: _What
    start: int
    end: int
    text: str
    path: tuple[str, ...]
    """The names of the fields above it, from the profile's own on."""
    names_profile: bool
    """Whether it is a profile's name, in one of the places that have it."""
    verdict: Verdict


class Mask:
    """Hides secrets in texts that are shown together."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def text_of(self, document: JsonDocument) -> str:
        """Return the document's text, all hidden that is not known to be harmless; it is JSON still."""
        items = list(_items(document.text))
        # A secret may stand once more under a name that tells nothing, or within a longer text.
        repeated = _Repeated({item.text for item in items if item.verdict is Verdict.SECRET})
        parts, at = [], 0
        for item in items:
            hidden = self._hidden(item, repeated)
            if hidden is not None:
                parts += [document.text[at : item.start], json.dumps(hidden, ensure_ascii=False)]
                at = item.end
        return "".join([*parts, document.text[at:]])

    def _hidden(self, item: _Item, repeated: _Repeated) -> str | None:
        """Return what is shown in the item's place; None: the item itself."""
        if item.names_profile:
            return None
        within = repeated.within(item.text)
        if item.verdict is Verdict.HARMLESS and not within:
            return None
        numbered = self._numbered(item.text)
        return (
            numbered if within or item.what is _What.NUMBER else shown(item.path, item.text, hidden=numbered)
        )

    def _numbered(self, text: str) -> str:
        return f"(hidden, no. {self._numbers.setdefault(text, len(self._numbers) + 1)})"


class _Repeated:
    """The secrets of a text, to find them where nothing else tells that they are secrets."""

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
            self._known[text] = text in self._secrets or any(
                text.startswith(secret, start)
                for start in range(len(text) - _PIECE + 1)
                for secret in self._by_piece.get(text[start : start + _PIECE], ())
            )
        return self._known[text]


def masked_difference(before: JsonDocument, after: JsonDocument, *, names: tuple[str, str]) -> list[str]:
    """Return how two configurations differ, as the lines of a unified diff, secrets hidden.

    Args:
        before: the older one.
        after: the newer one.
        names: what the two are called in the heading.
    """
    from difflib import unified_diff

    mask = Mask()
    old, new = mask.text_of(before).splitlines(), mask.text_of(after).splitlines()
    return list(unified_diff(old, new, *names, lineterm=""))


def _items(text: str) -> Iterator[_Item]:
    """Yield names and values of a text that is known to be JSON, at any depth, duplicate keys included."""
    fields: list[str | None] = []
    path: tuple[str, ...] = ()
    profile: str | None = None
    for token in _TOKENS.finditer(text):
        mark, start, end = token[0], *token.span()
        if mark in "{[":
            fields.append(None)  # an object's next key comes here; a list's elements bear its own name
        elif mark in "}]":
            fields.pop()
            profile, path = _place(fields)
        elif mark[0] != '"':
            verdict = verdict_on(path, 0) if form_of(path) is None else verdict_on(path, mark)
            yield _Item(_What.NUMBER, start, end, mark, path, names_profile=False, verdict=verdict)
        else:
            value = json.loads(mark) if "\\" in mark else mark[1:-1]
            if _COLON.match(text, end):
                fields[-1] = None
                outer = _place(fields)
                fields[-1] = value
                profile, path = _place(fields)
                verdict = Verdict.HARMLESS if is_harmless_name(value) else Verdict.UNKNOWN
                is_name = outer == (None, ("profiles",))
                yield _Item(_What.KEY, start, end, value, outer[1], names_profile=is_name, verdict=verdict)
            else:
                is_name = path == ("activeProfile",) or (path == ("name",) and value == profile)
                verdict = Verdict.HARMLESS if is_name else verdict_on(path, value)
                yield _Item(_What.STRING, start, end, value, path, names_profile=is_name, verdict=verdict)


def _place(fields: list[str | None]) -> tuple[str | None, tuple[str, ...]]:
    """Return the profile, None beside the profiles, and the path of what stands in these fields."""
    names = tuple(name for name in fields if name is not None)
    inside = len(names) > 1 and names[0] == "profiles"
    return (names[1], names[2:]) if inside else (None, names)
