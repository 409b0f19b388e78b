"""Options of `usage`."""

from __future__ import annotations

import argparse

from codemie_core import Home
from codemie_tray.commands.parser.base import add_json, handled_by

GROUPINGS = ("day", "agent", "model", "profile")
"""As `codemie_core.sessions.usage.Grouping` has them; spelt out, since that import is not for every start."""


def add(parser: argparse.ArgumentParser) -> None:
    """Add them."""
    parser.add_argument(
        "--since",
        metavar="WHEN",
        help="first day, as a number of days up to today (30d) or a date",
    )
    parser.add_argument("--by", choices=GROUPINGS, default="day", help="group by this (default: day)")
    parser.add_argument("--utc", action="store_true", help="use UTC days instead of local ones")
    how = parser.add_mutually_exclusive_group()
    add_json(how)
    how.add_argument("--csv", action="store_true", help="print comma-separated values")
    handled_by(parser, _usage)


def _usage(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands import usage

    return usage.run(
        home,
        since=options.since,
        by=options.by,
        as_json=options.json,
        as_csv=options.csv,
        utc=options.utc,
    )
