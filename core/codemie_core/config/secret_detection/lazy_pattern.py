"""A regular expression compiled on first use; the icon and `switch` need few of them."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator


class Pattern:
    """The part of `re.Pattern` that we use."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._pattern = pattern
        self._flags = flags

    @functools.cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self._pattern, self._flags)

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        """Match at an offset."""
        return self._compiled.match(text, start)

    def end(self, text: str, start: int) -> int:
        """Return where a match at an offset ends; the offset itself if there is none."""
        found = self._compiled.match(text, start)
        return found.end() if found else start

    def search(self, text: str, start: int = 0) -> re.Match[str] | None:
        """Find the first match at or after an offset."""
        return self._compiled.search(text, start)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Find all non-overlapping matches."""
        return self._compiled.finditer(text)

    def sub(self, replacement: str, text: str) -> str:
        """Replace each match."""
        return self._compiled.sub(replacement, text)
