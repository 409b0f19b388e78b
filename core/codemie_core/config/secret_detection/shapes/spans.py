"""Finds secrets in a text by their shape and by the text before them.

They are known prefixes, `user:password@`, `name=value` with a secret's name, `Bearer ...`, PEM, random text.

Every search takes time linear in the length of the text, whatever it contains: the patterns are short and
can't backtrack over the same characters, and loops extend their matches.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codemie_core.config.secret_detection.lazy_pattern import Pattern
from codemie_core.config.secret_detection.names import Naming, naming_of
from codemie_core.config.secret_detection.randomness import has_random_part, looks_random, pieces_of
from codemie_core.config.secret_detection.shapes.beginnings import BEGINNINGS

Span = tuple[int, int]
"""Offsets of the first character and of the one past the last."""

_START = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    + "|".join(
        re.escape(first) + "[" + "".join(re.escape(two[1]) for two in BEGINNINGS if two[0] == first) + "]"
        for first in sorted({two[0] for two in BEGINNINGS})
    )
    + ")"
)
"""Where a known prefix may start."""
_TOKEN = Pattern(r"[A-Za-z0-9_./+=~%-]*")
_SOLID = Pattern(r"[A-Za-z0-9_-]*")
_AWS_ID = re.compile(r"(?<![A-Za-z0-9])A(?:KIA|SIA|BIA|CCA|3T[A-Z0-9])[A-Z0-9]{12,}")
_BASE64_OF_40 = re.compile(r"(?<![A-Za-z0-9/+=])[A-Za-z0-9+][A-Za-z0-9/+]{39}(?![A-Za-z0-9/+=])")
_RANDOM = re.compile(r"[A-Za-z0-9_+=~-]{16,}")
_WORD = r"(?>[a-z]{1,15}(?![a-z0-9])|[a-z0-9]{1,9}(?![a-z0-9]))"
_PLAIN = re.compile(
    rf"(?:https?://(?P<host>{_WORD}(?:[.-]{_WORD})*+)(?P<port>:[0-9]{{1,5}}+)?+(?:/{_WORD}(?:[-_.]{_WORD})*+)*+/?"
    rf"|{_WORD}(?:[-_./]{_WORD})*+)"
)
"""No run of letters and digits in it is long enough to be random."""
_FILE_ENDING = Pattern(r"\.[a-z]{1,6}\b")
_ADDRESS = Pattern(r"[^\s\"'<>`\\|]*")
_PORT = Pattern(r":\d{1,5}(?:[/?#]|$)")
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
_PEM_BEGIN, _PEM_END = "-----BEGIN ", "-----END "
_SPOKEN = Pattern(r"pass(?:word|wd|phrase)|passwort|kennwort|pwd", re.IGNORECASE)
_NO_SECRET = Pattern(
    r"(?:true|false|yes|no|on|off|null|none|nil|undefined|unset|empty|required|optional|missing|invalid|expired)\Z"
    r"|\$\{[A-Za-z_]\w*\}\Z|\$[A-Z_][A-Z0-9_]*\Z|%[A-Z_][A-Z0-9_]*%\Z|\[redacted\]|\(hidden|\*+\Z|\.\.\.\Z|<[^>]*>\Z",
    re.IGNORECASE,
)
_SCHEMES = frozenset(("bearer", "basic", "token", "digest", "negotiate", "apikey", "ssws", "geniekey"))
_BEHIND_SCHEME = Pattern(r"[ \t]+[^\s,;\"']+")
_IN_QUOTES = {quote: Pattern(rf"(?:[^{quote}\\]|\\.)*", re.DOTALL) for quote in "\"'"}
_LOGIN = Pattern(r"(?<![\w.%+:/@-])([\w.%+-]{1,64}:(?!//)[^\s@/:\"'<>]{3,128})@[\w-]")
"""`user:password@host` without a scheme."""
_PATH = Pattern(r"[/?#]")
_USERS_OF_ALL = frozenset(("git", "hg", "svn", "anonymous"))


def holds_secret(text: str) -> bool:
    """Return whether a text contains a secret."""
    return not is_plain(text) and (_is_one_random(text) or next(_spans(text), None) is not None)


def is_plain(text: str) -> bool:
    """Return whether a text clearly has no secret: just lower-case words and numbers, perhaps an address.

    None of the kinds of secret below can be in such a text. To find that out from their patterns, one after
    the other, takes ten times as long.
    """
    found = _PLAIN.fullmatch(text)
    if found is None or next(_by_beginning(text), None) is not None:
        return False
    return found["port"] is None or naming_of(found["host"]) in (Naming.PLAIN, Naming.ABOUT_ONE)


def secret_spans(text: str) -> list[Span]:
    """Return the spans of the secrets in a text, in order; adjacent ones are joined."""
    if is_plain(text):
        return []
    if _is_one_random(text):
        return [(0, len(text))]
    joined: list[Span] = []
    for start, end in sorted(_spans(text)):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def is_undivided(text: str) -> bool:
    """Return whether a text has no punctuation, so that the only secret in it can be the whole text."""
    return text.isalnum() and text.isascii() and not (text[0] == "A" and _AWS_ID.match(text))


def short_parts(text: str) -> dict[str, list[int]]:
    """Return the parts of a text that could be secrets shorter than `SHORTEST_BY_ITSELF`.

    Each is mapped to the offsets at which it begins.

    Only a name before it or an address around it can make such a short part a secret, so there is punctuation
    on both sides.
    """
    parts: dict[str, list[int]] = {}
    for sign in _BEFORE_A_SHORT_ONE.finditer(text):
        start = sign.end()
        for end in range(start + 1, min(start + SHORTEST_BY_ITSELF, len(text) + 1)):
            if _AFTER_A_SHORT_ONE.match(text, end):
                parts.setdefault(text[start:end], []).append(start)
    return parts


def beginnings_of_long_parts(text: str) -> list[str] | None:
    """Return the first `LONG_PART` characters of each part of a text that could be a secret.

    Nothing is judged, so there are more of them than secrets, but none is missing.

    Returns:
        None if a part that is shorter could be a secret, too.
    """
    if _WITHOUT_SHORT_PARTS.fullmatch(text) is None or _START.search(text):
        return None
    kinds = (_RANDOM, _AWS_ID, _BASE64_OF_40)
    starts = {found.start() for kind in kinds for found in kind.finditer(text)}
    return [text[start : start + LONG_PART] for start in starts]


LONG_PART = 16
"""In characters; secrets without a name, a known prefix or an address around them have at least as many."""
_WITHOUT_SHORT_PARTS = re.compile(r"(?:https?://)?[A-Za-z0-9._~%+/?#&!$*()-]*")
"""No name before a value, no user in an address, no words: only the random kinds of secret can be in it."""
SHORTEST_BY_ITSELF = 6
"""Minimum length, in characters, of a secret that is found by its own shape."""
_AFTER_A_SHORT_ONE = Pattern(r"[\s;&,})\]\"'<>@\\\0]|\Z")
_BEFORE_A_SHORT_ONE = Pattern(r"[=:>\"'/\s](?=.{1,5}?(?:[\s;&,})\]\"'<>@\\\0]|\Z))", re.DOTALL)


def _is_one_random(text: str) -> bool:
    """Return whether a text looks random from end to end, as do most keys where there are thousands."""
    return _RANDOM.fullmatch(text) is not None and has_random_part(text)


def is_opaque(value: str) -> bool:
    """Return whether a value could be a password or a key rather than a word, a number or a sentence."""
    if len(value) < 8 or any(char.isspace() for char in value):
        return False
    mixed = any(char.isdigit() for char in value) and any(char.isalpha() for char in value)
    return (mixed and pieces_of(value) >= 3) or looks_random(value)


def stands_for_none(value: str) -> bool:
    """Return whether a value in a secret's place is not a secret: `true`, `none`, a variable (`${TOKEN}`)."""
    return _NO_SECRET.match(value) is not None


