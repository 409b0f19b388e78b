"""Takes secrets out of text that is about to be kept: known ones exactly, others by what they look like.

Nothing should log a secret in the first place. This is the net below that: it may take away too much.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

REPLACEMENT = "[redacted]"
SHORTEST_SECRET = 6
"""Characters; a shorter one would take ordinary words with it."""

_LOOKS = r"""
      \b(?:sk|pk|rk)[-_][A-Za-z0-9_-]{6,}                       # provider keys
    | \b(?:gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|hf_|npm_|pypi-)[A-Za-z0-9_-]{6,}
    | \b(?:AKIA|ASIA)[A-Z0-9]{12,}
    | \bAIza[A-Za-z0-9_-]{20,}
    | \beyJ[A-Za-z0-9_-]{5,}(?:\.[A-Za-z0-9_-]*){1,4}           # JSON Web Tokens
    | \b[0-9A-Fa-f]{32,}\b(?![-\w./])                           # keys and ciphertext in hex
    """
_IN_ADDRESS = r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"
_AFTER_SCHEME = r"(?i)\b((?:Bearer|Basic|Token)\s+)[A-Za-z0-9._~+/=-]{6,}"
_NAMED = r"""(?ix)
    ( (?:auth[_-]?token|api[_-]?key|access[_-]?key|secret[_-]?key|secret|password|passwd|passphrase
      |cookies?(?:encrypted)?|session[_-]?token|refresh[_-]?token|id[_-]?token|token|authorization)
      ["']?\s*[=:]\s*)
    (?!\[redacted\])
    (?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s,;&}\])]+)
    """


@functools.cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Compile when the first line is written: the icon does not wait for it."""
    return (
        (re.compile(_LOOKS, re.VERBOSE), REPLACEMENT),
        (re.compile(_IN_ADDRESS), REPLACEMENT),
        (re.compile(_AFTER_SCHEME), rf"\1{REPLACEMENT}"),
        (re.compile(_NAMED), rf"\1{REPLACEMENT}"),
    )


class Redactor:
    """Knows some secrets by heart."""

    def __init__(self) -> None:
        self._known: tuple[str, ...] = ()

    def learn(self, secrets: Iterable[str]) -> None:
        """Take over the secrets there are now; the ones from before stay known."""
        known = set(self._known) | {secret for secret in secrets if len(secret) >= SHORTEST_SECRET}
        # The longest first: one may be the beginning of another.
        self._known = tuple(sorted(known, key=len, reverse=True))

    def clean(self, text: str) -> str:
        """Return `text` with each secret replaced."""
        for secret in self._known:
            text = text.replace(secret, REPLACEMENT)
        for pattern, replacement in _patterns():
            text = pattern.sub(replacement, text)
        return text
