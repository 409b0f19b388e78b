"""Numbers in a readable form."""

from __future__ import annotations

from typing import Protocol

from codemie_tray.text.language import Message, _, ngettext
from codemie_tray.text.language.formats import number


def short_count(count: int) -> str:
    """Return 950 as `950`, 12400 as `12.4k`, 3000000 as `3M`."""
    if count < 1000:
        return str(count)
    size, unit = 1000.0, "k"
    for larger, its_unit in ((1e6, "M"), (1e9, "G"), (1e12, "T")):
        # 999,950 would be shown as 1000.0k.
        if count >= larger * 0.99995:
            size, unit = larger, its_unit
    value = round(count / size, 1)
    return number(value, 0 if value.is_integer() else 1) + unit


def duration(milliseconds: int) -> str:
    """Return a duration as `3 h 20 min`, `12 min` or `45 s`."""
    seconds = milliseconds // 1000
    minutes = seconds // 60
    if not minutes:
        return _("{seconds} s").format(seconds=seconds)
    if minutes < 60:
        return _("{minutes} min").format(minutes=minutes)
    return _("{hours} h {minutes} min").format(hours=minutes // 60, minutes=minutes % 60)


def plural(count: int, noun: str) -> str:
    """Return `1 session`, `2 sessions`: for commands, whose output is English."""
    return f"{short_count(count)} {noun}{'' if count == 1 else 's'}"


def sessions(count: int) -> Message:
    """Return `1 session`, `2 sessions`, `1.2k sessions`."""
    return ngettext("{count} session", "{count} sessions", count).format(count=short_count(count))


def tokens(count: int) -> Message:
    """Return `1 token`, `12.4k tokens`."""
    return ngettext("{count} token", "{count} tokens", count).format(count=short_count(count))


def turns(count: int) -> Message:
    """Return `1 turn`, `2 turns`."""
    return ngettext("{count} turn", "{count} turns", count).format(count=short_count(count))


def files(count: int) -> Message:
    """Return `1 file`, `34,000 files`."""
    return ngettext("{count} file", "{count} files", count).format(count=number(count))


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
    return tokens(used.tokens) if used.tokens else turns(used.turns)


def amount(size_bytes: int) -> str:
    """Return a size such as `12 MB` or `1.4 GB`; 1 kB is a thousand bytes."""
    if size_bytes < 1000:
        return ngettext("{size} byte", "{size} bytes", size_bytes).format(size=number(size_bytes))
    units = [_("{size} kB"), _("{size} MB"), _("{size} GB"), _("{size} TB")]
    at, size = 0, size_bytes / 1000
    while size >= 999.5 and at < len(units) - 1:
        size /= 1000
        at += 1
    return units[at].format(size=number(size, 1 if at and size < 9.95 else 0))


def counted(count: int, noun: str) -> str:
    """Return `1 file`, `3 files`, `34,000 files`: for commands, whose output is English."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
