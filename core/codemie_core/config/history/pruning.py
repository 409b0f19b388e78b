"""Decides which versions to remove, as a pure function of the list of versions.

We keep the newest 20, and one for each of the last 30 days: the latest of those with the most profiles. So a
program that empties the configuration and then writes it a hundred times does not push out the good version.

The newest two, the newest that this product wrote, and each day's best are exempt from the size limit and
don't count towards it. If the others exceed it, the largest is removed first, and the oldest among equals.
"""

from __future__ import annotations

from collections.abc import Sequence

from codemie_core.config.history.version import Origin, Version
from codemie_core.config.model.limits import SIZE_LIMIT_BYTES

NEWEST = 20
DAYS = 30
TOTAL_LIMIT_BYTES = 16 << 20
"""Limit for the versions that are not exempt."""

_DAY_MICROSECONDS = 86_400_000_000
_ALWAYS = 2
"""The current state, and the one that it replaced."""


def dropped(entries: Sequence[Version], *, now_microseconds: int) -> list[Version]:
    """Return the versions to remove.

    Args:
        entries: all versions, newest first.
        now_microseconds: the current time, since 1970 in UTC.
    """
    if len(entries) <= NEWEST and sum(entry.size_bytes for entry in entries) <= TOTAL_LIMIT_BYTES:
        return []
    best = _best_of_days(entries, now_microseconds)
    wanted = [entry for index, entry in enumerate(entries) if index < NEWEST or entry in best]
    own = next((entry for entry in entries if entry.origin is Origin.OWN), None)
    safe = {*entries[:_ALWAYS], *best, own}
    others = [entry for entry in wanted if entry not in safe]
    gone = set(entries) - set(wanted) - {own}
    too_much = sum(entry.size_bytes for entry in others) - TOTAL_LIMIT_BYTES
    for entry in sorted(others, key=lambda entry: (-entry.size_bytes, entry.at_microseconds)):
        if too_much <= 0:
            break
        gone.add(entry)
        too_much -= entry.size_bytes
    return [entry for entry in entries if entry in gone]


def _best_of_days(entries: Sequence[Version], now_microseconds: int) -> set[Version]:
    best: dict[int, Version] = {}
    today = now_microseconds // _DAY_MICROSECONDS
    for entry in entries:
        # A version from an earlier release that this one can't read is never the best.
        if not entry.profiles or entry.size_bytes > SIZE_LIMIT_BYTES:
            continue
        day = entry.at_microseconds // _DAY_MICROSECONDS
        # Future days (the clock was set back) count, too, so that no clock change loses versions.
        if today - day < DAYS and (day not in best or entry.profiles > best[day].profiles):
            best[day] = entry
    return set(best.values())