def _spans(text: str) -> Iterator[Span]:
    """Yield the spans, starting with the kinds that are fastest to find: callers often need just one."""
    if len(text) < _SHORTEST or _DOUBTFUL.search(text) is None:
        return
    for found in _RANDOM.finditer(text):
        if has_random_part(found[0]) and not _FILE_ENDING.match(text, found.end()):
            yield found.span()
    yield from _by_beginning(text)
    yield from _of_aws(text)
    if "://" in text or "@" in text:
        yield from _in_addresses(text)
    yield from _by_name(text)
    if _PEM_BEGIN in text:
        yield from _pem_blocks(text)


_SHORTEST = 6
_DOUBTFUL = re.compile(r"[0-9=:@<_-]|[A-Za-z]{10}")
"""Every secret found below contains one of these; plain words and paths need no further search."""


def _by_beginning(text: str) -> Iterator[Span]:
    done = 0
    for word in _START.finditer(text):
        start = word.start()
        for beginning, least in BEGINNINGS[word[0]] if start >= done else ():
            if text.startswith(beginning, start):
                solid = _end(_SOLID, text, start + len(beginning))
                if solid - start - len(beginning) >= least:
                    done = _token_end(text, start)
                    yield start, done


def _token_end(text: str, start: int) -> int:
    end = _end(_TOKEN, text, start)
    while end > start and text[end - 1] == ".":
        end -= 1
    return end


