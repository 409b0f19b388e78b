"""Labels for names in one list: short, and different if the names are."""

from __future__ import annotations

from collections.abc import Sequence

from codemie_tray.text.plain_text import LABEL_LIMIT, is_joined, plain

_HEAD = 12
"""How many characters to keep of a beginning that names share; it shows what kind of names they are."""
_BEFORE = 6
"""Characters shown before the first difference, so that the eye finds it."""


def labels(names: Sequence[str], limit: int = LABEL_LIMIT) -> dict[str, str]:
    """Return a label for each name, of at most `limit` characters if that can tell them apart.

    A name that is too long is cut at the end, as `plain` does. Names that would then look alike are cut in
    the middle instead, so that the difference stays; those that look alike even uncut are numbered.
    """
    found: dict[str, str] = {}
    for alike in _by_label({name: plain(name, limit) for name in names}).values():
        if len(alike) == 1:
            found[alike[0]] = plain(alike[0], limit)
        else:
            found |= _told_apart(alike, limit)
    return _numbered(found)


def _told_apart(names: Sequence[str], limit: int) -> dict[str, str]:
    whole = {name: plain(name, len(name) + 1) for name in names}
    first, last = min(whole.values()), max(whole.values())
    shared = next(
        (at for at, pair in enumerate(zip(first, last, strict=False)) if len(set(pair)) > 1), len(first)
    )
    return {name: _cut(text, shared, limit) for name, text in whole.items()}


def _numbered(shown: dict[str, str]) -> dict[str, str]:
    """Number the labels that still look alike."""
    found: dict[str, str] = {}
    taken = {label for label, names in _by_label(shown).items() if len(names) == 1}
    for label, names in _by_label(shown).items():
        if len(names) == 1:
            found[names[0]] = label
            continue
        number = 0
        for name in names:
            number += 1
            while f"{label} ({number})" in taken:
                number += 1
            found[name] = f"{label} ({number})"
            taken.add(found[name])
    return found


def _by_label(shown: dict[str, str]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name, label in shown.items():
        groups.setdefault(label, []).append(name)
    return groups


def _cut(text: str, shared: int, limit: int) -> str:
    """Omit the middle of what the names share; `shared` is where they begin to differ."""
    start = shared - _BEFORE
    while start > 0 and start < len(text) and is_joined(text[start]):
        start -= 1
    if start <= _HEAD or len(text) <= limit:
        return plain(text, limit)
    head = plain(text[:_HEAD] + ".", _HEAD)
    return head + plain(text[start:], limit - len(head))
