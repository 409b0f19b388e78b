"""Times and saved versions in words, in this machine's local time."""

from __future__ import annotations

from datetime import datetime, timedelta

from codemie_core.config.history import Origin, Version
from codemie_tray.text.plain_text import plain

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_ORIGINS = {
    Origin.OWN: "written by CodeMie Tray",
    Origin.OTHER: "changed by another program",
    Origin.ACCEPTED: "changed by another program, accepted",
    Origin.BROKEN: "unreadable, replaced by a restore",
}


def moment(at_microseconds: int, *, now_seconds: float) -> str:
    """Return a time as part of a sentence: `14:02`, `yesterday 14:02`, `Friday 14:02`.

    Args:
        at_microseconds: since 1970 in UTC.
        now_seconds: the time now, since 1970 in UTC.
    """
    try:
        at = datetime.fromtimestamp(at_microseconds / 1e6)
        now = datetime.fromtimestamp(now_seconds)
    except (OverflowError, OSError, ValueError):
        return "an unknown time"
    clock = f"{at:%H:%M}"
    days = (now.date() - at.date()).days
    if days == 0:
        return clock
    if days == 1:
        return f"yesterday {clock}"
    if now - timedelta(days=7) < at < now:
        return f"{_DAYS[at.weekday()]} {clock}"
    date = f"{at.day} {_MONTHS[at.month - 1]}"
    return f"{date} {clock}" if at.year == now.year else f"{date} {at.year} {clock}"


def listed(at_microseconds: int, *, now_seconds: float) -> str:
    """Return a time for a list: as `moment`, with `today` added to a time alone."""
    when = moment(at_microseconds, now_seconds=now_seconds)
    return f"today {when}" if when[:1].isdigit() and len(when) == len("14:02") else when


def described(entry: Version, *, active: str | None, now_seconds: float) -> str:
    """Return a saved version in one line: `Yesterday 14:02, 3 profiles, active: work; changed by ...`.

    Args:
        entry: the version.
        active: the profile that is active in it; None or empty if none is.
        now_seconds: the time now, since 1970 in UTC.
    """
    when = listed(entry.at_microseconds, now_seconds=now_seconds)
    parts = [when[:1].upper() + when[1:]]
    if entry.origin is not Origin.BROKEN:
        count = f"{entry.profiles or 'no'} profile"
        parts.append(count if entry.profiles == 1 else f"{count}s")
        if active and entry.profiles:
            parts.append(f"active: {plain(active)}")
    return f"{', '.join(parts)}; {_ORIGINS[entry.origin]}"
