"""Makes text safe for a terminal: escapes what would control it or the writing direction."""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"
"""Scripts and emoji need them, and they control nothing."""
_CONTROLS = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Unicode categories: control, format (direction marks, too), surrogates, line and paragraph separators."""


def escaped(text: str, *, keep: str = "") -> str:
    r"""Return `text` with each such character escaped as in JSON: `\u001b`, `\u202e`.

    Args:
        text: any text; names, models and paths come from files that anyone may have written.
        keep: characters to keep: a tab, or a newline if the text has several lines.
    """
    if text.isprintable():
        return text
    if "\n" in keep and "\n" in text:  # line by line: nearly all are printable, which is quick to check
        return "\n".join(escaped(line, keep=keep) for line in text.split("\n"))
    return "".join(char if char in keep or not _controls(char) else _escape(char) for char in text)


def _controls(char: str) -> bool:
    return char not in _JOINERS and unicodedata.category(char) in _CONTROLS


def _escape(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
