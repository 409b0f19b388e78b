"""Which kept states go: a pure function of what there is.

Kept: the newest 20; of each of the last 30 days one more; and never more than 32 MB. Of a day it is the state
with the most profiles, the latest of those: another program that empties the configuration and then writes
it a hundred times can't push the good state out.
"""

from __future__ import annotations

from collections.abc import Sequence

from codemie_core.config.history.version import Kept

NEWEST = 20
DAYS = 30
TOTAL_LIMIT_BYTES = 32 << 20
"""Beyond this the oldest go, whatever the other rules say; the newest two stay at any size."""

_DAY_MICROSECONDS = 86_400_000_000
_ALWAYS = 2


def dropped(entries: Sequence[Kept], *, now_microseconds: int) -> list[Kept]:
    """Return what is to be removed.

    Args:
        entries: all there are, newest first.
        now_microseconds: the time, since 1970 in UTC.
    """
    wanted = set(entries[:NEWEST]) | _one_a_day(entries, now_microseconds)
    total = 0
    gone = []
    for index, entry in enumerate(entries):
        total += entry.size_bytes
        if index >= _ALWAYS and (entry not in wanted or total > TOTAL_LIMIT_BYTES):
            total -= entry.size_bytes
            gone.append(entry)
    return gone


def _one_a_day(entries: Sequence[Kept], now_microseconds: int) -> set[Kept]:
    best: dict[int, Kept] = {}
    today = now_microseconds // _DAY_MICROSECONDS
    for entry in entries:
        day = entry.at_microseconds // _DAY_MICROSECONDS
        # A day in the future (the clock went back) counts as one: no jump of a clock may cost states.
        if entry.profiles and today - day < DAYS and (day not in best or entry.profiles > best[day].profiles):
            best[day] = entry
    return set(best.values())
