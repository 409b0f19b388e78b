"""Numbers in a readable form."""

from __future__ import annotations

from typing import Protocol


def short_count(count: int) -> str:
    """Return 950 as `950`, 12400 as `12.4k`, 3000000 as `3M`."""
    if count < 1000:
        return str(count)
    size, unit = 1000.0, "k"
    for larger, its_unit in ((1e6, "M"), (1e9, "G"), (1e12, "T")):
        # 999,950 would be shown as 1000.0k.
        if count >= larger * 0.99995:
            size, unit = larger, its_unit
    return f"{count / size:.1f}".removesuffix(".0") + unit


def duration(milliseconds: int) -> str:
    """Return a duration as `3 h 20 min`, `12 min` or `45 s`."""
    seconds = milliseconds // 1000
    if seconds < 60:
        return f"{seconds} s"
    minutes = seconds // 60
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def plural(count: int, noun: str) -> str:
    """Return `1 session`, `2 sessions`."""
    return f"{short_count(count)} {noun}{'' if count == 1 else 's'}"


class Used(Protocol):
    """Anything that counts both."""

    @property
    def tokens(self) -> int:
        """How many tokens."""

    @property
    def turns(self) -> int:
        """How many turns."""


def tokens_or_turns(used: Used) -> str:
    """Return tokens, or turns if no tokens are known: the CLI's own records have none."""
    return plural(used.tokens, "token") if used.tokens else plural(used.turns, "turn")


def amount(size_bytes: int) -> str:
    """Return a size such as `12 MB` or `1.4 GB`; 1 kB is a thousand bytes."""
    if size_bytes < 1000:
        return counted(size_bytes, "byte")
    units = ["kB", "MB", "GB", "TB"]
    size = size_bytes / 1000
    while size >= 999.5 and len(units) > 1:
        size /= 1000
        del units[0]
    return f"{size:.1f} {units[0]}" if size < 9.95 and units[0] != "kB" else f"{size:.0f} {units[0]}"


def counted(number: int, noun: str) -> str:
    """Return `1 file`, `3 files`, `34,000 files`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
