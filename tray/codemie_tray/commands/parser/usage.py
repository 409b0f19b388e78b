"""Options of `usage`."""

from __future__ import annotations

import argparse

from codemie_core import Home
from codemie_tray.commands.parser.base import add_json, handled_by

GROUPINGS = ("day", "hour", "agent", "model", "profile", "project", "session")
"""As in `codemie_core.sessions.usage.Grouping`, spelled out: that import would slow down every start."""


def add(parser: argparse.ArgumentParser) -> None:
    """Add them."""
    parser.add_argument(
        "--since",
        metavar="WHEN",
        help="first day, as a number of days up to today (30d) or a date",
    )
    parser.add_argument("--until", metavar="DATE", help="last day (default: today)")
    parser.add_argument("--by", choices=GROUPINGS, default="day", help="what to group by (default: day)")
    parser.add_argument("--utc", action="store_true", help="use UTC days instead of local ones")
    how = parser.add_mutually_exclusive_group()
    add_json(how)
    how.add_argument("--csv", action="store_true", help="print comma-separated values")
    handled_by(parser, _usage)
    actions = parser.add_subparsers(dest="action", metavar="[export]")
    _add_export(actions.add_parser("export", help="write usage as files for DuckDB, Spark and the like"))


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", metavar="DIR", required=True, help="folder to write to, one file per day")
    parser.add_argument("--since", metavar="WHEN", help="first UTC day, as a number of days (30d) or a date")
    parser.add_argument("--until", metavar="DATE", help="last UTC day")
    parser.add_argument("--with-names", action="store_true", help="include profiles and project folders")
    add_json(parser)
    handled_by(parser, _export)


def _usage(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.usage import show

    return show.run(
        home,
        since=options.since,
        until=options.until,
        by=options.by,
        as_json=options.json,
        as_csv=options.csv,
        utc=options.utc,
    )


def _export(home: Home, options: argparse.Namespace) -> int:
    from codemie_tray.commands.usage import export

    return export.run(
        home,
        options.out,
        since=options.since,
        until=options.until,
        names=options.with_names,
        as_json=options.json,
    )
