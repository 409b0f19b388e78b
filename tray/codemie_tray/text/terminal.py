"""Text made safe for a terminal: what would control it, or the writing direction, is shown as an escape."""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"
"""Scripts and emoji need them, and they control nothing."""
_CONTROLS = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Unicode's categories: control, format (marks of direction, too), half a pair, line and paragraph ends."""


def escaped(text: str, *, keep: str = "") -> str:
    r"""Return `text` with each such character as JSON writes it: `\u001b`, `\u202e`.

    Args:
        text: any; names, models and paths come from files that anybody may have written.
        keep: characters that stay: a tab, a line end where the text has several lines.
    """
    if text.isprintable():
        return text
    if "\n" in keep and "\n" in text:  # line by line: nearly all are printable, and asking is quick
        return "\n".join(escaped(line, keep=keep) for line in text.split("\n"))
    return "".join(char if char in keep or not _controls(char) else _escape(char) for char in text)


def _controls(char: str) -> bool:
    return char not in _JOINERS and unicodedata.category(char) in _CONTROLS


def _escape(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
