"""Configurations as a person may be shown them: all is `hidden` that is not known to be harmless.

Equal hidden values get the same number, so that a comparison shows that a token changed, and nothing of it.
What may be shown is decided by `secret_detection`. Names of profiles are always shown: people choose by them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum

from codemie_core.files.json_document import JsonDocument
from codemie_core.secret_detection.classifier import Verdict, verdict_on
from codemie_core.secret_detection.harmless import (
    form_of,
    is_address_field,
    is_harmless_name,
    shown_address,
)
from codemie_core.secret_detection.shapes import secret_spans

_NUMBER = r"-?[0-9][0-9.eE+-]*"
_NUMBERS = re.compile(_NUMBER)
_EMPTY = r"(?:\[\s*\]|\{\s*\})"
_TOKENS = re.compile(
    r'"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?'
    rf"|{_EMPTY}(?:\s*,\s*{_EMPTY})*+"  # empty lists and objects, passed over together
    rf"|\[\s*(?:{_NUMBER}\s*,\s*){{8,}}+{_NUMBER}\s*\]"  # a list of many numbers, hidden as one
    rf"|[{{}}\[\]]|{_NUMBER}"
)
_PIECE = 6
"""Characters from which on a secret is hidden also where it is a part of a longer text."""


class _What(Enum):
    KEY = "the name of a field"
    STRING = "a string"
    NUMBER = "a number"


_KEY_ITEM, _STRING_ITEM, _NUMBER_ITEM = _What  # an attribute of an enumeration is slow to look up


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
        self._verdicts: dict[tuple[tuple[str, ...], str], Verdict] = {}
        """What was judged already: two versions of a configuration differ in little."""

    def text_of(self, document: JsonDocument) -> str:
        """Return the document's text, all hidden that is not known to be harmless; it is JSON still."""
        items = list(_items(document.text, self._verdict_on))
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
        harmless = item.verdict is Verdict.HARMLESS
        in_part = not harmless and item.what is _STRING_ITEM and is_address_field(item.path)
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
            self._known[text] = text in self._secrets or self._has_one_in_it(text)
        return self._known[text]

    def _has_one_in_it(self, text: str) -> bool:
        by_piece = self._by_piece
        for start in range(len(text) - _PIECE + 1):
            piece = text[start : start + _PIECE]
            if piece in by_piece and any(text.startswith(secret, start) for secret in by_piece[piece]):
                return True
        return False


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


def _items(text: str, judge: Callable[[tuple[str, ...], str], Verdict]) -> Iterator[_Item]:
    """Yield names and values of a text that is known to be JSON, at any depth, duplicate keys included.

    Args:
        text: the configuration's.
        judge: `verdict_on` for a text in a field.
    """
    around: list[_Place] = []  # of each object and list that is open
    here: _Place = (None, ())
    for token in _TOKENS.finditer(text):
        start, end = token.span()
        colon = token.start(1)
        if colon >= 0:
            end = colon
        mark = text[start:end]
        if len(mark) > 1 and mark[0] in "[{":
            if mark[0] == "[" and mark[1:].strip("] \t\r\n")[:1] not in ("", "[", "{", ","):
                yield from _long_list(mark, start, here[1], judge)
        elif mark in "{[":
            around.append(here)
        elif mark in "}]":
            here = around.pop()
        elif mark[0] != '"':
            path = here[1]
            verdict = verdict_on(path, 0) if form_of(path) is None else judge(path, mark)
            yield _Item(_NUMBER_ITEM, start, end, mark, path, False, verdict)
        else:
            value = json.loads(mark) if "\\" in mark else mark[1:-1]
            if colon >= 0:
                outer = around[-1]
                is_name = len(around) == _DEPTH_OF_NAMES and outer == (None, ("profiles",))
                here = (value, ()) if is_name else (outer[0], (*outer[1], value))
                verdict = Verdict.HARMLESS if is_harmless_name(value) else Verdict.UNKNOWN
                yield _Item(_KEY_ITEM, start, end, value, outer[1], is_name, verdict)
            else:
                profile, path = here
                is_name = profile is None and path == ("activeProfile",)
                is_name = is_name or (path == ("name",) and value == profile)
                verdict = Verdict.HARMLESS if is_name else judge(path, value)
                yield _Item(_STRING_ITEM, start, end, value, path, is_name, verdict)


def _long_list(
    mark: str, start: int, path: tuple[str, ...], judge: Callable[[tuple[str, ...], str], Verdict]
) -> Iterator[_Item]:
    """Yield a list of many numbers as one where they are hidden, else each of them."""
    if form_of(path) is None:
        verdict = verdict_on(path, 0)
        yield _Item(_What.NUMBER, start, start + len(mark), mark, path, names_profile=False, verdict=verdict)
        return
    for number in _NUMBERS.finditer(mark):
        first, end = number.span()
        text = number[0]
        yield _Item(
            _What.NUMBER,
            start + first,
            start + end,
            text,
            path,
            names_profile=False,
            verdict=judge(path, text),
        )


_Place = tuple[str | None, tuple[str, ...]]
"""The profile a value is in, None beside the profiles, and its path; a list's elements have the list's."""
_DEPTH_OF_NAMES = 2
"""Objects that are open where a profile's name stands: the configuration, and `profiles`."""
