"""Times and saved versions in words, in this machine's local time."""

from __future__ import annotations

from datetime import datetime, timedelta

from codemie_core.config.history import Origin, Version
from codemie_tray.text.language import Message, _, ngettext
from codemie_tray.text.language.formats import day_and_month, day_and_year, number, weekday
from codemie_tray.text.plain_text import plain


def _origin(origin: Origin) -> Message:
    return {
        Origin.OWN: _("written by CodeMie Tray"),
        Origin.OTHER: _("changed by another program"),
        Origin.ACCEPTED: _("changed by another program, accepted"),
        Origin.BROKEN: _("unreadable, replaced by a restore"),
    }[origin]


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
        return _("an unknown time")
    clock = f"{at:%H:%M}"
    days = (now.date() - at.date()).days
    if days == 0:
        return clock
    if days == 1:
        return _("yesterday {time}").format(time=clock)
    if now - timedelta(days=7) < at < now:
        return f"{weekday(at)} {clock}"
    return f"{day_and_month(at) if at.year == now.year else day_and_year(at)} {clock}"


def listed(at_microseconds: int, *, now_seconds: float) -> str:
    """Return a time for a list: as `moment`, with `today` added to a time alone."""
    when = moment(at_microseconds, now_seconds=now_seconds)
    return _("today {time}").format(time=when) if len(when) == len("14:02") and when[2] == ":" else when


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
        count = entry.profiles
        some = ngettext("{count} profile", "{count} profiles", count).format(count=number(count))
        parts.append(some if count else _("no profiles"))
        if active and count:
            parts.append(_("active: {name}").format(name=plain(active)))
    return f"{', '.join(parts)}; {_origin(entry.origin)}"
