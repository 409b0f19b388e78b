"""The days given by `--since` and `--until`."""

from __future__ import annotations

from datetime import date

from codemie_core.sessions.usage import Period, days_back, days_until
from codemie_core.sessions.usage.report.period import ALL_OF_TIME
from codemie_tray.commands.console.wrong_usage import WrongUsage
from codemie_tray.text.plain_text import plain


def read_period(since: str | None, until: str | None, today: date) -> Period:
    """Return the days, both ends included.

    Raises:
        WrongUsage: one of them is not a day, or they are in the wrong order.
    """
    period = ALL_OF_TIME
    try:
        if since is not None:
            period = days_back(since, today)
    except (ValueError, OverflowError) as error:
        reason = f"--since: {plain(since or '')!r} is neither a number of days (30d) nor a date"
        raise WrongUsage(reason, advice="Write --since 30d, or --since 2026-01-31.") from error
    try:
        return period if until is None else days_until(until, period)
    except ValueError as error:
        if "before" in str(error):
            raise WrongUsage(
                f"--until {plain(until or '')} is before --since {plain(since or '')}",
                advice="Give a last day that is not before the first one.",
            ) from error
        reason = f"--until: {plain(until or '')!r} is not a date"
        raise WrongUsage(reason, advice="Write --until 2026-01-31; the day itself is included.") from error
