"""Configurations as a person may be shown them: every secret replaced by `hidden`, all else as it stands.

Equal secrets get the same number, so that a comparison shows that a token changed, and nothing of it. What
counts as a secret here is more than `profile.SECRET_FIELDS`: in a file that anybody may have written, a field
whose name sounds like a secret, or a value that looks like one, is hidden too. Hiding too much costs nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from codemie_core.config.profile import REFERENCE_PREFIX, is_placeholder
from codemie_core.files.json_document import JsonDocument

_NAMES = re.compile(
    r"token|secret|passw|passphrase|api.?key|access.?key|private.?key|cookie|authori[sz]ation|credential|bearer",
    re.IGNORECASE,
)
_NOT_NAMES = re.compile(r"env.?var$|(?:max|min|input|output|context|limit).*tokens?$", re.IGNORECASE)
"""`tokenEnvVar` names a variable, `maxTokens` counts: no secrets."""
_VALUES = re.compile(
    r"^sk-|^pk-|^eyJ|^gh[pousr]_|^glpat-|^xox[a-z]-|^AKIA|^AIza|\b(?:bearer|basic)\s+\S|://[^/@\s]*:[^/@\s]*@"
    r"|[?&][^=&]*(?:key|token|secret|password|sig)[^=&]*=|-----BEGIN",
    re.IGNORECASE,
)


_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]]')
_COLON = re.compile(r"[ \t\n\r]*:")


@dataclass(frozen=True, slots=True)
class _String:
    """A string value: where it stands, and the names of the fields it stands in."""

    start: int
    end: int
    value: str
    fields: tuple[str, ...]

    @property
    def is_secret(self) -> bool:
        if not self.value or self.value.startswith(REFERENCE_PREFIX) or is_placeholder(self.value):
            return False
        # A profile's name is no field's.
        fields = self.fields[2:] if self.fields[:1] == ("profiles",) else self.fields
        named = any(_NAMES.search(name) and not _NOT_NAMES.search(name) for name in fields)
        return named or bool(_VALUES.search(self.value))


class Mask:
    """Hides secrets in texts that are shown together."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def text_of(self, document: JsonDocument) -> str:
        """Return the document's text with its secrets hidden."""
        strings = list(_strings(document.text))
        # The same secret may stand once more under a name that tells nothing.
        secrets = {string.value for string in strings if string.is_secret}
        parts, at = [], 0
        for string in strings:
            if string.value in secrets:
                number = self._numbers.setdefault(string.value, len(self._numbers) + 1)
                parts += [document.text[at : string.start], f'"(hidden, no. {number})"']
                at = string.end
        return "".join([*parts, document.text[at:]])


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


def _strings(text: str) -> Iterator[_String]:
    """Yield the string values of a text that is known to be JSON, at any depth, duplicate keys included."""
    fields: list[str] = []
    for token in _TOKENS.finditer(text):
        mark = token[0]
        if mark in "{[":
            fields.append("")  # an object's next key comes here; a list's elements bear its own name
        elif mark in "}]":
            fields.pop()
        elif _COLON.match(text, token.end()):
            fields[-1] = json.loads(mark)
        else:
            yield _String(
                token.start(), token.end(), json.loads(mark), tuple(name for name in fields if name)
            )
