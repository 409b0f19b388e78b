"""Expressions that read like a translation stay out of the program, its docs and its tests.

The list is short on purpose: each expression was once common here, and hardly has a good use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("core", "tray", "installers", "benchmarks", "docs", "tests")
PAGES = ("README.md", "SECURITY.md", "CONTRIBUTING.md", "CHANGELOG.md")
SUFFIXES = {".py", ".md", ".rst", ".sh", ".nsi"}

INSTEAD = {
    "stands? there": "is, or contains",
    "anew": "again",
    "mend(s|ed|ing)?": "fix",
    "tells? of": "report",
    "(is|are) said(?! to)": "is reported, or is shown",
    "in vain": "without success",
    "in the place of": "in place of",
    "can not": "cannot, or can't",
    "what (is|are) no": "anything but",
    "(?<!there )(?<!there_)(is|are) no (error|fault|secret|token|file|text|home|crash)s?": "is not a",
    "go(es)? by (itself|themselves)": "is removed automatically, or starts by itself",
    "as ever": "as before",
    "not any more": "no longer",
    "a person meets": "the user sees",
    "of (the|a) person's": "of the user",
}
"""Each expression, as a regular expression in lower case, and what to write instead."""

_PATTERNS = {
    # A space also matches the underscore in a name.
    re.compile(rf"(?<![a-z])(?:{expression.replace(' ', '[ _]')})(?![a-z])", re.IGNORECASE): instead
    for expression, instead in INSTEAD.items()
}


def found_in(text: str) -> list[str]:
    """Return where a text has one of the expressions, and what to write instead."""
    return [
        f"line {number}: {match[0]!r}; write {instead!r}"
        for pattern, instead in _PATTERNS.items()
        for number, line in enumerate(text.splitlines(), 1)
        if (match := pattern.search(line))
    ]


def _texts() -> Iterator[Path]:
    yield from (ROOT / name for name in PAGES)
    written_by_others = ROOT / "tests" / "golden"
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            if path.suffix in SUFFIXES and path != Path(__file__) and written_by_others not in path.parents:
                yield path


def test_no_text_reads_like_a_translation() -> None:
    texts = list(_texts())
    assert {path.suffix for path in texts} == SUFFIXES
    found = {
        str(path.relative_to(ROOT)): lines
        for path in texts
        if (lines := found_in(path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "line",
    [
        "# a broken entry is mended at the next start",
        "def test_a_file_that_can_not_be_read_is_said() -> None:",
        '"""What stands there is no secret."""',
        "def _tell_of_loss(self) -> None:",
        "A pipe in the place of a file",
    ],
)
def test_such_an_expression_is_found_in_comments_names_and_sentences(line: str) -> None:
    assert found_in(line)


@pytest.mark.parametrize(
    "line",
    [
        "there is no secret with this name",
        "You are told which keyring is locked.",
        "Commend, amended, as every other",
        "it is said to be unique",
    ],
)
def test_ordinary_sentences_are_left_alone(line: str) -> None:
    assert found_in(line) == []
