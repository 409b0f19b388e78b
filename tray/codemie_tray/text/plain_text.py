"""Text for menus and notifications, made safe: anyone may have written it into a file."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence

from codemie_tray.text.language import _, ngettext, pgettext

LABEL_LIMIT = 48
"""Characters of a profile's name in a menu row; longer names end in an ellipsis."""

_LONGEST_NAME = 200
"""As `check_name` allows."""
_LEFT_TO_RIGHT, _ISOLATE, _END_OF_ISOLATE = "\u200e", "\u2068", "\u2069"
_KEPT_FORMAT = "\u200c\u200d"  # joiners: scripts and emoji need them


def plain(text: str, limit: int = LABEL_LIMIT) -> str:
    """Return `text` on one line, without characters that control a terminal or the writing direction.

    Cut at `limit` characters, never inside a base letter and its marks.
    """
    kept = text
    if not (text.isascii() and text.isprintable()):  # nearly every name is, and has nothing to leave out
        kept = "".join(
            " " if char.isspace() else char
            for char in text
            if char.isspace() or char in _KEPT_FORMAT or unicodedata.category(char) not in ("Cc", "Cf", "Cs")
        )
    kept = " ".join(kept.split())
    if len(kept) <= limit:
        return kept
    end = limit - 1
    while end > 1 and is_joined(kept[end]):
        end -= 1
    return kept[:end].rstrip() + "…"


def whole(name: str) -> str:
    """Return a profile's name for a sentence about that profile: safe like `plain`, but not shortened.

    Names that share a long beginning would look the same.
    """
    return plain(name, _LONGEST_NAME)


def isolated(text: str) -> str:
    """Return a name so that a Hebrew or Arabic one does not turn the direction of the row it begins.

    By the Unicode Bidirectional Algorithm (UAX #9, rule P2), the first letter outside isolates decides that.
    GTK looks inside isolates too (`pango_find_base_dir`), hence the mark in front.
    """
    if any(unicodedata.bidirectional(char) in ("R", "AL") for char in text):
        return f"{_LEFT_TO_RIGHT}{_ISOLATE}{text}{_END_OF_ISOLATE}"
    return text


def short_path(path: str) -> str:
    """Return a path with `~` for the user's own folder."""
    own = os.path.expanduser("~")
    return "~" + path[len(own) :] if own != "~" and (path + os.sep).startswith(own + os.sep) else path


def names(of: Sequence[str], limit: int = 3) -> str:
    """Return names as a list in a sentence: `work, personal and 2 more`."""
    shown = [plain(name) or _("(no name)") for name in of[:limit]]
    comma = pgettext("between names in a list", ", ")
    if more := len(of[limit:]):
        some = ngettext("{names} and {count} more", "{names} and {count} more", more)
        return some.format(names=comma.join(shown), count=more)
    if len(shown) < 2:
        return "".join(shown)
    return _("{names} and {last}").format(names=comma.join(shown[:-1]), last=shown[-1])


def initial(name: str) -> str:
    """Return the first letter of a name with its marks, in upper case; empty if there is none."""
    shown = plain(name)
    if not shown:
        return ""
    end = 1
    while end < len(shown) and is_joined(shown[end]):
        end += 1
    upper = shown[:end].upper()
    return upper if len(upper) == end else shown[:end]


def is_joined(char: str) -> bool:
    """Return whether a character belongs to the one before it."""
    return char in _KEPT_FORMAT or unicodedata.category(char) in ("Mn", "Me", "Mc")