def _in_addresses(text: str) -> Iterator[Span]:
    at = text.find("://")
    while at >= 0:
        found = _ADDRESS.match(text, at + 3)
        end = found.end() if found else at + 3
        login = login_end(text[at + 3 : end])
        if login:
            yield at + 3, at + 3 + login
        at = text.find("://", max(end, at + 3))
    for found in _LOGIN.finditer(text) if "@" in text else ():
        yield found.span(1)


def login_end(address: str) -> int:
    """Return where the user part of an address ends (at its `@`); 0 if it has none.

    Args:
        address: the part after `://`. Its password may contain unescaped `/` and `@`.
    """
    last = address.rfind("@")
    if last < 0:
        return 0
    path = _PATH.search(address)
    slash = path.start() if path else len(address)
    colon = address.find(":", 0, min(slash, last))
    if last > slash and (colon < 0 or _PORT.match(address, colon)):
        last = address.rfind("@", 0, slash)  # a later one is in the path: https://host/@user
        if last < 0:
            return 0
    return 0 if address[:last].lower() in _USERS_OF_ALL else last


def _by_name(text: str) -> Iterator[Span]:
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
                end = ends[kind] = ends[kind] if start < ends[kind] else _end(kind, text, start)
                if end - start < _LONGEST_SCHEME and text[start:end].lower() in _SCHEMES:
                    end = _end(_BEHIND_SCHEME, text, end)  # Authorization: Bearer ...
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
    return _end(_IN_QUOTES[quote], text, start)


def _end(pattern: Pattern, text: str, start: int) -> int:
    found = pattern.match(text, start)
    return found.end() if found else start


def _of_aws(text: str) -> Iterator[Span]:
    for found in _AWS_ID.finditer(text):
        yield found.span()
    for found in _BASE64_OF_40.finditer(text):
        joined = found[0].replace("/", "").replace("+", "")
        mixed = not (joined.islower() or joined.isupper() or joined.isalpha())
        if mixed and len(joined) < 4 * pieces_of(joined):  # a secret access key
            yield found.span()


def _pem_blocks(text: str) -> Iterator[Span]:
    at = text.find(_PEM_BEGIN)
    while at >= 0:
        last = text.find(_PEM_END, at)
        closed = text.find("-----", last + len(_PEM_END)) if last >= 0 else -1
        end = len(text) if closed < 0 else closed + len("-----")
        yield at, end
        at = text.find(_PEM_BEGIN, end)
