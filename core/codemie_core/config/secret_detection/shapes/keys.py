"""Secrets with a form of their own: known prefixes, the keys of AWS, PEM blocks, and random text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from codemie_core.config.secret_detection.lazy_pattern import Pattern
from codemie_core.config.secret_detection.randomness import has_random_part, pieces_of
from codemie_core.config.secret_detection.shapes import Span
from codemie_core.config.secret_detection.shapes.beginnings import BEGINNINGS

START = re.compile(
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
AWS_ID = re.compile(r"(?<![A-Za-z0-9])A(?:KIA|SIA|BIA|CCA|3T[A-Z0-9])[A-Z0-9]{12,}")
BASE64_OF_40 = re.compile(r"(?<![A-Za-z0-9/+=])[A-Za-z0-9+][A-Za-z0-9/+]{39}(?![A-Za-z0-9/+=])")
RANDOM = re.compile(r"[A-Za-z0-9_+=~-]{16,}")
_FILE_ENDING = Pattern(r"\.[a-z]{1,6}\b")
_PEM_BEGIN, _PEM_END = "-----BEGIN ", "-----END "


def random_parts(text: str) -> Iterator[Span]:
    """Yield the runs that look random, except names of files."""
    for found in RANDOM.finditer(text):
        if has_random_part(found[0]) and not _FILE_ENDING.match(text, found.end()):
            yield found.span()


def is_one_random(text: str) -> bool:
    """Return whether a text looks random from end to end, as do most keys where there are thousands."""
    return RANDOM.fullmatch(text) is not None and has_random_part(text)


def by_beginning(text: str) -> Iterator[Span]:
    """Yield the tokens with a known prefix."""
    done = 0
    for word in START.finditer(text):
        start = word.start()
        for beginning, least in BEGINNINGS[word[0]] if start >= done else ():
            if text.startswith(beginning, start):
                solid = _SOLID.end(text, start + len(beginning))
                if solid - start - len(beginning) >= least:
                    done = _token_end(text, start)
                    yield start, done


def _token_end(text: str, start: int) -> int:
    end = _TOKEN.end(text, start)
    while end > start and text[end - 1] == ".":
        end -= 1
    return end


def of_aws(text: str) -> Iterator[Span]:
    """Yield the ids of access keys, and the secret access keys."""
    for found in AWS_ID.finditer(text):
        yield found.span()
    for found in BASE64_OF_40.finditer(text):
        joined = found[0].replace("/", "").replace("+", "")
        mixed = not (joined.islower() or joined.isupper() or joined.isalpha())
        if mixed and len(joined) < 4 * pieces_of(joined):  # a secret access key
            yield found.span()


def pem_blocks(text: str) -> Iterator[Span]:
    """Yield the PEM blocks, from their first line to their last."""
    at = text.find(_PEM_BEGIN)
    while at >= 0:
        last = text.find(_PEM_END, at)
        closed = text.find("-----", last + len(_PEM_END)) if last >= 0 else -1
        end = len(text) if closed < 0 else closed + len("-----")
        yield at, end
        at = text.find(_PEM_BEGIN, end)
