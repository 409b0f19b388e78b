"""Names as they can be pasted into a shell, for messages that say which command to run next."""

from __future__ import annotations

import sys

_PLAIN = frozenset("-_./@+:,=")
"""Characters beside letters and digits that no shell treats specially."""
_SPECIAL_IN_DOUBLE_QUOTES = frozenset('"$`%')
"""In PowerShell or cmd."""


def command_word(name: str, *, placeholder: str = "NAME") -> str:
    """Return a name as one word of a command, in quotes if necessary.

    Args:
        name: the name of a profile or a credential, which may be any text.
        placeholder: returned instead of a name that can't be typed.
    """
    if not name or not name.isprintable() or name.startswith("-"):
        return placeholder
    if all(char.isalnum() or char in _PLAIN for char in name):
        return name
    if sys.platform == "win32":
        if not _SPECIAL_IN_DOUBLE_QUOTES.intersection(name):
            return f'"{name}"'
        return "'" + name.replace("'", "''") + "'"
    return "'" + name.replace("'", "'\\''") + "'"
