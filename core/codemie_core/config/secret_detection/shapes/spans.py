"""Finds secrets in a text.

Every search takes time linear in the length of the text, whatever it contains: the patterns are short and
can't backtrack over the same characters, and loops extend their matches.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from codemie_core.config.secret_detection.names import Naming, naming_of
from codemie_core.config.secret_detection.shapes import Span
from codemie_core.config.secret_detection.shapes.addresses import in_addresses
from codemie_core.config.secret_detection.shapes.keys import (
    by_beginning,
    is_one_random,
    of_aws,
    pem_blocks,
    random_parts,
)
from codemie_core.config.secret_detection.shapes.named import by_name

_WORD = r"(?>[a-z]{1,15}(?![a-z0-9])|[a-z0-9]{1,9}(?![a-z0-9]))"
_PLAIN = re.compile(
    rf"(?:https?://(?P<host>{_WORD}(?:[.-]{_WORD})*+)(?P<port>:[0-9]{{1,5}}+)?+(?:/{_WORD}(?:[-_.]{_WORD})*+)*+/?"
    rf"|{_WORD}(?:[-_./]{_WORD})*+)"
)
"""No run of letters and digits in it is long enough to be random."""


def holds_secret(text: str) -> bool:
    """Return whether a text contains a secret."""
    return not is_plain(text) and (is_one_random(text) or next(_spans(text), None) is not None)


def is_plain(text: str) -> bool:
    """Return whether a text clearly has no secret: just lower-case words and numbers, perhaps an address.

    None of the kinds of secret below can be in such a text. To find that out from their patterns, one after
    the other, takes ten times as long.
    """
    found = _PLAIN.fullmatch(text)
    if found is None or next(by_beginning(text), None) is not None:
        return False
    return found["port"] is None or naming_of(found["host"]) in (Naming.PLAIN, Naming.ABOUT_ONE)


def secret_spans(text: str) -> list[Span]:
    """Return the spans of the secrets in a text, in order; adjacent ones are joined."""
    if is_plain(text):
        return []
    if is_one_random(text):
        return [(0, len(text))]
    joined: list[Span] = []
    for start, end in sorted(_spans(text)):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _spans(text: str) -> Iterator[Span]:
    """Yield the spans, starting with the kinds that are fastest to find: callers often need just one."""
    if len(text) < _SHORTEST or _DOUBTFUL.search(text) is None:
        return
    yield from random_parts(text)
    yield from by_beginning(text)
    yield from of_aws(text)
    if "://" in text or "@" in text:
        yield from in_addresses(text)
    yield from by_name(text)
    yield from pem_blocks(text)


_SHORTEST = 6
_DOUBTFUL = re.compile(r"[0-9=:@<_-]|[A-Za-z]{10}")
"""Every secret found below contains one of these; plain words and paths need no further search."""
