"""Secrets announced by the text before them: `name=value`, `--name value`, `Bearer ...`, `<name>value<`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codemie_core.config.secret_detection.lazy_pattern import Pattern
from codemie_core.config.secret_detection.names import Naming, naming_of
from codemie_core.config.secret_detection.randomness import looks_random, pieces_of
from codemie_core.config.secret_detection.shapes import Span

_SCHEME = Pattern(
    r"(?<![\w-])(?:bearer|basic|token|digest|negotiate|apikey|ssws|geniekey)[ \t]{1,4}([^\s,;\"'<>]{6,})",
    re.IGNORECASE,
)
_ASSIGNED = Pattern(
    r"(?<![\w.-])([\w.-]{2,64}+)(?:\\{0,4}[\"'])?[ \t]{0,4}(?::=|=>|[:=])[ \t]{0,4}(?P<quote>\\{0,4}[\"'])?"
)
_FLAG = Pattern(r"(?<!\S)--?([A-Za-z][\w-]{1,64}+)[ \t]{1,4}(?![-\s])")
_ELEMENT = Pattern(r"<([A-Za-z][\w:.-]{1,64}+)>([^<]{1,1024})</")
_NETRC = Pattern(r"\blogin[ \t\n]{1,8}\S{1,200}[ \t\n]{1,8}password[ \t\n]{1,8}(\S+)")
_UNQUOTED = Pattern(r"[^\s;&,}\])\"'<>]*")
_LINE = Pattern(r"[^\n;,}\]\"'<>]*")
_SPOKEN = Pattern(r"pass(?:word|wd|phrase)|passwort|kennwort|pwd", re.IGNORECASE)
_NO_SECRET = Pattern(
    r"(?:true|false|yes|no|on|off|null|none|nil|undefined|unset|empty|required|optional|missing|invalid|expired)\Z"
    r"|\$\{[A-Za-z_]\w*\}\Z|\$[A-Z_][A-Z0-9_]*\Z|%[A-Z_][A-Z0-9_]*%\Z|\[redacted\]|\(hidden|\*+\Z|\.\.\.\Z|<[^>]*>\Z",
    re.IGNORECASE,
)
_SCHEMES = frozenset(("bearer", "basic", "token", "digest", "negotiate", "apikey", "ssws", "geniekey"))
_BEHIND_SCHEME = Pattern(r"[ \t]+[^\s,;\"']+")
_IN_QUOTES = {quote: Pattern(rf"(?:[^{quote}\\]|\\.)*", re.DOTALL) for quote in "\"'"}


def is_opaque(value: str) -> bool:
    """Return whether a value could be a password or a key rather than a word, a number or a sentence."""
    if len(value) < 8 or any(char.isspace() for char in value):
        return False
    mixed = any(char.isdigit() for char in value) and any(char.isalpha() for char in value)
    return (mixed and pieces_of(value) >= 3) or looks_random(value)


def stands_for_none(value: str) -> bool:
    """Return whether a value in a secret's place is not a secret: `true`, `none`, a variable (`${TOKEN}`)."""
    return _NO_SECRET.match(value) is not None


def by_name(text: str) -> Iterator[Span]:
    """Yield the values whose name, scheme or element says that they are secrets."""
    # Most texts have none of these, and looking for a single character is far cheaper than a search.
    if "=" in text or ":" in text:
        yield from _assignments(text, _ASSIGNED)
    if " " not in text and "\t" not in text and "<" not in text:
        return
    if "-" in text:
        yield from _assignments(text, _FLAG)
    for found in _SCHEME.finditer(text):
        if is_opaque(found[1]):
            yield found.span(1)
    if "</" in text:
        for found in _ELEMENT.finditer(text):
            if naming_of(found[1]) is Naming.SECRET and not stands_for_none(found[2]):
                yield found.span(2)
    if "password" in text:
        for found in _NETRC.finditer(text):
            yield found.span(1)


def _assignments(text: str, pattern: Pattern) -> Iterator[Span]:
    """Yield the values of `name=value`, `"name": "value"` or `--name value` whose name announces a secret."""
    ends = {_LINE: 0, _UNQUOTED: 0}
    found = pattern.search(text)
    while found:
        start = after = found.end()
        naming = naming_of(found[1])
        if naming is Naming.SECRET or (naming is Naming.PERHAPS and pattern is _ASSIGNED):
            if quote := found.groupdict().get("quote"):
                end = _closing(text, start, quote)
            else:
                kind = _LINE if _SPOKEN.search(found[1]) else _UNQUOTED
                # The end is the same from anywhere within the same characters, so search only once.
                end = ends[kind] = ends[kind] if start < ends[kind] else kind.end(text, start)
                if end - start < _LONGEST_SCHEME and text[start:end].lower() in _SCHEMES:
                    end = _BEHIND_SCHEME.end(text, end)  # Authorization: Bearer ...
            if _may_be_secret(text[start : min(end, start + _JUDGED)].strip(), naming):
                yield start, end
                after = end
        found = pattern.search(text, after)


_LONGEST_SCHEME = 12
_JUDGED = 400
"""How many characters of a value are examined; a longer value is not a word."""


def _may_be_secret(value: str, naming: Naming) -> bool:
    if not value or stands_for_none(value) or value.startswith("credential:"):
        return False
    return naming is Naming.SECRET or is_opaque(value)


def _closing(text: str, start: int, quote: str) -> int:
    """Return where a quoted value ends; inside another string, its quotes have backslashes before them."""
    if len(quote) > 1:
        at = text.find(quote, start)
        return len(text) if at < 0 else at
    return _IN_QUOTES[quote].end(text, start)
